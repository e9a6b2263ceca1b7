/** The operations that begin and end transactions. Those of a single evaluation are part of `eval`. */
import { type Middleware, middlewareOf } from '../middleware.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { ownedSession } from './access.ts';

export function transactionsMiddleware(sessions: SessionRegistry): Middleware {
  return middlewareOf('transactions', {
    async begin({ session: id, label }, request) {
      const session = ownedSession(sessions, request.connection, id);
      const node = await session.begin();
      if (label !== undefined) await sessions.states.name(node, label);
      request.answerAfter(session, session.log.lastSeq);
      return { session: id, snapshotId: node.id };
    },
    async commit({ session: id }, request) {
      const session = ownedSession(sessions, request.connection, id);
      const node = await session.commit();
      request.answerAfter(session, session.log.lastSeq);
      return { session: id, snapshotId: node.id };
    },
    async rollback({ session: id }, request) {
      const session = ownedSession(sessions, request.connection, id);
      const { beginning, effects, undone } = await session.rollBack();
      request.answerAfter(session, session.log.lastSeq);
      return { session: id, snapshotId: beginning.id, effects, undone };
    },
  });
}
