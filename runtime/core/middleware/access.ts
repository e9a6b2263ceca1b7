/** Which session a request means, and whether its connection may do this with it. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { Connection } from '../connection.ts';
import type { Session } from '../session.ts';
import type { SessionRegistry } from '../session-registry.ts';
import type { StateNode } from '../states/state-node.ts';

/** The session, for a change. Throws `session-not-found`, and `not-owner` when the connection only observes it. */
export function ownedSession(sessions: SessionRegistry, connection: Connection, id: string): Session {
  const session = sessions.get(id);
  requireOwner(connection, session);
  return session;
}

/**
 * The session that a request names, or the connection's own one, opened where there is none. A session that
 * is named is returned at once and not by a promise: requests of one connection keep their order, an
 * `interrupt` must not overtake the `eval` that was sent before it.
 */
export function sessionOrOwn(
  sessions: SessionRegistry,
  connection: Connection,
  id: string | undefined,
): Session | Promise<Session> {
  return id === undefined ? ownSession(sessions, connection) : sessions.get(id);
}

/**
 * The state, for a change or to go on from it. Throws `snapshot-not-found`, and `not-owner` when the connection only
 * observes the session that it is a state of.
 */
export function ownedState(
  sessions: SessionRegistry,
  connection: Connection,
  snapshotId: string,
): StateNode | Promise<StateNode> {
  const found = sessions.states.find(snapshotId);
  return found instanceof Promise
    ? found.then((node) => owned(sessions, connection, node))
    : owned(sessions, connection, found);
}

function owned(sessions: SessionRegistry, connection: Connection, node: StateNode): StateNode {
  const session = sessions.find(node.session);
  if (session !== undefined) requireOwner(connection, session);
  return node;
}

/** Throws `not-owner` when the connection only observes the session. */
export function requireOwner(connection: Connection, session: Session): void {
  if (connection.modeOf(session) !== 'observer') return;
  const message = `this connection is attached to session ${session.id} as an observer; attach as owner to change it`;
  throw new ProtocolError('not-owner', message, { details: { session: session.id } });
}

function ownSession(sessions: SessionRegistry, connection: Connection): Promise<Session> {
  const before = connection.defaultSession;
  const own =
    before === undefined
      ? openAttached(sessions, connection)
      : before.then(
          (session) => (session.closed ? openAttached(sessions, connection) : session),
          () => openAttached(sessions, connection), // Whoever asked to open it was told.
        );
  connection.defaultSession = own;
  return own;
}

async function openAttached(sessions: SessionRegistry, connection: Connection): Promise<Session> {
  const session = await sessions.open({});
  connection.attach(session, 'owner', 0);
  return session;
}
