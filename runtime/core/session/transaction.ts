/** What becomes of a transaction when an evaluation ends: the decision alone, without a session. */
import type { OutsideEffect } from '../../protocol/states.ts';
import type { EndBody, EvaluationSpec } from '../evaluation.ts';
import type { StateNode } from '../states/state-node.ts';

/** One that was begun and is neither committed nor rolled back. */
export interface OpenTransaction {
  readonly beginning: StateNode;
  /** What was done outside since it began. */
  readonly effects: OutsideEffect[];
  /** Lets the beginning's live form go. */
  readonly unpin: () => void;
}

export type Verdict =
  | { readonly kind: 'kept'; readonly transaction: 'committed' | 'open' | undefined }
  /** The state before the evaluation, or before the open transaction, is gone back to. */
  | { readonly kind: 'undone'; readonly what: 'evaluation' | 'transaction'; readonly reason: string };

/** True when the state before the evaluation must be there to go back to. */
export function needsReturn({ tx }: EvaluationSpec, isOpen: boolean): boolean {
  if (tx === 'commit_on_success') return true;
  return (tx === 'rollback_on_failure' || tx === 'explicit') && !isOpen;
}

/** `failure`: in a sentence, why it counts as failed; undefined when it ended well. `isOpen`: a transaction is open. */
export function verdictOf({ tx }: EvaluationSpec, failure: string | undefined, isOpen: boolean): Verdict {
  const isAtRisk = tx === 'commit_on_success' || tx === 'rollback_on_failure';
  if (failure !== undefined && isAtRisk) {
    const what = tx === 'rollback_on_failure' && isOpen ? 'transaction' : 'evaluation';
    return { kind: 'undone', what, reason: failure };
  }
  if (tx === undefined) return { kind: 'kept', transaction: undefined };
  return { kind: 'kept', transaction: isOpen ? 'open' : 'committed' };
}

/** Why an evaluation counts as failed; undefined when it ended well. */
export function failureOf(end: EndBody, timedOutAfterMs: number | undefined): string | undefined {
  if (timedOutAfterMs !== undefined) return `it ran longer than ${timedOutAfterMs} ms`;
  if (end.type === 'result') return undefined;
  if (end.code === 'eval-interrupted') return 'it was interrupted';
  if (end.code === 'worker-died') return `its process ended: ${end.exception_message}`;
  const what = [end.exception_type, end.exception_message].filter((part) => part !== '').join(': ');
  return `it failed with ${what}`;
}
