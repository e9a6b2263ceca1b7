/**
 * From a launch to a session that is ready and the code that will run in it: a fresh session for a program, an open one for a selection, a
 * branch of the state before an evaluation that is run again. Runs nothing of the program itself.
 */
import path from 'node:path';
import type { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Event } from '../runtime/protocol/events.ts';
import type { Launch, LaunchArguments } from './launch-arguments.ts';
import { fileOfPreparation, type Program, planOf, textOfSource } from './programs.ts';

export interface OpeningParts {
  readonly client: RuntimeClient;
  /** Working directory where the launch names none. */
  readonly cwd: string;
  readonly readFile: (file: string) => Promise<Uint8Array>;
}

export interface Opened {
  readonly session: string;
  /** True: it was opened for this launch and may be closed with it. */
  readonly isOwn: boolean;
  readonly program: Program;
}

/** Errors: `invalid-request` where something is missing or wrong; those of `clone` and `fork`. A session that was opened is closed again. */
export async function openLaunch(parts: OpeningParts, launch: Launch): Promise<Opened> {
  const { client } = parts;
  if (launch.kind === 'code') {
    const { code, file, line } = launch;
    const session = await findSession(client, launch.common.session);
    await client.request('attach', { session });
    const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
    return { session, isOwn: false, program: { code, ...place } };
  }
  if (launch.kind === 'again') return openAgain(client, launch.common, launch.executionId);
  return openFresh(parts, launch);
}

/** By id or name; the only one where none is named. Errors: `session-not-found`. */
export async function findSession(client: RuntimeClient, named: string | undefined): Promise<string> {
  const { sessions } = await client.request('ls-sessions', {});
  const found =
    named === undefined && sessions.length === 1
      ? sessions[0]
      : sessions.find(({ session, name }) => named !== undefined && (session === named || name === named));
  if (found !== undefined) return found.session;
  const open = sessions.map(({ session, name }) => name ?? session).join(', ') || 'none';
  const problem = named === undefined ? 'say which session is meant' : `no session '${named}' is open`;
  throw new ProtocolError('session-not-found', `${problem}; open: ${open}`);
}

async function openFresh(
  { client, cwd: ownCwd, readFile }: OpeningParts,
  launch: Exclude<Launch, { kind: 'code' | 'again' }>,
): Promise<Opened> {
  const { env = {}, python, name } = launch.common;
  const cwd = path.resolve(ownCwd, launch.common.cwd ?? '.');
  const plan = planOf(launch, cwd);
  if (launch.kind === 'program') await readSource(readFile, path.resolve(cwd, launch.program));
  const set = Object.entries(env).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  const { session } = await client.request('clone', {
    cwd,
    env: Object.fromEntries(set),
    ...(python === undefined ? {} : { interpreter: python }),
    ...(name === undefined ? {} : { name }),
  });
  try {
    const { value } = await client.request('eval', { session, code: plan.preparation, silent: true });
    const file = fileOfPreparation(value);
    if (plan.program !== undefined) return { session, isOwn: true, program: plan.program };
    if (file === undefined) throw new ProtocolError('internal', 'the session did not say which file to run');
    return { session, isOwn: true, program: { code: await readSource(readFile, file), file, line: 1 } };
  } catch (error) {
    await client.request('close', { session }).catch(() => {}); // It may have died of the same.
    const known = ProtocolError.from(error);
    // What Python said of it, without its own name for the kind of error.
    if (known.code !== 'eval-failed') throw known;
    throw new ProtocolError('invalid-request', known.message.replace(/^\w+: /, ''), { cause: known });
  }
}

async function readSource(readFile: OpeningParts['readFile'], file: string): Promise<string> {
  try {
    return textOfSource(await readFile(file));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing
      ? `there is no file ${file}`
      : `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new ProtocolError('invalid-request', reason, { cause: error });
  }
}

async function openAgain(
  client: RuntimeClient,
  { session: named }: LaunchArguments,
  executionId: string | undefined,
): Promise<Opened> {
  const origin = await findSession(client, named);
  const started = await findStart(client, origin, executionId);
  if (started === undefined) {
    const which = executionId === undefined ? 'nothing has run' : `no evaluation '${executionId}' is known`;
    throw new ProtocolError('invalid-request', `${which} in the session ${origin}`);
  }
  const { snapshot_id: snapshotId, code, file, line, execution_count: count } = started;
  if (snapshotId === undefined)
    throw new ProtocolError(
      'snapshot-gone',
      'no state from before this run was kept, so it cannot be run again',
    );
  const { session } = await client.request('fork', { snapshotId });
  return {
    session,
    isOwn: true,
    program: { code, file: file ?? `<cell ${count}>`, ...(line === undefined ? {} : { line }) },
  };
}

/** What was said when it began; undefined where the log of the session does not hold it. */
async function findStart(
  client: RuntimeClient,
  session: string,
  executionId: string | undefined,
): Promise<Event<'started'> | undefined> {
  let found: Event<'started'> | undefined;
  let seen = 0;
  let notify = (): void => {};
  const subscription = client.onEvent((event) => {
    if (event.session !== session) return;
    const isWanted =
      executionId === undefined
        ? event.type === 'started' && event.silent !== true
        : event.execution_id === executionId;
    if (event.type === 'started' && isWanted) found = event;
    seen = event.seq;
    notify();
  });
  try {
    const { seq } = await client.request('attach', { session, since: 0, mode: 'observer' });
    // The log follows the answer, in order.
    if (seen < seq) await new Promise<void>((resolve) => (notify = () => seen >= seq && resolve()));
    return found;
  } finally {
    subscription.dispose();
    await client.request('detach', { session });
  }
}
