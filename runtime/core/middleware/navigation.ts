/** The operation of the debugger. It passes no queue: a program that stands is busy, and is asked all the same. */
import { lookingActions } from '../../protocol/debug-operations.ts';
import { type Middleware, middlewareOf } from '../middleware.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { requireOwner, sessionOrOwn } from './access.ts';
import { unsupported } from './looking.ts';

const looking: ReadonlySet<string> = new Set(lookingActions);

export function navigationMiddleware(sessions: SessionRegistry): Middleware {
  return middlewareOf('navigation', {
    async navigate(params, request) {
      const session = await sessionOrOwn(sessions, request.connection, params.session);
      if (!looking.has(params.action)) requireOwner(request.connection, session);
      const engine = session.engineSession();
      if (engine !== undefined && engine.navigate === undefined)
        throw unsupported('navigate', session.engineName);
      const answer = (await engine?.navigate?.(params, request.signal)) ?? {};
      request.answerAfter(session, session.log.lastSeq);
      return { session: session.id, ...answer };
    },
  });
}
