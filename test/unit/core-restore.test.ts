/** Going to a state: in place, as a new session, as a branch; what is said of it, and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeConnection } from '../support/fake-connection.ts';
import { TimeTraveller } from '../support/time-traveller.ts';

test('a run is undone and redone in place, with what it changed in place', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  const second = await time.run('push x 2');
  assert.deepEqual(time.held(), { x: '1,2' });

  const undo = await time.get('restore', { snapshotId: first['snapshotId'], inPlace: true });
  assert.deepEqual(time.held(), { x: '1' });
  const redo = await time.get('restore', { snapshotId: second['snapshotId'], inPlace: true });

  assert.deepEqual(time.held(), { x: '1,2' });
  assert.deepEqual(
    [undo['session'], undo['undone'], undo['redone'], undo['left'], undo['tier']],
    [time.session, [second.id], [], second['snapshotId'], 'live'],
  );
  assert.deepEqual([redo['undone'], redo['redone'], redo['left']], [[], [second.id], first['snapshotId']]);
  assert.deepEqual(
    time
      .events('restored')
      .map(({ checkpoint_id: id, left, undone, redone, source }) => [id, left, undone, redone, source]),
    [
      [first['snapshotId'], second['snapshotId'], [second.id], [], 'live'],
      [second['snapshotId'], first['snapshotId'], [], [second.id], 'live'],
    ],
  );
  await time.end();
});

test('a state is told before and after each run, and begins a branch where the session was rewound', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  await time.run('set x 2');
  await time.get('restore', { snapshotId: first['snapshotId'], inPlace: true });
  const third = await time.run('fail badly');

  const [root, one, two, three] = await time.nodes();
  assert.deepEqual(
    time.events('started').map(({ snapshot_id: id }) => id),
    [root?.id, one?.id, one?.id],
  );
  assert.deepEqual([one?.parent, two?.parent, three?.parent], [root?.id, one?.id, one?.id]);
  assert.partialDeepStrictEqual(three, {
    id: third['snapshotId'],
    session: time.session,
    run: { execution_id: third.id, execution_count: 3, status: 'failed', code: 'fail badly' },
  });
  assert.equal(time.events('error')[0]?.snapshot_id, three?.id);
  await time.end();
});

test('the number of runs goes on counting after a rewind', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  await time.run('set x 2');
  await time.get('restore', { snapshotId: first['snapshotId'], inPlace: true });

  assert.equal((await time.run('set x 3'))['execution_count'], 3);
  await time.end();
});

test('a restore opens a new session, while the old one goes on', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  await time.run('push x 2');
  const old = time.session;
  const restored = await time.get('restore', { snapshotId: first['snapshotId'] });
  time.session = String(restored['session']);
  await time.run('push x 3');

  assert.notEqual(time.session, old);
  assert.deepEqual([time.held(), time.held(old)], [{ x: '1,3' }, { x: '1,2' }]);
  assert.deepEqual(time.events('ready')[0]?.reason, 'restored');
  assert.equal(time.events('started')[0]?.snapshot_id, first['snapshotId']);
  assert.equal(time.events('started')[0]?.execution_count, 2);
  await time.end();
});

test('a fork without a snapshot is a branch of the present, even while it is busy', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  const running = time.run('set x 2\nwait');
  await time.client.when(() => (time.events('started').length === 2 ? true : undefined));
  const fork = await time.get('fork', { session: time.session, label: 'experiment-1' });

  assert.match(String(fork['branchId']), /^branch-/);
  assert.equal(fork['snapshotId'], first['snapshotId']);
  assert.deepEqual(time.held(String(fork['session'])), { x: '1' });
  const { sessions } = Object(await time.get('ls-sessions'));
  assert.partialDeepStrictEqual(sessions[1], { name: 'experiment-1', present: first['snapshotId'] });
  await time.get('interrupt', { session: time.session });
  await running;
  await time.end();
});

test('the present is captured before it is left, although nothing captures by itself', async () => {
  const time = await TimeTraveller.open({ capture: 'never' });
  const first = await time.get('snapshot', { session: time.session });
  const run = await time.run('set x 1');
  await time.get('restore', { snapshotId: first['snapshotId'], inPlace: true });
  await time.get('restore', { snapshotId: run['snapshotId'], inPlace: true });

  assert.deepEqual(time.held(), { x: '1' });
  await time.end();
});

test('a form that comes late belongs to its state', async () => {
  const time = await TimeTraveller.open({ capture: 'late' });
  const before = time.engineSession();
  const run = await time.run('set x 1');
  assert.equal((await time.node(run['snapshotId'])).tier, 'none');
  before.captureLate();
  assert.equal((await time.node(run['snapshotId'])).tier, 'live');

  await time.run('set x 2');
  const late = time.engineSession();
  await time.get('restore', { snapshotId: run['snapshotId'], inPlace: true });
  late.isDisposed = false; // Its process is not gone yet, and says what it had to say.
  late.captureLate();
  late.isDisposed = true;

  assert.deepEqual(time.held(), { x: '1' });
  await time.end();
});

test('a silent run belongs to the state that it changed, unless that one is named', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1');
  await time.run('push x quiet', { silent: true });
  await time.run('set x 2');
  await time.get('restore', { snapshotId: run['snapshotId'], inPlace: true });
  assert.deepEqual(time.held(), { x: '1,quiet' });

  const named = await time.get('snapshot', { session: time.session, label: 'good' });
  await time.run('push x more', { silent: true });
  const [present] = Object.values(Object((await time.get('ls-snapshots'))['present']));
  assert.notEqual(present, named['snapshotId']);
  await time.run('set x 3');
  await time.get('restore', { snapshotId: named['snapshotId'], inPlace: true });

  assert.deepEqual(time.held(), { x: '1,quiet' });
  await time.end();
});

for (const mode of [undefined, 'refuse'] as const) {
  test(`a busy session refuses to be rewound (busy: ${mode ?? 'not said'})`, async () => {
    const { time, running, before } = await busy();
    const answer = await time.ask('restore', {
      snapshotId: before,
      inPlace: true,
      ...(mode === undefined ? {} : { busy: mode }),
    });

    assert.partialDeepStrictEqual(answer, { status: ['error'], code: 'session-busy', retryable: true });
    await time.get('interrupt', { session: time.session });
    assert.equal((await running)['code'], 'eval-interrupted');
    await time.end();
  });
}

test('a busy session is rewound after what is queued', async () => {
  const { time, running, before } = await busy();
  const queued = time.run('set y 1');
  const restored = time.get('restore', { snapshotId: before, inPlace: true, busy: 'queue' });
  const after = time.run('set z 1');
  await time.get('interrupt', { session: time.session, execution_id: 'r2' });

  assert.equal((await running)['code'], 'eval-interrupted');
  assert.equal((await queued).status[0], 'done');
  assert.deepEqual((await restored)['undone'], ['r3', 'r2']);
  assert.equal((await after).status[0], 'done');
  assert.deepEqual(time.held(), { z: '1' });
  await time.end();
});

test('a busy session is interrupted and rewound', async () => {
  const { time, running, before } = await busy();
  const queued = time.run('set y 1');
  const restored = await time.get('restore', { snapshotId: before, inPlace: true, busy: 'interrupt' });

  assert.deepEqual([(await running)['code'], (await queued)['code']], ['eval-interrupted', 'eval-dropped']);
  assert.deepEqual([restored['undone'], time.held()], [['r2'], {}]);
  assert.deepEqual(time.story().slice(-3), ['error', 'idle', 'restored']);
  await time.end();
});

test('two restores at once happen one after the other', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  const second = await time.run('set x 2');
  const restores = [first, second].map(({ snapshotId }) =>
    time.get('restore', { snapshotId, inPlace: true }),
  );
  const [undo, redo] = await Promise.all(restores);

  assert.deepEqual([undo?.['undone'], redo?.['redone']], [[second.id], [second.id]]);
  assert.deepEqual(time.held(), { x: '2' });
  await time.end();
});

test('what is sent during a restore waits for it', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  await time.run('set x 2');
  const open = time.engine.close();
  const restored = time.get('restore', { snapshotId: first['snapshotId'], inPlace: true });
  const run = time.run('push x 3');
  await time.client.event('queued');
  open();

  await Promise.all([restored, run]);
  assert.deepEqual(time.held(), { x: '1,3' });
  await time.end();
});

test('a restore that fails leaves the session as it was', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  await time.run('set x 2');
  time.engine.faults.open.push('the machine allows no more processes');
  const failed = await time.ask('restore', { snapshotId: first['snapshotId'], inPlace: true });

  assert.partialDeepStrictEqual(failed, {
    code: 'snapshot-failed',
    error: 'the machine allows no more processes',
  });
  assert.deepEqual([time.held(), time.story().at(-1)], [{ x: '2' }, 'idle']);
  assert.equal((await time.run('push x 3')).status[0], 'done');
  await time.end();
});

test('a restore is refused when the state that it leaves cannot be captured', async () => {
  const time = await TimeTraveller.open({ capture: 'late' });
  time.engineSession().captureLate();
  const run = await time.run('set x 1');
  time.engineSession().captureLate();
  await time.run('set x 2');
  time.engine.faults.capture.push('fork: resource temporarily unavailable');
  const failed = await time.ask('restore', { snapshotId: run['snapshotId'], inPlace: true });

  assert.equal(failed['code'], 'snapshot-failed');
  assert.deepEqual(time.held(), { x: '2' });
  const open = time.engine.sessions.filter(({ isDisposed }) => !isDisposed);
  assert.equal(open.length, 1, 'what was opened meanwhile is ended');
  await time.end();
});

test('a dead session is brought back to its last state', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1');
  assert.equal((await time.run('die it ran out of memory'))['code'], 'worker-died');
  assert.equal((await time.run('set x 2'))['code'], 'session-dead');
  const restored = await time.get('restore', { snapshotId: run['snapshotId'], inPlace: true });

  assert.deepEqual([restored['undone'], restored['left']], [[], run['snapshotId']]);
  assert.deepEqual(time.held(), { x: '1' });
  assert.deepEqual(time.story().slice(-3), ['dead', 'restored', 'idle']);
  assert.equal((await time.run('push x 2')).status[0], 'done');
  await time.end();
});

test('a restart begins a new part of the tree, and the last state can be gone back to', async () => {
  const time = await TimeTraveller.open({ capture: 'never' });
  const run = await time.run('set x 1');
  await time.get('restart', { session: time.session });
  assert.deepEqual(time.held(), {});
  const root = (await time.nodes()).at(-1);
  assert.deepEqual([root?.session, root?.parent], [time.session, undefined]);
  const second = await time.run('set y 1');
  const restored = await time.get('restore', { snapshotId: run['snapshotId'], inPlace: true });

  assert.deepEqual([restored['undone'], restored['redone']], [[second.id], [run.id]]);
  assert.deepEqual(time.held(), { x: '1' });
  await time.end();
});

test('a restart during a restore wins', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1');
  await time.run('set x 2');
  const open = time.engine.close();
  const restored = time.ask('restore', { snapshotId: run['snapshotId'], inPlace: true });
  const restarted = time.get('restart', { session: time.session });
  open();
  await restarted;

  assert.equal((await restored)['code'], 'cancelled');
  assert.deepEqual(time.held(), {});
  await time.end();
});

test('a dry restore says what would come back and what not, and changes nothing', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  const second = await time.run('set x 2\nwrite /tmp/report.csv');
  const seen = time.client.events.length;
  const dry = await time.get('restore', { snapshotId: first['snapshotId'], inPlace: true, dry: true });

  assert.partialDeepStrictEqual(dry, { undone: [second.id], redone: [], tier: 'live' });
  assert.deepEqual(dry['warnings'], [
    { kind: 'file', name: '/tmp/report.csv', message: 'Run 2 wrote /tmp/report.csv; that is not undone.' },
  ]);
  assert.deepEqual([time.held(), time.client.events.length], [{ x: '2' }, seen]);
  await time.end();
});

test('states that are not known, or not held any more, are refused by name', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  const second = await time.run('set x 2');
  const third = await time.run('set x 3');
  for (const op of ['restore', 'fork', 'delete-snapshot', 'snapshot', 'export'])
    assert.partialDeepStrictEqual(await time.ask(op, { snapshotId: 'snap-x', file: '/tmp/x' }), {
      code: 'snapshot-not-found',
      details: { snapshotId: 'snap-x' },
    });
  await time.get('delete-snapshot', { snapshotId: second['snapshotId'] });
  const gone = await time.ask('restore', { snapshotId: second['snapshotId'], inPlace: true });

  assert.partialDeepStrictEqual(gone, {
    code: 'snapshot-gone',
    details: { nearest: first['snapshotId'] },
  });
  assert.equal((await time.node(third['snapshotId'])).parent, second['snapshotId']);
  await time.end();
});

test('a snapshot whose process was killed is gone, and said so if it was named', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1');
  await time.get('snapshot', { snapshotId: run['snapshotId'], label: 'good' });
  await time.run('set x 2');
  time.engine.snapshots.findLast(({ data }) => data.get('x')?.join() === '1')?.vanish('it was killed');
  await time.client.event('checkpoint_deleted');

  assert.partialDeepStrictEqual(time.events('checkpoint_deleted')[0], {
    checkpoint_id: run['snapshotId'],
    tier: 'none',
    reason: 'lost',
  });
  assert.equal((await time.ask('restore', { snapshotId: run['snapshotId'] }))['code'], 'snapshot-gone');
  await time.end();
});

test('the present can be deleted, and is captured again when it is needed', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  const present = await time.run('set x 2');
  await time.settled();
  const deleted = await time.get('delete-snapshot', { snapshotId: present['snapshotId'] });
  assert.equal(deleted['freed_bytes'], 1000);
  await time.get('restore', { snapshotId: first['snapshotId'], inPlace: true });
  await time.get('restore', { snapshotId: present['snapshotId'], inPlace: true });

  assert.deepEqual(time.held(), { x: '2' });
  await time.end();
});

test('a session that is closed leaves what is held of it', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1');
  await time.settled();
  await time.get('close', { session: time.session });
  const restored = await time.get('restore', { snapshotId: run['snapshotId'] });

  assert.deepEqual(time.held(String(restored['session'])), { x: '1' });
  assert.equal(
    (await time.ask('restore', { snapshotId: run['snapshotId'], inPlace: true }))['code'],
    'session-not-found',
  );
  await time.end();
});

test('an observer looks at states and changes none', async () => {
  const time = await TimeTraveller.open();
  const { snapshotId } = await time.run('set x 1');
  const observer = new FakeConnection(time.server);
  const { session } = time;
  await observer.request({ id: 'a', op: 'attach', session, mode: 'observer' });

  for (const request of [
    { op: 'snapshot', session },
    { op: 'snapshot', snapshotId, label: 'x' },
    { op: 'restore', snapshotId },
    { op: 'restore', snapshotId, inPlace: true },
    { op: 'fork', session },
    { op: 'fork', snapshotId },
    { op: 'delete-snapshot', snapshotId },
    { op: 'begin', session },
    { op: 'commit', session },
    { op: 'rollback', session },
    { op: 'export', snapshotId, file: '/tmp/x' },
    { op: 'eval', code: '', at: snapshotId },
  ])
    assert.equal((await observer.request({ id: 'b', ...request }))['code'], 'not-owner', request.op);
  for (const request of [{ op: 'ls-snapshots' }, { op: 'inspect', at: snapshotId }])
    assert.deepEqual((await observer.request({ id: 'c', ...request })).status, ['done']);
  await time.end();
});

test('states answer looks, and code that runs aside leaves no trace', async () => {
  const time = await TimeTraveller.open();
  const first = await time.run('set x 1');
  await time.run('push x 2\nset yes 1');
  const at = first['snapshotId'];
  const seen = time.client.events.length;

  assert.deepEqual((await time.get('complete', { prefix: '', at }))['completions'], [
    { candidate: 'x', type: 'instance' },
  ]);
  assert.equal((await time.get('info', { symbol: 'x', at }))['preview'], '1');
  assert.equal((await time.get('inspect', { at }))['total'], 1);
  assert.equal((await time.get('inspect', { session: time.session }))['total'], 2);
  assert.deepEqual((await time.get('table', { at, path: ['x'] }))['rows'], [['1']]);
  assert.partialDeepStrictEqual(await time.get('diff', { from: at, session: time.session }), {
    added: [{ name: 'yes' }],
    removed: [],
    changed: [{ name: 'x', summary: '1 → 1,2' }],
  });
  const aside = await time.get('eval', { code: 'print hello\npush x 9', at });
  assert.deepEqual(
    [aside['value'], aside['output']],
    ['{"x":["1","9"]}', [{ stream: 'stdout', data: 'hello\n' }]],
  );
  assert.equal((await time.ask('eval', { code: 'fail', at }))['code'], 'eval-failed');
  assert.deepEqual([time.held(), time.client.events.length], [{ x: '1,2', yes: '1' }, seen]);
  await time.end();
});

/** A session that runs `r2`, and the state before it. */
async function busy() {
  const time = await TimeTraveller.open();
  const running = time.run('set x 1\nwait');
  await time.client.event('started');
  const before = time.events('started')[0]?.snapshot_id;
  return { time, running, before };
}
