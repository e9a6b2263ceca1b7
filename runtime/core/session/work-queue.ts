/**
 * What waits in a session: evaluations, and actions that need the session for themselves (a restore, the beginning of
 * a transaction). It keeps their order and runs nothing.
 */
import type { ProtocolError } from '../../protocol/errors.ts';
import type { EvaluationEnd, EvaluationSpec } from '../evaluation.ts';

/** An evaluation that was accepted, and whom to tell its end. */
export interface Accepted {
  readonly kind: 'evaluation';
  readonly spec: EvaluationSpec;
  readonly end: (end: EvaluationEnd) => void;
}

/** Something else that is done while no evaluation runs. */
export interface Action {
  readonly kind: 'action';
  /** Never rejects: whoever asked for it is told by other means. */
  readonly run: () => Promise<void>;
  /** It will not be run. */
  readonly refuse: (error: ProtocolError) => void;
}

export type Work = Accepted | Action;

export class WorkQueue {
  #waiting: Work[] = [];

  /** How many evaluations wait. */
  get evaluations(): number {
    return this.#waiting.filter(({ kind }) => kind === 'evaluation').length;
  }

  get next(): Work | undefined {
    return this.#waiting[0];
  }

  has(executionId: string): boolean {
    return this.#waiting.some((work) => work.kind === 'evaluation' && work.spec.executionId === executionId);
  }

  push(work: Work): void {
    this.#waiting.push(work);
  }

  shift(): Work | undefined {
    return this.#waiting.shift();
  }

  /** Takes out the evaluations that are meant, in order. */
  takeEvaluations(which: (spec: EvaluationSpec) => boolean): Accepted[] {
    const taken: Accepted[] = [];
    this.#waiting = this.#waiting.filter((work) => {
      const isMeant = work.kind === 'evaluation' && which(work.spec);
      if (isMeant) taken.push(work);
      return !isMeant;
    });
    return taken;
  }

  takeActions(): Action[] {
    const taken = this.#waiting.filter((work) => work.kind === 'action');
    this.#waiting = this.#waiting.filter(({ kind }) => kind === 'evaluation');
    return taken;
  }
}
