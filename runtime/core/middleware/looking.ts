/** The operations that look without changing anything. They pass no queue and wait for no running code. */
import { ProtocolError } from '../../protocol/errors.ts';
import { type Middleware, middlewareOf } from '../middleware.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { sessionOrOwn } from './access.ts';

export function lookingMiddleware(sessions: SessionRegistry): Middleware {
  return middlewareOf('looking', {
    async complete(params, { connection, signal }) {
      const session = await sessionOrOwn(sessions, connection, params.session);
      const engineSession = session.engineSession();
      if (engineSession === undefined) return { session: session.id, completions: [] };
      if (engineSession.complete === undefined) throw unsupported('complete', session.engineName);
      return { session: session.id, ...(await engineSession.complete(params, signal)) };
    },
    async info(params, { connection, signal }) {
      const session = await sessionOrOwn(sessions, connection, params.session);
      const engineSession = session.engineSession();
      if (engineSession !== undefined && engineSession.info === undefined)
        throw unsupported('info', session.engineName);
      const found = await engineSession?.info?.(params, signal);
      return found === undefined
        ? { session: session.id, status: ['done', 'no-info'] }
        : { session: session.id, ...found };
    },
    async locate(params, { signal }) {
      const engine = sessions.engine(params.engine);
      if (engine.locate === undefined) throw unsupported('locate', engine.name);
      return engine.locate(params, signal);
    },
  });
}

function unsupported(op: string, engine: string): ProtocolError {
  return new ProtocolError('unsupported-op', `the engine '${engine}' cannot do '${op}'`, {
    details: { op, engine },
  });
}
