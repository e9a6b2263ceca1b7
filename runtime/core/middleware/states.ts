/** The operations that capture states, go back to them, list them and give them up. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { Params } from '../../protocol/messages.ts';
import type { KeepReport } from '../../protocol/states.ts';
import { type Answer, type IncomingRequest, type Middleware, middlewareOf } from '../middleware.ts';
import { Session } from '../session.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { describeState, type StateNode, tierOf } from '../states/state-node.ts';
import { warningsOfMove } from '../states/warnings.ts';
import { ownedSession, ownedState, requireOwner, sessionOrOwn } from './access.ts';

export function statesMiddleware(sessions: SessionRegistry, newId: (prefix: string) => string): Middleware {
  return middlewareOf('states', {
    snapshot: (params, request) => snapshot(sessions, params, request),
    restore: (params, request) =>
      params.inPlace === true
        ? restoreInPlace(sessions, params, request)
        : restoreAsNew(sessions, params, request),
    async fork({ snapshotId, session: name, label, trust }, request) {
      const node =
        snapshotId === undefined
          ? await presentOf(await sessionOrOwn(sessions, request.connection, name), request)
          : await ownedState(sessions, request.connection, snapshotId);
      if (trust === true) await sessions.states.trust(node);
      return { branchId: newId('branch'), ...(await goOn(sessions, node, label, request)) };
    },
    async 'ls-snapshots'({ session }) {
      const { states } = sessions;
      await states.durable.show();
      const nodes = session === undefined ? states.tree.all() : states.tree.treesOf(session);
      return {
        snapshots: nodes.map(describeState),
        present: Object.fromEntries([...states.tree.presents()].map(([id, { id: node }]) => [id, node])),
        memory: {
          used_bytes: states.memory.usedBytes,
          budget_bytes: states.memory.budget.bytes,
          live: states.live.nodes.size,
        },
      };
    },
    async 'delete-snapshot'({ snapshotId }, request) {
      const node = await ownedState(sessions, request.connection, snapshotId);
      const using = sessions.all().find(({ transactionBeginning }) => transactionBeginning === node);
      if (using !== undefined) throw inTransaction(node, using);
      const freed = await sessions.states.delete(node);
      answerAfterSession(sessions, node, request);
      return { freed_bytes: freed };
    },
  });
}

async function snapshot(
  sessions: SessionRegistry,
  params: Params<'snapshot'>,
  request: IncomingRequest,
): Promise<Answer> {
  const { connection } = request;
  if (params.snapshotId !== undefined) {
    const node = await ownedState(sessions, connection, params.snapshotId);
    return keep(sessions, node, sessions.find(node.session), params, request);
  }
  const found = sessionOrOwn(sessions, connection, params.session);
  const session = found instanceof Session ? found : await found;
  requireOwner(connection, session);
  return keep(sessions, await session.snapshot(), session, params, request);
}

async function keep(
  sessions: SessionRegistry,
  node: StateNode,
  session: Session | undefined,
  { label, durable }: Params<'snapshot'>,
  request: IncomingRequest,
): Promise<Answer> {
  const { states } = sessions;
  await states.hold(node);
  node.isRequested = true;
  if (label !== undefined) await states.name(node, label);
  const report = durable === true ? await states.save(node, request.signal) : undefined;
  // It is said with its size, which takes long to measure where much is held: only a checkpoint is waited for.
  const announced = states.announce(node);
  if (node.label !== undefined || durable === true) await announced;
  answerAfterSession(sessions, node, request);
  return {
    ...(session === undefined ? {} : { session: session.id }),
    snapshotId: node.id,
    context: { step: session?.executionCount ?? node.run?.executionCount ?? 0, status: statusOf(session) },
    tier: tierOf(node),
    ...(node.live?.sizeBytes === undefined ? {} : { size_bytes: node.live.sizeBytes }),
    warnings: [...node.warnings],
    ...(report === undefined ? {} : { report }),
  };
}

function statusOf(session: Session | undefined): 'idle' | 'running' | 'dead' {
  if (session === undefined || session.state === 'dead') return 'dead';
  return session.state === 'idle' ? 'idle' : 'running';
}

async function restoreInPlace(
  sessions: SessionRegistry,
  { snapshotId, session: name, busy = 'refuse', trust, dry }: Params<'restore'>,
  request: IncomingRequest,
): Promise<Answer> {
  const found = ownedState(sessions, request.connection, snapshotId);
  const node = found instanceof Promise ? await found : found;
  const session = ownedSession(sessions, request.connection, name ?? node.session);
  requireEngine(session, node);
  if (dry === true) return dryRun(sessions, node, session);
  if (trust === true) await sessions.states.trust(node);
  const source = tierOf(node);
  const { left, undone, redone, warnings, report } = await session.restore(node, busy);
  request.answerAfter(session, session.log.lastSeq);
  return {
    session: session.id,
    snapshotId,
    tier: source === 'none' ? tierOf(node) : source,
    warnings,
    ...(report === undefined ? {} : { report }),
    ...(left === undefined ? {} : { left: left.id }),
    undone,
    redone,
  };
}

async function restoreAsNew(
  sessions: SessionRegistry,
  { snapshotId, trust, dry }: Params<'restore'>,
  request: IncomingRequest,
): Promise<Answer> {
  const node = await ownedState(sessions, request.connection, snapshotId);
  if (dry === true) return dryRun(sessions, node, undefined);
  if (trust === true) await sessions.states.trust(node);
  const opened = await goOn(sessions, node, undefined, request);
  return { ...opened, tier: tierOf(node), undone: [], redone: [] };
}

/** What a restore would bring back and what not; changes nothing. */
async function dryRun(
  sessions: SessionRegistry,
  node: StateNode,
  session: Session | undefined,
): Promise<Answer> {
  const { states } = sessions;
  await states.hold(node);
  const isOnDisk = node.live === undefined && node.durable !== undefined;
  const report: KeepReport | undefined = isOnDisk
    ? (await states.durable.read(node)).saved.report
    : undefined;
  const move = states.tree.move(session?.present, node);
  return {
    session: session?.id ?? node.session,
    snapshotId: node.id,
    tier: tierOf(node),
    warnings: [...node.warnings, ...(session === undefined ? [] : warningsOfMove(move))],
    ...(report === undefined ? {} : { report }),
    ...(session?.present === undefined ? {} : { left: session.present.id }),
    undone: session === undefined ? [] : move.undone,
    redone: session === undefined ? [] : move.redone,
  };
}

