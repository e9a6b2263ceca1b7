/** How the end of an evaluation is answered to the request that asked for it. */
import { type ErrorCode, errorCodes } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { EvaluationEnd } from '../evaluation.ts';
import type { Answer } from '../middleware.ts';

export function answerOfEnd(end: Omit<EvaluationEnd, 'seq'>): Answer {
  const { body, trace, transaction, effects } = end;
  return {
    ...(body.type === 'result' ? answerOfResult(end, body) : answerOfError(body)),
    ...(body.snapshot_id === undefined ? {} : { snapshotId: body.snapshot_id }),
    ...(trace === undefined ? {} : { trace }),
    ...(transaction === undefined ? {} : { transaction }),
    ...(effects === undefined ? {} : { effects }),
  };
}

function answerOfResult(
  { ns }: Omit<EvaluationEnd, 'seq'>,
  { value, execution_count: count }: EventBody<'result'>,
): Answer {
  return {
    ...(value === undefined ? {} : { value }),
    ...(ns === undefined ? {} : { ns }),
    execution_count: count,
  };
}

function answerOfError(body: EventBody<'error'>): Answer {
  const code = codeOf(body);
  const error = [body.exception_type, body.exception_message].filter((part) => part !== '').join(': ');
  return {
    status: code === 'eval-interrupted' ? ['error', 'interrupted'] : ['error'],
    error,
    code,
    class: errorCodes[code].class,
    retryable: errorCodes[code].retryable,
    stacktrace: body.frames,
    ...(body.execution_count === undefined ? {} : { execution_count: body.execution_count }),
  };
}

function codeOf({ code }: EventBody<'error'>): ErrorCode {
  return code !== undefined && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'eval-failed'; // It is a key of the table.
}
