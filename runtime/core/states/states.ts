/**
 * The states of a runtime: their tree, and how each is held, used, kept and given up. Sessions move in the tree, and
 * say what they need; this knows sessions only by their ids and by what it asks of them (`StateHost`).
 */
import { ProtocolError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { KeepReport } from '../../protocol/states.ts';
import type { CheckpointStore } from '../checkpoints/store.ts';
import type { Engine, EngineHost, EngineSession, EngineSnapshot, SessionOptions } from '../engine.ts';
import type { Logger } from '../logger.ts';
import { DurableForms } from './durable-forms.ts';
import { LiveForms } from './live-forms.ts';
import { MemoryKeeper } from './memory-keeper.ts';
import { SnapshotTree } from './snapshot-tree.ts';
import { isHeld, pastOf, type StateNode, tierOf } from './state-node.ts';

export interface StateSettings {
  readonly engines: readonly Engine[];
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  readonly openStore?: () => Promise<CheckpointStore>;
  /** Own memory of all live snapshots; 0: none is kept that is not needed at this moment. */
  readonly snapshotMemoryBytes: number;
  readonly maxLiveSnapshots: number;
  /** States that the tree remembers, held or not. */
  readonly maxStates: number;
}

/** What sessions do for their states. */
export interface StateHost {
  /** Logs an event in a session, if it is open. */
  say(session: string, event: EventBody): void;
  /** Captures the present of an idle session that is in this state; false where there is none. */
  capture(node: StateNode): Promise<boolean>;
}

/** A session that goes on from a state, and where it came from. */
export interface OpenedState {
  readonly session: EngineSession;
  readonly source: 'live' | 'durable';
  readonly report?: KeepReport;
}

export class States {
  readonly tree: SnapshotTree;
  readonly live: LiveForms;
  readonly durable: DurableForms;
  readonly memory: MemoryKeeper;
  /** Set by whoever has the sessions. */
  host: StateHost = { say() {}, capture: () => Promise.resolve(false) };
  readonly #settings: StateSettings;
  /** How many need each state at this moment. */
  readonly #pinned = new Map<StateNode, number>();

  constructor(settings: StateSettings) {
    this.#settings = settings;
    this.tree = new SnapshotTree(settings.maxStates);
    this.live = new LiveForms({
      logger: settings.logger,
      onDidAttach: (node) => this.memory.noticed(node),
      onDidLose: (node, cause) => this.#lost(node, cause),
    });
    this.durable = new DurableForms({ ...settings, tree: this.tree });
    this.memory = new MemoryKeeper({
      budget: { bytes: settings.snapshotMemoryBytes, count: settings.maxLiveSnapshots },
      logger: settings.logger,
      now: () => settings.now() / 1000,
      live: this.live.nodes,
      pins: () => this.#pins(),
      save: async (node) => void (await this.save(node, new AbortController().signal)),
      release: (node) => this.#released(node),
    });
  }

  /** False when no live form is kept without need. */
  get keepsLive(): boolean {
    return this.memory.budget.bytes > 0;
  }

  /** Keeps a state's live form, the one it has or gets, until the function that is answered is called. */
  pin(node: StateNode): () => void {
    this.#pinned.set(node, (this.#pinned.get(node) ?? 0) + 1);
    let isPinned = true;
    return () => {
      if (!isPinned) return;
      isPinned = false;
      const left = (this.#pinned.get(node) ?? 1) - 1;
      if (left > 0) this.#pinned.set(node, left);
      else this.#pinned.delete(node);
      this.memory.check();
    };
  }

  isPinned(node: StateNode): boolean {
    return this.#pinned.has(node);
  }

  /**
   * The state of this id, from this life or from disk. One of this life is returned at once and not by a promise:
   * requests of one connection keep their order. Errors: `snapshot-not-found`.
   */
  find(id: string): StateNode | Promise<StateNode> {
    return this.tree.get(id) ?? this.#findOnDisk(id);
  }

  /** Has the state captured, where it is not held and a session is in it. Throws `snapshot-gone`. */
  async hold(node: StateNode): Promise<void> {
    if (!isHeld(node)) await this.host.capture(node);
    if (!isHeld(node)) throw this.gone(node);
  }

  /**
   * Does something with a state's live form: the one it has; one captured now where a session is in this state; one
   * made from its durable form. Errors: `snapshot-gone`, `checkpoint-untrusted`, and what loading says.
   */
  async use<Result>(
    node: StateNode,
    signal: AbortSignal,
    work: (snapshot: EngineSnapshot) => Promise<Result>,
  ): Promise<Result> {
    const unpin = this.pin(node);
    try {
      if (node.live === undefined) await this.host.capture(node);
      if (node.live === undefined && node.durable !== undefined) await this.#reload(node, signal);
      if (node.live === undefined) throw this.gone(node);
      return await this.live.use(node, work);
    } finally {
      unpin();
    }
  }

  /** Goes on from a state. Errors: as `EngineSnapshot.open` and `Engine.load`; `snapshot-gone`, `checkpoint-untrusted`. */
  async open(
    node: StateNode,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<OpenedState> {
    const unpin = this.pin(node);
    try {
      if (node.live === undefined) await this.host.capture(node);
      if (node.live !== undefined) {
        const session = await this.live.use(node, (snapshot) => snapshot.open(options, host, signal));
        return { session, source: 'live' };
      }
      if (node.durable === undefined) throw this.gone(node);
      return { ...(await this.#load(node, options, host, signal)), source: 'durable' };
    } finally {
      unpin();
    }
  }

  /** Writes a state to disk. Errors: `checkpoint-failed`, `store-unavailable`, `snapshot-gone`, `unsupported-op`. */
  async save(node: StateNode, signal: AbortSignal): Promise<KeepReport> {
    if (node.durable !== undefined) return (await this.durable.read(node)).saved.report;
    const report = await this.use(node, signal, (snapshot) => this.durable.save(node, snapshot, signal));
    return report;
  }

  async name(node: StateNode, label: string): Promise<void> {
    node.label = label;
    node.isRequested = true;
    if (node.durable !== undefined) await this.durable.rename(node);
  }

  /** Says in the session of a state that it was captured on request, named or written. */
  async announce(node: StateNode): Promise<void> {
    const { live } = node;
    if (node.label === undefined && node.durable === undefined) await this.memory.measured();
    if (live !== undefined && live.sizeBytes === undefined) {
      live.sizeBytes = await live.snapshot.measure().catch(() => undefined); // `lost` says why.
    }
    this.host.say(node.session, {
      type: 'checkpoint_created',
      checkpoint_id: node.id,
      ...(node.label === undefined ? {} : { label: node.label }),
      tier: tierOf(node),
      size_bytes: node.durable?.bytes ?? node.live?.sizeBytes ?? 0,
      ...(node.warnings.length === 0 ? {} : { warnings: [...node.warnings] }),
    });
  }

  /** Gives a state up, in memory and on disk, with its name. Answers the bytes that this gave back. */
  async delete(node: StateNode): Promise<number> {
    const freedOnDisk = await this.durable.delete(node);
    const freed = freedOnDisk + this.live.detach(node);
    node.label = undefined;
    node.isRequested = false;
    this.host.say(node.session, this.#deleted(node, 'deleted'));
    this.tree.prune();
    return freed;
  }

  /** Remembers that a person agreed to load it. */
  async trust(node: StateNode): Promise<void> {
    if (node.durable?.trusted === false) await this.durable.trust(node);
  }

  /** Why a state cannot be gone back to, and which one can. */
  gone(node: StateNode): ProtocolError {
    const nearest = this.tree.nearestHeld(node)?.id;
    const why = this.keepsLive
      ? 'it was given up to save memory, or never captured'
      : 'no states are kept, since the memory for snapshots is 0';
    const hint = nearest === undefined ? '' : `; the nearest one that is held is ${nearest}`;
    return new ProtocolError('snapshot-gone', `the state ${node.id} is not held: ${why}${hint}`, {
      details: { snapshotId: node.id, ...(nearest === undefined ? {} : { nearest }) },
    });
  }

  /** Gives all live forms up and closes the store. */
  async dispose(): Promise<void> {
    this.memory.stop();
    await this.memory.settled();
    for (const node of [...this.live.nodes]) this.live.detach(node);
    await this.live.settled();
    await this.durable.close();
  }

  async #findOnDisk(id: string): Promise<StateNode> {
    await this.durable.show();
    const node = this.tree.get(id);
    if (node === undefined) throw notFound(id);
    return node;
  }

  async #load(
    node: StateNode,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<{ session: EngineSession; report: KeepReport }> {
    if (node.durable?.trusted === false) throw untrusted(node);
    const { saved } = await this.durable.read(node);
    const engine = this.#settings.engines.find(({ name }) => name === saved.engine);
    if (engine?.load === undefined)
      throw new ProtocolError(
        'unsupported-op',
        `no engine '${saved.engine}' is installed that could load ${node.id}`,
      );
    return engine.load(saved, options, host, signal);
  }

  /** A state that is only on disk is loaded into a session of its own, whose first state is its live form. */
  async #reload(node: StateNode, signal: AbortSignal): Promise<void> {
    const options = { ...node.origin.options, sessionId: this.#settings.newId('look') };
    const { session } = await this.#load(node, options, { emit() {}, died() {} }, signal);
    try {
      const snapshot = await session.snapshot?.(signal);
      if (snapshot === undefined) return;
      if (node.live === undefined) this.live.attach(node, snapshot);
      else this.live.refuse(snapshot);
    } finally {
      await session.dispose();
    }
  }

  #pins(): { needed: ReadonlySet<StateNode>; kept: ReadonlySet<StateNode> } {
    const kept = new Set<StateNode>();
    for (const present of this.tree.presents().values()) {
      kept.add(present);
      const before = [...pastOf(present)].find(({ run }) => run !== undefined)?.parent;
      if (before !== undefined) kept.add(before);
    }
    return { needed: new Set(this.#pinned.keys()), kept };
  }

  #released(node: StateNode): void {
    this.live.detach(node);
    if (node.isRequested) this.host.say(node.session, this.#deleted(node, 'memory'));
    this.tree.prune();
  }

  #lost(node: StateNode, cause: string): void {
    this.#settings.logger.warn({ snapshot: node.id, cause }, 'snapshot lost');
    if (node.isRequested) this.host.say(node.session, this.#deleted(node, 'lost'));
    this.tree.prune();
  }

  #deleted(node: StateNode, reason: 'deleted' | 'memory' | 'lost'): EventBody {
    return { type: 'checkpoint_deleted', checkpoint_id: node.id, tier: tierOf(node), reason };
  }
}

function notFound(id: string): ProtocolError {
  return new ProtocolError('snapshot-not-found', `no snapshot '${id}' is known`, {
    details: { snapshotId: id },
  });
}

function untrusted(node: StateNode): ProtocolError {
  return new ProtocolError(
    'checkpoint-untrusted',
    `the checkpoint ${node.label ?? node.id} was imported, and loading it runs code that is in it; say that you trust it`,
    { details: { snapshotId: node.id } },
  );
}
