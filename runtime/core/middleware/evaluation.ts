/** The operations that pass a session's queue or act on it: run code, stop it, answer its inputs. */
import { type ErrorCode, errorCodes, ProtocolError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { EvaluationEnd, EvaluationSpec } from '../evaluation.ts';
import { type Answer, type IncomingRequest, type Middleware, middlewareOf } from '../middleware.ts';
import { Session } from '../session.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { ownedSession, requireOwner, sessionOrOwn } from './access.ts';

export function evaluationMiddleware(
  sessions: SessionRegistry,
  readFile: (path: string) => Promise<string>,
): Middleware {
  return middlewareOf('evaluation', {
    async eval({ id, op: _op, session: name, silent, ...params }, request) {
      const found = sessionOrOwn(sessions, request.connection, name);
      const session = found instanceof Session ? found : await found;
      return evaluate(session, { executionId: id, silent: silent === true, ...params }, request);
    },
    async 'load-file'({ id, session: name, file, code }, request) {
      const found = sessionOrOwn(sessions, request.connection, name);
      const session = found instanceof Session ? found : await found;
      const text = code ?? (await textOf(file, readFile));
      return evaluate(
        session,
        { executionId: id, silent: false, code: text, file, line: 1, origin: 'file' },
        request,
      );
    },
    async interrupt({ session: id, execution_id: executionId }, request) {
      const session = ownedSession(sessions, request.connection, id);
      const { interrupted, dropped } = await session.interrupt(executionId);
      request.answerAfter(session, session.log.lastSeq);
      return {
        session: id,
        ...(interrupted === undefined ? {} : { interrupted }),
        ...(dropped.length === 0 ? {} : { dropped }),
      };
    },
    stdin({ session: id, input_id: inputId, data }, request) {
      const session = ownedSession(sessions, request.connection, id);
      session.provideInput(inputId, data);
      request.answerAfter(session, session.log.lastSeq);
      return { session: id };
    },
  });
}

async function evaluate(session: Session, spec: EvaluationSpec, request: IncomingRequest): Promise<Answer> {
  requireOwner(request.connection, session);
  const end = await session.evaluate(spec);
  request.answerAfter(session, end.seq);
  return end.body.type === 'result'
    ? answerOfResult(session, end, end.body)
    : answerOfError(session, end.body);
}

function answerOfResult(
  session: Session,
  { ns }: EvaluationEnd,
  { value, execution_count: count }: EventBody<'result'>,
): Answer {
  return {
    session: session.id,
    ...(value === undefined ? {} : { value }),
    ...(ns === undefined ? {} : { ns }),
    execution_count: count,
  };
}

function answerOfError(session: Session, body: EventBody<'error'>): Answer {
  const code = codeOf(body);
  const error = [body.exception_type, body.exception_message].filter((part) => part !== '').join(': ');
  return {
    session: session.id,
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

async function textOf(file: string, readFile: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProtocolError('invalid-request', `load-file: field 'file' cannot be read: ${reason}`, {
      details: { field: 'file' },
      cause: error,
    });
  }
}
