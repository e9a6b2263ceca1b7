/**
 * The durable forms of states: brings what is on disk into the tree, writes states, loads them. The store is opened when
 * it is first needed; where it cannot be, the tree goes on without it. It knows no session.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import type { KeepReport } from '../../protocol/states.ts';
import type { CheckpointRecord } from '../checkpoints/record.ts';
import type { CheckpointStore } from '../checkpoints/store.ts';
import type { EngineSnapshot } from '../engine.ts';
import type { Logger } from '../logger.ts';
import type { SnapshotTree } from './snapshot-tree.ts';
import { factsOf, type Run, type StateNode } from './state-node.ts';

export interface DurableFormsOptions {
  readonly tree: SnapshotTree;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
  /** Absent: this runtime keeps nothing on disk. */
  readonly openStore?: () => Promise<CheckpointStore>;
}

export class DurableForms {
  readonly #options: DurableFormsOptions;
  #opening: Promise<CheckpointStore> | undefined;
  readonly #saving = new Map<StateNode, Promise<KeepReport>>();

  constructor(options: DurableFormsOptions) {
    this.#options = options;
  }

  /** Brings what is on disk into the tree, once. Never rejects: what a store says against it is logged. */
  async show(): Promise<void> {
    if (this.#options.openStore === undefined) return;
    await this.#store().catch((error: unknown) =>
      this.#options.logger.warn({ err: error }, 'store of checkpoints not available'),
    );
  }

  /** What a state's record says. Errors: `checkpoint-damaged`, `store-unavailable`. */
  async read(node: StateNode): Promise<CheckpointRecord> {
    return (await this.#store()).read(node.id);
  }

  /** Writes a state to disk; asked again meanwhile, it is the same. Errors: `checkpoint-failed`, `store-unavailable`, `unsupported-op`. */
  save(node: StateNode, snapshot: EngineSnapshot, signal: AbortSignal): Promise<KeepReport> {
    const saving = this.#saving.get(node) ?? this.#save(node, snapshot, signal);
    this.#saving.set(node, saving);
    return saving.finally(() => this.#saving.delete(node));
  }

  /** Gives the name of a state to its record. */
  async rename(node: StateNode): Promise<void> {
    (await this.#store()).rename(node.id, node.label);
  }

  /** Remembers that a person agreed to load it. */
  async trust(node: StateNode): Promise<void> {
    if (node.durable === undefined) return;
    (await this.#store()).trust(node.id);
    node.durable = { ...node.durable, trusted: true };
  }

  /** Takes the durable form from a state; answers the bytes that this gave back. */
  async delete(node: StateNode): Promise<number> {
    if (node.durable === undefined) return 0;
    const freed = (await this.#store()).delete(node.id);
    node.durable = undefined;
    return freed;
  }

  /** Writes a durable state to one file; answers its bytes. */
  async exportTo(node: StateNode, file: string): Promise<number> {
    return (await this.#store()).exportTo(node.id, file);
  }

  /** A state from a file, with what was kept of it. Runs nothing of it. */
  async importFrom(file: string): Promise<{ node: StateNode; report: KeepReport }> {
    const store = await this.#store();
    const record = await store.importFrom(file, this.#options.newId('snap'));
    return { node: this.#add(record, store), report: record.saved.report };
  }

  async close(): Promise<void> {
    const store = await this.#opening?.catch(() => undefined); // Whoever asked for it was told.
    store?.close();
  }

  async #save(node: StateNode, snapshot: EngineSnapshot, signal: AbortSignal): Promise<KeepReport> {
    const write = snapshot.save?.bind(snapshot);
    if (write === undefined)
      throw new ProtocolError(
        'unsupported-op',
        `the engine '${node.origin.engine}' cannot write states to disk`,
      );
    const { options, sessionName } = node.origin;
    const facts = { node: factsOf(node), options, ...(sessionName === undefined ? {} : { sessionName }) };
    const { saved } = await (await this.#store()).save(facts, (objects) => write(objects, signal));
    node.durable = { bytes: saved.totalBytes, trusted: true };
    return saved.report;
  }

  #store(): Promise<CheckpointStore> {
    const { openStore } = this.#options;
    if (openStore === undefined)
      return Promise.reject(
        new ProtocolError('store-unavailable', 'this runtime was started without a store of checkpoints'),
      );
    this.#opening ??= this.#open(openStore).catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(openStore: () => Promise<CheckpointStore>): Promise<CheckpointStore> {
    const store = await openStore();
    for (const listed of store.list()) {
      if (listed.kind === 'whole') this.#add(listed.record, store);
      else this.#addDamaged(listed.snapshotId, listed.problem);
    }
    return store;
  }

  /** In the tree, so that it can be named and deleted; whoever restores it is told what is wrong. */
  #addDamaged(id: string, problem: string): void {
    this.#options.logger.warn({ id, problem }, 'damaged checkpoint');
    if (this.#options.tree.get(id) !== undefined) return;
    const warnings = [{ kind: 'damaged', message: problem }];
    const origin = { engine: '', options: {} };
    this.#options.tree.add({ id, session: '', origin, created: 0, warnings }).durable = {
      bytes: 0,
      trusted: true,
    };
  }

  #add({ node, options, saved, trusted, ...record }: CheckpointRecord, store: CheckpointStore): StateNode {
    const { sessionName, workspace } = record;
    const isElsewhere = workspace !== undefined && workspace !== store.workspace;
    const known = this.#options.tree.get(node.id);
    const added =
      known ??
      this.#options.tree.add({
        ...node,
        origin: {
          engine: saved.engine,
          options,
          ...(sessionName === undefined ? {} : { sessionName }),
          ...(isElsewhere ? { workspace } : {}),
        },
        parent: node.parent === undefined ? undefined : this.#options.tree.get(node.parent),
        parentId: node.parent,
        run: node.run === undefined ? undefined : runOf(node.run),
      });
    added.durable = { bytes: saved.totalBytes, trusted };
    return added;
  }
}

function runOf(run: NonNullable<CheckpointRecord['node']['run']>): Run {
  const { execution_id: executionId, execution_count: executionCount = 0, ...rest } = run;
  return { ...rest, executionId, executionCount, effects: [] };
}
