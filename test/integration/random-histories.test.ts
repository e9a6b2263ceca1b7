/**
 * Random programs with random rewinds, forks, rollbacks and durable round trips. Each state that was reached is compared with the
 * one that a plain Python computes by running the same history straight through.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { validateLog } from '../../runtime/core/flow.ts';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import { listening, startHindsight } from '../support/hindsight-command.ts';
import { fc } from '../support/properties.ts';
import { programs, type Step } from '../support/random-programs.ts';
import { root } from '../tools/paths.ts';

const support = path.join(root, 'test/support');
const python = process.env['HINDSIGHT_TEST_PYTHON'] ?? 'python3';

/** A state that was reached: where it is held, how it came about, and what it was seen to hold. */
interface Reached {
  readonly snapshotId: string;
  readonly history: readonly string[];
  readonly seen: string;
  readonly how: Step['kind'];
}

const modes = {
  'with live snapshots': { args: [], runs: 12 },
  'without fork': { args: ['--no-fork'], runs: 3 },
};
for (const [mode, { args, runs }] of Object.entries(modes)) {
  test(`every state that is returned to is the one that its history leads to, ${mode}`, async (t) => {
    const client = await connect(t, args);
    const folder = await mkdtemp(path.join(tmpdir(), 'hindsight-histories-'));
    t.after(() => rm(folder, { recursive: true }));
    const events: Event[] = [];
    client.onEvent((event) => events.push(event));

    await fc.assert(
      fc.asyncProperty(programs, async (steps) => {
        const reached = await follow(client, steps, folder);
        const expected = await straight(reached.map(({ history }) => history));
        for (const [index, state] of reached.entries())
          assert.equal(state.seen, expected[index], `after ${JSON.stringify(state.history)} (${state.how})`);
      }),
      { numRuns: runs, endOnFailure: true, includeErrorInReport: true },
    );

    for (const session of new Set(events.map((event) => event.session))) {
      const log = events.filter((event) => event.session === session);
      assert.deepEqual(validateLog(log), []);
    }
  });
}

/** Takes the steps, and looks at each state that they lead to. */
async function follow(client: RuntimeClient, steps: readonly Step[], folder: string): Promise<Reached[]> {
  let { session } = await client.request('clone', {});
  const opened = [session];
  const reached: Reached[] = [];
  let history: readonly string[] = [];
  const look = async (how: Step['kind']): Promise<void> => {
    const seen = await canonicalOf(client, session);
    const { present } = await client.request('ls-snapshots', { session });
    reached.push({ snapshotId: present[session] ?? '', history, seen, how });
  };
  await run(client, session, 'import random; random.seed(0)');
  history = ['import random; random.seed(0)'];
  await look('run');

  for (const step of steps) {
    if (step.kind === 'run') {
      const rolledBack = await run(client, session, step.code, step.tx);
      if (!rolledBack) history = [...history, step.code];
    } else {
      const target = reached[step.state % reached.length];
      assert.ok(target !== undefined);
      session = await goTo(client, step.kind, target, session, folder);
      if (!opened.includes(session)) opened.push(session);
      history = target.history;
    }
    await look(step.kind);
  }
  for (const id of opened) await client.request('close', { session: id });
  return reached;
}

/** Goes to a state by one of the ways; answers the session that is in it then. */
async function goTo(
  client: RuntimeClient,
  how: 'restore' | 'fork' | 'round-trip',
  { snapshotId }: Reached,
  session: string,
  folder: string,
): Promise<string> {
  if (how === 'restore') {
    await client.request('restore', { snapshotId, session, inPlace: true });
    return session;
  }
  if (how === 'fork') return (await client.request('fork', { snapshotId, label: 'branch' })).session;
  const file = path.join(folder, `${snapshotId}.hindsight`);
  const { report } = await client.request('export', { snapshotId, file });
  assert.deepEqual(report?.lost ?? [], []);
  const imported = await client.request('import', { file });
  const restored = await client.request('restore', { snapshotId: imported.snapshotId, trust: true });
  assert.deepEqual(restored.report?.lost ?? [], []);
  return restored.session;
}

/** Runs a statement, which may fail; true when it was rolled back. */
async function run(
  client: RuntimeClient,
  session: string,
  code: string,
  tx?: 'rollback_on_failure',
): Promise<boolean> {
  const answer = await client
    .request('eval', { session, code, ...(tx === undefined ? {} : { tx }) })
    .then(() => 'ended', codeOf);
  assert.ok(answer === 'ended' || answer === 'eval-failed', String(answer));
  return tx !== undefined && answer === 'eval-failed';
}

/** The canonical text of what the session holds, as `straight` answers it. */
async function canonicalOf(client: RuntimeClient, session: string): Promise<string> {
  const code = "__import__('histories').canonical(globals()).encode().hex()";
  const { value } = await client.request('eval', { session, code, silent: true });
  const hex = String(value).slice(1, -1);
  assert.ok(hex.length < 9000, 'the state is larger than an answer may be');
  return Buffer.from(hex, 'hex').toString();
}

async function straight(histories: readonly (readonly string[])[]): Promise<readonly string[]> {
  const child = spawn(python, [path.join(support, 'histories.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(histories));
  const texts = JSON.parse(await text(child.stdout)) as string[][]; // Our own program wrote it.
  return texts.map((states) => states.at(-1) ?? '');
}

async function connect(t: TestContext, args: readonly string[]): Promise<RuntimeClient> {
  const store = await mkdtemp(path.join(tmpdir(), 'hindsight-store-'));
  const child = startHindsight(t, ['serve', '--json', '--log-level', 'error', ...args], {
    env: {
      ...process.env,
      PYTHONPATH: support,
      XDG_STATE_HOME: store,
      PATH: `${path.dirname(python)}:${process.env['PATH']}`,
    },
  });
  t.after(() => rm(store, { recursive: true, force: true }));
  const { url, token } = await listening(child);
  const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack' }));
  t.after(() => client.dispose());
  return client;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
}
