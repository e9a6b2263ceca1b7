/** Naming, writing, listing and giving up states; the budget of memory; checkpoints on disk and in files. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { CheckpointStore } from '../../runtime/core/checkpoints/store.ts';
import { defaultServerLimits, type ServerSettings } from '../../runtime/core/protocol-server.ts';
import { EchoEngine } from '../support/echo-engine.ts';
import { FakeConnection } from '../support/fake-connection.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestServer } from '../support/runtime.ts';
import type { StateEngineOptions } from '../support/state-engine.ts';
import { TimeTraveller } from '../support/time-traveller.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hindsight-states-'));
});
after(() => rmSync(folder, { recursive: true }));

test('a snapshot says what the transcript of the design says, and names the state before a running evaluation', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1');
  const idle = await time.get('snapshot', { session: time.session, label: 'good' });
  const running = time.run('set x 2\nwait');
  await time.client.when(() => (time.events('started').length === 2 ? true : undefined));
  const busy = await time.get('snapshot', { session: time.session });
  await time.get('interrupt', { session: time.session });
  await running;

  assert.partialDeepStrictEqual(idle, {
    status: ['done'],
    session: time.session,
    snapshotId: run['snapshotId'],
    context: { step: 1, status: 'idle' },
    tier: 'live',
    size_bytes: 1000,
    warnings: [],
  });
  assert.deepEqual(
    [busy['snapshotId'], busy['context']],
    [run['snapshotId'], { step: 2, status: 'running' }],
  );
  assert.partialDeepStrictEqual(time.events('checkpoint_created')[0], {
    checkpoint_id: run['snapshotId'],
    label: 'good',
    tier: 'live',
    size_bytes: 1000,
  });
  assert.equal((await time.node(run['snapshotId'])).label, 'good');
  await time.end();
});

test('an engine that cannot capture states goes on without them, and what needs them says so', async () => {
  const client = new FakeConnection(createTestServer([new EchoEngine()]));
  const run = await client.request({ id: '1', op: 'eval', code: 'value 1' });
  const { session } = run;
  assert.equal(run['snapshotId'], undefined);
  for (const request of [
    { op: 'snapshot', session },
    { op: 'fork', session },
    { op: 'begin', session },
    { op: 'eval', session, code: 'value 1', tx: 'commit_on_success' },
    { op: 'inspect', session },
  ])
    assert.equal((await client.request({ id: '2', ...request }))['code'], 'unsupported-op', request.op);

  const kept = await client.request({ id: '3', op: 'eval', session, code: 'value 2', tx: 'commit_always' });
  assert.deepEqual([kept['value'], kept['transaction']], ['2', 'committed']);
  assert.deepEqual((await client.request({ id: '4', op: 'ls-snapshots' }))['snapshots'], []);
});

test('code that runs aside for too long is ended', async () => {
  const clock = new ManualClock();
  const time = await TimeTraveller.open({}, { after: (ms, callback) => clock.after(ms, callback) });
  const { snapshotId } = await time.run('set x 1');
  const aside = time.ask('eval', { code: 'wait', at: snapshotId, timeout_ms: 500 });
  while (clock.waiting === 0) await new Promise<void>((done) => setImmediate(done));
  await new Promise<void>((done) => setImmediate(done));
  clock.pass(500);

  assert.equal((await aside)['code'], 'timeout');
  await time.end();
});

test('automatic snapshots can be switched off, and states are still captured on request', async () => {
  const time = await TimeTraveller.open();
  await time.clone({ snapshots: 'never' });
  const first = await time.run('set x 1');
  await time.get('snapshot', { snapshotId: first['snapshotId'] });
  const second = await time.run('set x 2');
  await time.run('set x 3');
  assert.equal((await time.node(second['snapshotId'])).tier, 'none');
  await time.get('restore', { snapshotId: first['snapshotId'], inPlace: true });

  assert.deepEqual(time.held(), { x: '1' });
  await time.end();
});

test('the tree of a session is listed without the trees of others, parents before children', async () => {
  const time = await TimeTraveller.open();
  const one = time.session;
  const run = await time.run('set x 1');
  const other = await time.clone();
  await time.run('set y 1');
  const fork = String((await time.get('fork', { snapshotId: run['snapshotId'] }))['session']);

  const ofFork = await time.nodes(fork);
  assert.deepEqual(await time.nodes(one), ofFork);
  assert.ok(ofFork.every(({ session }) => session === one));
  assert.equal((await time.nodes(other)).length, 2);
  const listed = new Set<string>();
  for (const { id, parent } of await time.nodes()) {
    assert.ok(parent === undefined || listed.has(parent));
    listed.add(id);
  }
  await time.end();
});

test('memory is kept under the budget: old automatic ones go, and are told as not held', async () => {
  const time = await withMemory(5000);
  for (let count = 0; count < 30; count += 1) await time.run(`set x ${count}`);
  await time.settled();
  const { memory } = await time.get('ls-snapshots');
  const nodes = await time.nodes();

  assert.deepEqual(memory, { used_bytes: 5000, budget_bytes: 5000, live: 5 });
  assert.deepEqual(
    nodes.slice(-2).map(({ tier }) => tier),
    ['live', 'live'],
    'the present and the state before the last run stay',
  );
  const gone = nodes.findLast(({ tier }) => tier === 'none');
  assert.equal((await time.ask('restore', { snapshotId: gone?.id }))['code'], 'snapshot-gone');
  await time.end();
});

test('the number of live snapshots is bounded, too', async () => {
  const time = await TimeTraveller.open({}, { limits: { ...defaultServerLimits, maxLiveSnapshots: 4 } });
  for (let count = 0; count < 10; count += 1) await time.run(`set x ${count}`);
  await time.settled();

  assert.equal(time.server.sessions.states.live.nodes.size, 4);
  await time.end();
});

test('a named one goes last, and is on disk before its live form goes', async () => {
  const time = await withMemory(2000, {}, withStore());
  const run = await time.run('set x 1');
  await time.get('snapshot', { snapshotId: run['snapshotId'], label: 'good' });
  await time.run('set x 2');
  await time.run('set x 3');
  await time.settled();

  assert.equal((await time.node(run['snapshotId'])).tier, 'durable');
  assert.partialDeepStrictEqual(time.events('checkpoint_deleted'), [
    { reason: 'memory', tier: 'durable', checkpoint_id: run['snapshotId'] },
  ]);
  const restored = await time.get('restore', { snapshotId: run['snapshotId'] });
  assert.deepEqual(time.held(String(restored['session'])), { x: '1' });
  await time.end();
});

test('a named one that cannot be written stays in memory', async () => {
  const time = await withMemory(2000, {}, withStore());
  const run = await time.run('set x 1');
  await time.get('snapshot', { snapshotId: run['snapshotId'], label: 'good' });
  time.engine.faults.save.push('no space left on device');
  await time.run('set x 2');
  await time.run('set x 3');
  await time.settled();

  assert.equal((await time.node(run['snapshotId'])).tier, 'live');
  assert.equal(time.engine.faults.save.length, 0);
  await time.end();
});

test('with a budget of 0 nothing is kept, an undo says why, and a transaction works', async () => {
  const time = await withMemory(0);
  const first = await time.run('set x 1');
  await time.run('set x 2');
  const undo = await time.ask('restore', { snapshotId: first['snapshotId'], inPlace: true });
  assert.partialDeepStrictEqual(undo, { code: 'snapshot-gone' });
  assert.match(String(undo['error']), /memory for snapshots is 0/);

  const failed = await time.run('push x 3\nfail', { tx: 'commit_on_success' });
  await time.get('begin', { session: time.session });
  await time.run('push x 4');
  await time.get('rollback', { session: time.session });
  await time.settled();

  assert.deepEqual([failed['transaction'], time.held()], ['rolled-back', { x: '2' }]);
  assert.equal(time.engine.held, 0);
  await time.end();
});

test('a checkpoint outlives the runtime, and is restored by another with its report', async () => {
  const store = withStore();
  const first = await TimeTraveller.open({}, store);
  const run = await first.run('set x 1');
  const saved = await first.get('snapshot', { session: first.session, label: 'good', durable: true });
  assert.deepEqual([saved['tier'], Object(saved['report']).kept], ['both', [{ name: 'x', type: 'list' }]]);
  await first.end();

  const second = await TimeTraveller.open({}, store);
  assert.partialDeepStrictEqual(await second.node(run['snapshotId']), {
    label: 'good',
    tier: 'durable',
    trusted: true,
    run: { code: 'set x 1', execution_count: 1 },
  });
  const dry = await second.get('restore', { snapshotId: run['snapshotId'], dry: true });
  assert.deepEqual(Object(dry['report']).kept, [{ name: 'x', type: 'list' }]);
  const inPlace = await second.get('restore', {
    snapshotId: run['snapshotId'],
    inPlace: true,
    session: second.session,
  });
  assert.deepEqual([second.held(), inPlace['tier']], [{ x: '1' }, 'durable']);
  assert.equal(second.events('restored')[0]?.source, 'durable');
  assert.equal((await second.get('inspect', { at: run['snapshotId'] }))['total'], 1);
  await second.get('delete-snapshot', { snapshotId: run['snapshotId'] });
  await second.end();
});

test('an imported checkpoint is not loaded before a person agreed, who is asked once', async () => {
  const store = withStore();
  const time = await TimeTraveller.open({}, store);
  await time.run('set x 1');
  const { snapshotId } = await time.get('snapshot', { session: time.session, label: 'good' });
  const file = path.join(folder, 'good.hindsight');
  assert.equal((await time.ask('export', { snapshotId, file: 'good.hindsight' }))['code'], 'invalid-request');
  assert.ok(Number((await time.get('export', { snapshotId, file }))['size_bytes']) > 0);
  const imported = await time.get('import', { file });
  const id = imported['snapshotId'];

  assert.deepEqual([imported['label'], (await time.node(id)).trusted], ['good', false]);
  for (const [op, params] of [
    ['restore', { snapshotId: id }],
    ['fork', { snapshotId: id }],
    ['inspect', { at: id }],
  ] as const)
    assert.equal((await time.ask(op, params))['code'], 'checkpoint-untrusted', op);
  const { session } = time;
  await time.get('restore', { snapshotId: id, inPlace: true, session, trust: true });
  assert.deepEqual(time.held(), { x: '1' });
  await time.get('restore', { snapshotId: id });
  await time.end();
});

test('without a store, what needs one says so', async () => {
  const time = await TimeTraveller.open();
  const answer = await time.ask('snapshot', { session: time.session, durable: true });
  assert.equal(answer['code'], 'store-unavailable');
  assert.equal((await time.run('set x 1')).status[0], 'done');
  await time.end();
});

test('of a very long session the tree remembers a bounded number of states', async () => {
  const limits = { ...defaultServerLimits, maxStates: 50, snapshotMemoryBytes: 3000 };
  const time = await TimeTraveller.open({}, { limits });
  for (let count = 0; count < 120; count += 1) await time.run(`set x ${count}`);
  await time.settled();
  const nodes = await time.nodes();

  assert.ok(nodes.length <= 50);
  assert.equal(nodes.at(-1)?.run?.code, 'set x 119');
  assert.ok(nodes.filter(({ tier }) => tier === 'live').length >= 2);
  await time.end();
});

function withMemory(
  snapshotMemoryBytes: number,
  options: StateEngineOptions = {},
  settings: Partial<ServerSettings> = {},
): Promise<TimeTraveller> {
  return TimeTraveller.open(options, {
    ...settings,
    limits: { ...defaultServerLimits, snapshotMemoryBytes },
  });
}

/** A store in a folder of its own, which several runtimes can use. */
function withStore(): Partial<ServerSettings> {
  const own = mkdtempSync(path.join(folder, 'store-'));
  return { openStore: () => CheckpointStore.open({ folder: own, pid: process.pid }) };
}