/** A new session that goes on from a state, with the connection as its owner. */
async function goOn(
  sessions: SessionRegistry,
  node: StateNode,
  name: string | undefined,
  { connection, signal }: IncomingRequest,
): Promise<Answer> {
  const session = await sessions.openFrom(node, name);
  // A client that left meanwhile will never learn the id: nobody could close it.
  if (signal.aborted) await sessions.close(session, 'the client left before the session was open');
  connection.attach(session, 'owner', 0);
  const { report } = session;
  return {
    session: session.id,
    snapshotId: node.id,
    warnings: [...node.warnings],
    ...(report === undefined ? {} : { report }),
  };
}

/** The state that a session is in. What is captured of it later is the same. Throws `not-owner`, `unsupported-op`. */
function presentOf(session: Session, { connection }: IncomingRequest): StateNode | Promise<StateNode> {
  requireOwner(connection, session);
  return session.present ?? session.snapshot();
}

function answerAfterSession(sessions: SessionRegistry, node: StateNode, request: IncomingRequest): void {
  const session = sessions.find(node.session);
  if (session !== undefined) request.answerAfter(session, session.log.lastSeq);
}

function requireEngine(session: Session, { id, origin: { engine } }: StateNode): void {
  if (engine === session.engineName || engine === '') return;
  throw new ProtocolError(
    'invalid-request',
    `the state ${id} is one of the engine '${engine}', and session ${session.id} has '${session.engineName}'`,
    { details: { field: 'session' } },
  );
}

function inTransaction(node: StateNode, session: Session): ProtocolError {
  return new ProtocolError(
    'transaction-open',
    `a transaction of session ${session.id} began in the state ${node.id}; commit it or roll it back first`,
    { details: { session: session.id } },
  );
}
