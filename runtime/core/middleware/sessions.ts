/** The operations on sessions as a whole: open, end, list, follow. */
import type { Params, Returns } from '../../protocol/messages.ts';
import type { Connection } from '../connection.ts';
import { type Answer, type Middleware, middlewareOf } from '../middleware.ts';
import type { Session } from '../session.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { ownedSession } from './access.ts';

/** `onShutdown` is called once the answer to `shutdown` is on its way. */
export function sessionsMiddleware(sessions: SessionRegistry, onShutdown: () => void): Middleware {
  return middlewareOf('sessions', {
    async clone(params, { connection, signal }) {
      const session = await sessions.open(params);
      // A client that left while its session was opened will never learn the id: nobody could close it.
      if (signal.aborted) await sessions.close(session, 'the client left before the session was open');
      connection.attach(session, 'owner', 0);
      return { session: session.id, epoch: session.log.epoch, info: session.about };
    },
    async close({ session: id }, request) {
      const session = ownedSession(sessions, request.connection, id);
      await sessions.close(session, 'a client closed it');
      request.answerAfter(session, session.log.lastSeq);
      return { session: id };
    },
    async restart({ session: id }, request) {
      const session = ownedSession(sessions, request.connection, id);
      await session.restart();
      request.answerAfter(session, session.log.lastSeq);
      return { session: id, info: session.about };
    },
    'ls-sessions': () => ({ sessions: sessions.all().map(summarize) }),
    attach: (params, { connection }) => attach(connection, sessions.get(params.session), params),
    detach({ session: id }, { connection }) {
      connection.detach(sessions.get(id));
      return { session: id };
    },
    ack({ session: id, seq }, { connection }) {
      connection.acknowledge(sessions.get(id), seq);
      return { session: id };
    },
    shutdown() {
      onShutdown();
      return {};
    },
  });
}

function attach(connection: Connection, session: Session, params: Params<'attach'>): Answer {
  const { log } = session;
  const { since, reason } = startOf(session, params);
  connection.attach(session, params.mode ?? 'owner', since);
  return {
    session: session.id,
    epoch: log.epoch,
    seq: log.lastSeq,
    recovered: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    state: session.state,
  };
}

/** Where an attachment begins. A `since` of another epoch says nothing about this log: all of it is sent. */
function startOf(
  { log }: Session,
  { since, epoch }: Params<'attach'>,
): { since: number; reason?: 'epoch' | 'trimmed' } {
  if (since === undefined) return { since: log.lastSeq };
  if ((epoch !== undefined && epoch !== log.epoch) || since > log.lastSeq)
    return { since: 0, reason: 'epoch' };
  return since + 1 < log.firstSeq ? { since, reason: 'trimmed' } : { since };
}

function summarize(session: Session): Returns<'ls-sessions'>['sessions'][number] {
  const { transactionBeginning: transaction } = session;
  return {
    session: session.id,
    engine: session.engineName,
    ...(session.name === undefined ? {} : { name: session.name }),
    state: session.state,
    queued: session.queued,
    seq: session.log.lastSeq,
    epoch: session.log.epoch,
    ...(session.cwd === undefined ? {} : { cwd: session.cwd }),
    created: session.created,
    info: session.about,
    ...(session.present === undefined ? {} : { present: session.present.id }),
    ...(transaction === undefined ? {} : { transaction: transaction.id }),
  };
}
