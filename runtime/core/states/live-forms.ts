/**
 * The live forms of states: frozen processes that belong to core from the moment they are attached to a node. One that
 * is in use is released when its last user is done. It knows no budget and no session.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import type { EngineSnapshot } from '../engine.ts';
import type { Logger } from '../logger.ts';
import type { LiveForm, StateNode } from './state-node.ts';

export interface LiveFormsOptions {
  readonly logger: Logger;
  /** A state has a live form that it did not have. */
  readonly onDidAttach: (node: StateNode) => void;
  /** A form is gone without having been given up. */
  readonly onDidLose: (node: StateNode, cause: string) => void;
}

export class LiveForms {
  readonly #options: LiveFormsOptions;
  /** The states that have a live form, in the order in which they got it. */
  readonly nodes = new Set<StateNode>();
  readonly #releasing = new Set<Promise<void>>();

  constructor(options: LiveFormsOptions) {
    this.#options = options;
  }

  /** Makes a snapshot the live form of a state, in place of the one that it had. */
  attach(node: StateNode, snapshot: EngineSnapshot): void {
    const former = node.live;
    if (former?.snapshot === snapshot) return;
    const form: LiveForm = { snapshot, sizeBytes: undefined, uses: 0, isGivenUp: false };
    node.live = form;
    this.nodes.delete(node);
    this.nodes.add(node);
    node.warnings = snapshot.warnings;
    if (former !== undefined) this.#giveUp(former);
    void snapshot.lost.then((cause) => {
      if (node.live !== form) return;
      node.live = undefined;
      this.nodes.delete(node);
      this.#options.onDidLose(node, cause);
    });
    this.#options.onDidAttach(node);
  }

  /** Takes the live form from a state. Answers the bytes that this gives back, as last measured. */
  detach(node: StateNode): number {
    const form = node.live;
    if (form === undefined) return 0;
    node.live = undefined;
    this.nodes.delete(node);
    this.#giveUp(form);
    return form.sizeBytes ?? 0;
  }

  /** Does something with the live form of a state, which stays meanwhile. Throws `snapshot-gone`. */
  async use<Result>(node: StateNode, work: (snapshot: EngineSnapshot) => Promise<Result>): Promise<Result> {
    const form = node.live;
    if (form === undefined)
      throw new ProtocolError('snapshot-gone', `the state ${node.id} is not held in memory any more`);
    form.uses += 1;
    try {
      return await work(form.snapshot);
    } finally {
      form.uses -= 1;
      if (form.isGivenUp && form.uses === 0) this.#release(form.snapshot);
    }
  }

  /** Gives up a snapshot that no state has or wants. */
  refuse(snapshot: EngineSnapshot): void {
    this.#release(snapshot);
  }

  /** Resolves when all that was given up so far is gone. */
  async settled(): Promise<void> {
    await Promise.all(this.#releasing);
  }

  #giveUp(form: LiveForm): void {
    form.isGivenUp = true;
    if (form.uses === 0) this.#release(form.snapshot);
  }

  #release(snapshot: EngineSnapshot): void {
    const released = snapshot
      .release()
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'snapshot not released'))
      .finally(() => this.#releasing.delete(released));
    this.#releasing.add(released);
  }
}
