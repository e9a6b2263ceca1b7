/**
 * Where a session is in the tree of states: makes a node when an evaluation ends, gives it its live form when the engine
 * has captured it, and captures the present when it is needed at once. It knows no queue and no event.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import type { EngineSnapshot } from '../engine.ts';
import type { EvaluationSpec } from '../evaluation.ts';
import type { Run, StateNode, StateOrigin } from '../states/state-node.ts';
import type { States } from '../states/states.ts';
import type { EngineLife } from './engine-life.ts';

export interface PresentSettings {
  readonly states: States;
  readonly session: string;
  readonly origin: StateOrigin;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
}

/** Forms come at the latest before the next evaluation: those of older ones need not be told apart any more. */
const rememberedEvaluations = 32;

export class Present {
  readonly #settings: PresentSettings;
  /** Of the evaluation that runs, when its form came before its end did. */
  #early: EngineSnapshot | undefined;

  constructor(settings: PresentSettings) {
    this.#settings = settings;
  }

  /** Undefined where the engine has no snapshots. */
  get node(): StateNode | undefined {
    return this.#settings.states.tree.present(this.#settings.session);
  }

  /** A fresh process: the root of a new part of the tree. */
  plant(life: EngineLife): void {
    if (life.session?.snapshot === undefined) return;
    const root = this.#add(undefined, undefined);
    life.made.add(root);
    this.enter(life, root);
  }

  /** The session is in this state now, in which `life` has begun. */
  enter(life: EngineLife, node: StateNode): void {
    life.states.set(undefined, node);
    this.#set(node);
  }

  /** Only the place in the tree changes: there is no process that is in it. */
  leaveFor(node: StateNode): void {
    this.#set(node);
  }

  /** The state after an evaluation; undefined where the engine has no snapshots. */
  ended(life: EngineLife, spec: EvaluationSpec, run: Run): StateNode | undefined {
    const before = this.node;
    if (before === undefined || life.session?.snapshot === undefined) return undefined;
    const node = spec.silent ? this.#afterSilent(life, before) : this.#add(before, run);
    if (node !== before) life.made.add(node);
    this.#remember(life, spec.executionId, node);
    this.#set(node);
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) this.captured(life, early, undefined);
    return node;
  }

  /** Takes a state that the engine captured. `running`: id of the evaluation that runs. */
  captured(life: EngineLife, snapshot: EngineSnapshot, running: string | undefined): void {
    const { states } = this.#settings;
    if (running !== undefined && snapshot.after === running) {
      if (this.#early !== undefined) states.live.refuse(this.#early);
      this.#early = snapshot;
      return;
    }
    const node = life.states.get(snapshot.after);
    if (node === undefined || states.tree.get(node.id) !== node || !this.#takes(life, node)) {
      if (node?.live?.snapshot !== snapshot) states.live.refuse(snapshot);
      return;
    }
    states.live.attach(node, snapshot);
  }

  /**
   * The state that the session is in, captured if it is not yet. To be called while no evaluation runs. Errors:
   * `snapshot-failed`, `unsupported-op`.
   */
  async capture(life: EngineLife, signal: AbortSignal): Promise<StateNode> {
    const node = this.node;
    const { session } = life;
    if (node === undefined || session?.snapshot === undefined)
      throw new ProtocolError(
        'unsupported-op',
        `the engine '${this.#settings.origin.engine}' cannot capture states`,
      );
    if (node.live !== undefined) return node;
    const snapshot = await session.snapshot(signal);
    this.#settings.states.live.attach(node, snapshot);
    return node;
  }

  /** The session is closed: nothing of it is present any more. */
  close(): void {
    if (this.#early !== undefined) this.#settings.states.live.refuse(this.#early);
    this.#early = undefined;
    this.#settings.states.tree.removeSession(this.#settings.session);
    this.#settings.states.memory.check();
  }

  // An evaluation without a trace belongs to the state that it changed, unless that is fixed: named, shared with
  // another session, or the beginning of something.
  #afterSilent(life: EngineLife, before: StateNode): StateNode {
    if (!this.#isOpen(life, before)) return this.#add(before, undefined);
    this.#settings.states.live.detach(before); // It is what the state was.
    for (const [executionId, node] of life.states) if (node === before) life.states.delete(executionId);
    return before;
  }

  #takes(life: EngineLife, node: StateNode): boolean {
    if (node.live === undefined) return true;
    // What runs in the background may have changed it since; the newest form is what the next evaluation starts from.
    return !life.isOver && node === this.node && this.#isOpen(life, node);
  }

  #isOpen(life: EngineLife, node: StateNode): boolean {
    return (
      life.made.has(node) &&
      !node.isRequested &&
      node.durable === undefined &&
      node.children.size === 0 &&
      !this.#settings.states.tree.isShared(node, this.#settings.session) &&
      !this.#settings.states.isPinned(node)
    );
  }

  #add(parent: StateNode | undefined, run: Run | undefined): StateNode {
    const { states, session, origin, now, newId } = this.#settings;
    return states.tree.add({ id: newId('snap'), session, origin, parent, run, created: now() / 1000 });
  }

  #remember(life: EngineLife, executionId: string, node: StateNode): void {
    life.states.delete(executionId);
    life.states.set(executionId, node);
    if (life.states.size <= rememberedEvaluations) return;
    const [oldest] = life.states.keys();
    life.states.delete(oldest);
  }

  #set(node: StateNode): void {
    const { states, session } = this.#settings;
    states.tree.setPresent(session, node);
    states.memory.check();
  }
}
