/**
 * The tree of states as the runtime tells it, kept for whoever shows it or asks about it without waiting. It is asked
 * for again some moments after something has changed, never while a person waits for a key. Draws nothing.
 */
import * as vscode from 'vscode';
import type { Event, EventType } from '../../runtime/protocol/events.ts';
import type { Returns } from '../../runtime/protocol/messages.ts';
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { RuntimeConnection } from '../runtime/runtime-connection.ts';

export type StateTree = Pick<Returns<'ls-snapshots'>, 'snapshots' | 'present' | 'memory'>;

const settleMs = 120;
const changing: ReadonlySet<EventType> = new Set([
  'result',
  'error',
  'ready',
  'restored',
  'rolled_back',
  'checkpoint_created',
  'checkpoint_deleted',
  'closed',
]);

export class States implements vscode.Disposable {
  readonly #runtime: RuntimeConnection;
  readonly #log: Log;
  readonly #didChange = new vscode.EventEmitter<StateTree>();
  #tree: StateTree | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<StateTree> | undefined;
  #following: Promise<StateTree> | undefined;

  /** The tree was read again. */
  readonly onDidChange = this.#didChange.event;

  constructor(runtime: RuntimeConnection, log: Log) {
    this.#runtime = runtime;
    this.#log = log;
  }

  /** As it was last read; undefined when it never was. */
  get tree(): StateTree | undefined {
    return this.#tree;
  }

  /** What is known of a state without asking. */
  find(id: string): SnapshotNode | undefined {
    return this.#tree?.snapshots.find((node) => node.id === id);
  }

  /** Something happened in a session that may have changed the tree. */
  note({ type }: Event): void {
    if (changing.has(type)) this.refreshSoon();
  }

  /** Reads the tree in a moment, once for all that happens until then. */
  refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#runtime.current !== undefined) supervise(this.#log, 'reading the states', this.read());
    }, settleMs);
  }

  /** The tree as it is now. Errors: those of `ls-snapshots`; `disconnected` where no runtime runs. */
  read(): Promise<StateTree> {
    if (this.#asking === undefined) return this.#ask();
    // What is under way may be from before the change that this one is about.
    this.#following ??= this.#asking
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        this.#following = undefined;
        return this.#ask();
      });
    return this.#following;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#didChange.dispose();
  }

  #ask(): Promise<StateTree> {
    const asking = this.#read().finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    this.#asking = asking;
    return asking;
  }

  async #read(): Promise<StateTree> {
    const connected = await this.#runtime.find();
    if (connected === undefined) return this.#show(nothing);
    const { snapshots, present, memory } = await connected.client.request('ls-snapshots', {});
    return this.#show({ snapshots, present, memory });
  }

  #show(tree: StateTree): StateTree {
    this.#tree = tree;
    this.#didChange.fire(tree);
    return tree;
  }
}

const nothing: StateTree = {
  snapshots: [],
  present: {},
  memory: { used_bytes: 0, budget_bytes: 0, live: 0 },
};
