/** The operation of the debugger. It passes no queue: a program that stands is busy, and is asked all the same. */
import { lookingActions } from '../../protocol/debug-operations.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import type { Branch } from '../engine.ts';
import { type Answer, type IncomingRequest, type Middleware, middlewareOf } from '../middleware.ts';
import type { Session } from '../session.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { requireOwner, sessionOrOwn } from './access.ts';
import { unsupported } from './looking.ts';

const looking: ReadonlySet<string> = new Set(lookingActions);
const branching: ReadonlySet<string> = new Set(['branch', 'open', 'set-variable']);

export function navigationMiddleware(
  sessions: SessionRegistry,
  newId: (prefix: string) => string,
): Middleware {
  return middlewareOf('navigation', {
    async navigate(params, request) {
      const session = await sessionOrOwn(sessions, request.connection, params.session);
      if (!looking.has(params.action)) requireOwner(request.connection, session);
      const engine = session.engineSession();
      if (engine !== undefined && engine.navigate === undefined)
        throw unsupported('navigate', session.engineName);
      const branched = branching.has(params.action)
        ? await engine?.branch?.(params, request.signal)
        : undefined;
      if (branched !== undefined)
        return { branchId: newId('branch'), ...(await goOn(sessions, session, branched, params, request)) };
      const answer = (await engine?.navigate?.(params, request.signal)) ?? {};
      request.answerAfter(session, session.log.lastSeq);
      return { session: session.id, ...answer };
    },
  });
}

/** A new session that goes on from a moment, with the connection as its owner. */
async function goOn(
  sessions: SessionRegistry,
  from: Session,
  { branch, answer }: { readonly branch: Branch; readonly answer: Returns<'navigate'> },
  { action, label }: Params<'navigate'>,
  { connection, signal }: IncomingRequest,
): Promise<Answer> {
  const session = await sessions.openBranch(from, branch, label);
  // A client that left meanwhile will never learn the id: nobody could close it.
  if (signal.aborted) await sessions.close(session, 'the client left before the session was open');
  connection.attach(session, 'owner', 0);
  if (action !== 'open' || label === undefined) return { session: session.id, ...answer };
  const node = await session.snapshot();
  await sessions.states.name(node, label);
  await sessions.states.announce(node);
  return { session: session.id, snapshotId: node.id, ...answer };
}
