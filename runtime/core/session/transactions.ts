/** The open transaction of a session, if there is one, and how its beginning is gone back to. It knows no queue. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { OutsideEffect } from '../../protocol/states.ts';
import type { StateNode } from '../states/state-node.ts';
import { isHeld, pastOf } from '../states/state-node.ts';
import type { States } from '../states/states.ts';
import type { Lives } from './lives.ts';
import type { Present } from './present.ts';
import type { OpenTransaction } from './transaction.ts';
import type { Voice } from './voice.ts';

export interface TransactionsSettings {
  readonly session: string;
  readonly states: States;
  readonly present: Present;
  readonly lives: Lives;
  readonly voice: Voice;
}

/** What is to be undone, and why. */
export interface Undo {
  readonly what: 'evaluation' | 'transaction';
  readonly reason: string;
  /** With `evaluation`: the state before it. */
  readonly before: StateNode | undefined;
  readonly effects: readonly OutsideEffect[];
  /** The evaluation that failed. It led to no state where its process ended. */
  readonly failed?: string;
}

export class Transactions {
  readonly #settings: TransactionsSettings;
  #open: OpenTransaction | undefined;

  constructor(settings: TransactionsSettings) {
    this.#settings = settings;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The state before it; undefined when none is open. */
  get beginning(): StateNode | undefined {
    return this.#open?.beginning;
  }

  /** What was done outside since it began. */
  get effects(): readonly OutsideEffect[] {
    return [...(this.#open?.effects ?? [])];
  }

  /** Throws `transaction-open`. */
  requireNone(): void {
    if (this.#open === undefined) return;
    const { session } = this.#settings;
    const message = `a transaction is open in session ${session} already; commit it or roll it back first`;
    throw new ProtocolError('transaction-open', message, {
      details: { snapshotId: this.#open.beginning.id },
    });
  }

  open(beginning: StateNode): void {
    this.requireNone();
    this.#open = { beginning, effects: [], unpin: this.#settings.states.pin(beginning) };
  }

  /** An evaluation did something outside. */
  note(effects: readonly OutsideEffect[]): void {
    this.#open?.effects.push(...effects);
  }

  /** Keeps what it did; the state before it. Throws `no-transaction`. */
  commit(): StateNode {
    const { beginning } = this.#require();
    this.#close();
    return beginning;
  }

  /** Goes back to where it began. Errors: `no-transaction`; and as `States.open`, then it is still open. */
  async rollBack(
    signal: AbortSignal,
  ): Promise<{ beginning: StateNode; effects: readonly OutsideEffect[]; undone: string[] }> {
    const { beginning } = this.#require();
    const { effects } = this;
    const undone = await this.#goBack(beginning, 'it was asked for', effects, signal);
    this.#close();
    return { beginning, effects, undone };
  }

  /** Undoes what failed; false where that is not possible, which is said in the session. Never rejects. */
  async undo({ what, reason, before, effects, failed }: Undo, signal: AbortSignal): Promise<boolean> {
    const target = what === 'transaction' ? this.#open?.beginning : before;
    if (target === undefined) return false;
    try {
      await this.#goBack(target, reason, effects, signal, failed);
      if (what === 'transaction') this.#close();
      return true;
    } catch (error) {
      const message = `What failed could not be undone: ${ProtocolError.from(error).message}`;
      if (!signal.aborted) this.#settings.voice.append({ type: 'notice', level: 'error', message });
      if (what === 'transaction') this.#close();
      return false;
    }
  }

  /** The process is given up: the state that the session was last in is the one before the transaction. */
  abandon(reason: string): void {
    const open = this.#open;
    if (open === undefined) return;
    const { present, states, voice } = this.#settings;
    const { undone } = states.tree.move(present.node, open.beginning);
    const effects = [...open.effects];
    if (isHeld(open.beginning)) {
      present.leaveFor(open.beginning);
      voice.append({ type: 'rolled_back', checkpoint_id: open.beginning.id, reason, undone, effects });
    } else {
      const message = `The transaction ended: ${reason}. The state before it is not held any more.`;
      voice.append({ type: 'notice', level: 'warning', message });
    }
    this.#close();
  }

  /** The session has gone to a state. Before or beside the beginning there is no transaction. */
  wentTo(node: StateNode): void {
    if (this.#open === undefined || [...pastOf(node)].includes(this.#open.beginning)) return;
    const message = 'The transaction ended: the session went to a state that is not after its beginning.';
    this.#settings.voice.append({ type: 'notice', level: 'warning', message });
    this.#close();
  }

  /** Lets go of it without a word. */
  forget(): void {
    this.#close();
  }

  async #goBack(
    target: StateNode,
    reason: string,
    effects: readonly OutsideEffect[],
    signal: AbortSignal,
    failed?: string,
  ): Promise<string[]> {
    const { states, present, lives, voice } = this.#settings;
    const left = states.tree.move(present.node, target).undone;
    const undone = failed === undefined || left.includes(failed) ? left : [failed, ...left];
    await lives.goTo(target, signal, () =>
      voice.append({
        type: 'rolled_back',
        checkpoint_id: target.id,
        reason,
        undone,
        effects: [...effects],
      }),
    );
    return undone;
  }

  #require(): OpenTransaction {
    if (this.#open !== undefined) return this.#open;
    const { session } = this.#settings;
    throw new ProtocolError('no-transaction', `no transaction is open in session ${session}`, {
      details: { session },
    });
  }

  #close(): void {
    this.#open?.unpin();
    this.#open = undefined;
  }
}
