/** The operations that pass a session's queue or act on it: run code, stop it, answer its inputs. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { EvaluationSpec } from '../evaluation.ts';
import { type Answer, type IncomingRequest, type Middleware, middlewareOf } from '../middleware.ts';
import type { After } from '../session/runner.ts';
import { Session } from '../session.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { ownedSession, requireOwner, sessionOrOwn } from './access.ts';
import { evaluateAside } from './aside.ts';
import { answerOfEnd } from './evaluation-answer.ts';
import { evaluateInFrame } from './in-frame.ts';

export function evaluationMiddleware(
  sessions: SessionRegistry,
  readFile: (path: string) => Promise<string>,
  after: After,
): Middleware {
  return middlewareOf('evaluation', {
    async eval(
      { id, op: _op, session: name, silent, at, frame, trace, timeout_ms: timeoutMs, ...params },
      request,
    ) {
      if (at !== undefined && frame !== undefined) throw bothStates();
      if (at !== undefined)
        return evaluateAside(sessions, at, { executionId: id, ...params }, timeoutMs, request, after);
      const found = sessionOrOwn(sessions, request.connection, name);
      const session = found instanceof Session ? found : await found;
      if (frame !== undefined) {
        requireOwner(request.connection, session);
        return evaluateInFrame(session, { code: params.code, frame, trace }, timeoutMs, request, after);
      }
      const time = timeoutMs === undefined ? {} : { timeoutMs };
      return evaluate(session, { executionId: id, silent: silent === true, ...time, ...params }, request);
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

function bothStates(): ProtocolError {
  const message =
    "eval: field 'frame' is of a program that stands, and field 'at' of a state: give one of them";
  return new ProtocolError('invalid-request', message, { details: { field: 'frame' } });
}

async function evaluate(session: Session, spec: EvaluationSpec, request: IncomingRequest): Promise<Answer> {
  requireOwner(request.connection, session);
  const end = await session.evaluate(spec);
  request.answerAfter(session, end.seq);
  return { session: session.id, ...answerOfEnd(end) };
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
