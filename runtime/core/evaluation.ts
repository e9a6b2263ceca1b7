/** One evaluation as core keeps it, from the request to its end, and the words for each way to end. */
import type { ErrorCode } from '../protocol/errors.ts';
import type { EventBody } from '../protocol/events.ts';
import type { Params } from '../protocol/messages.ts';
import type { OutsideEffect } from '../protocol/states.ts';
import type { Evaluation, Outcome } from './engine.ts';
import type { Run } from './states/state-node.ts';

/** What is to be run: an engine's `Evaluation` before it has a number. */
export interface EvaluationSpec extends Omit<Evaluation, 'executionCount'> {
  /** Where a person sent it from. */
  readonly origin?: string;
  readonly tx?: NonNullable<Params<'eval'>['tx']>;
  readonly timeoutMs?: number;
}

/** What became of a transaction with the end of an evaluation. */
export type TransactionEnd = 'committed' | 'rolled-back' | 'open';

/** How an evaluation ended, for the response to its request. */
export interface EvaluationEnd {
  /** `seq` of the last event that belongs to the end: the response comes after it. */
  readonly seq: number;
  readonly body: EventBody<'result' | 'error'>;
  readonly ns?: string;
  /** Of a recorded one: the id of its trace. */
  readonly trace?: string;
  /** Where it was asked for with `tx`. */
  readonly transaction?: TransactionEnd;
  readonly effects?: readonly OutsideEffect[];
}

export type EndBody = EventBody<'result' | 'error'>;

/** What an engine is told of an evaluation. */
export function evaluationOf(spec: EvaluationSpec, executionCount: number): Evaluation {
  const { origin: _origin, tx: _tx, timeoutMs: _timeoutMs, ...evaluation } = spec;
  return { ...evaluation, executionCount };
}

/** What the tree of states remembers of an evaluation that ended. */
export function runOf(spec: EvaluationSpec, executionCount: number, end: EndBody): Run {
  const failure = end.type === 'error' && end.code === 'eval-interrupted' ? 'interrupted' : 'failed';
  return {
    executionId: spec.executionId,
    executionCount,
    status: end.type === 'result' ? 'completed' : failure,
    code: spec.code.slice(0, 200),
    ...(spec.file === undefined ? {} : { file: spec.file }),
    ...(spec.line === undefined ? {} : { line: spec.line }),
    effects: end.effects ?? [],
  };
}

/** What `queued` and `started` say of the evaluation itself. */
export function describeEvaluation(
  spec: EvaluationSpec,
): Omit<EventBody<'started'>, 'type' | 'execution_count' | 'snapshot_id'> {
  return {
    code: spec.code,
    ...(spec.file === undefined ? {} : { file: spec.file }),
    ...(spec.line === undefined ? {} : { line: spec.line }),
    ...(spec.origin === undefined ? {} : { origin: spec.origin }),
    ...(spec.silent ? { silent: true } : {}),
  };
}

/** The event that an engine's outcome ends in. */
export function endOfOutcome(outcome: Outcome, executionCount: number): EndBody {
  if (outcome.kind === 'result') {
    const { kind: _kind, ns: _ns, trace: _trace, ...fields } = outcome;
    return { type: 'result', ...fields, execution_count: executionCount };
  }
  const { kind: _kind, interrupted, trace: _trace, ...fields } = outcome;
  return {
    type: 'error',
    ...fields,
    code: interrupted ? 'eval-interrupted' : 'eval-failed',
    execution_count: executionCount,
  };
}

/** The end of an evaluation that its engine did not end: dropped, stopped by a restart, or its process died. */
export function endWithout(code: ErrorCode, message: string, executionCount?: number): EndBody {
  return {
    type: 'error',
    exception_type: exceptionTypes[code] ?? 'RuntimeFault',
    exception_message: message,
    traceback: [],
    frames: [],
    code,
    ...(executionCount === undefined ? {} : { execution_count: executionCount }),
  };
}

const exceptionTypes: Partial<Record<ErrorCode, string>> = {
  'eval-dropped': 'Dropped',
  'eval-interrupted': 'Interrupted',
  'worker-died': 'WorkerDied',
};
