/** Transactions: of one evaluation and of several; what is undone, what is kept, and what is said of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../support/manual-clock.ts';
import { TimeTraveller } from '../support/time-traveller.ts';

test('commit_on_success keeps what ends well, and says what it did outside', async () => {
  const time = await TimeTraveller.open();
  await time.run('set x 1');
  const run = await time.run('push x 2\nwrite /tmp/a', { tx: 'commit_on_success' });

  assert.partialDeepStrictEqual(run, {
    status: ['done'],
    transaction: 'committed',
    effects: [{ kind: 'file-written', target: '/tmp/a' }],
  });
  assert.deepEqual([time.held(), time.events('rolled_back')], [{ x: '1,2' }, []]);
  await time.end();
});

test('commit_on_success undoes what fails: error, rolled_back, idle, then the response', async () => {
  const time = await TimeTraveller.open();
  const before = await time.run('set x 1');
  const run = await time.run('push x 2\nwrite /tmp/a\nfail badly', { tx: 'commit_on_success' });

  assert.partialDeepStrictEqual(run, { code: 'eval-failed', transaction: 'rolled-back' });
  assert.deepEqual(time.held(), { x: '1' });
  assert.deepEqual(time.story().slice(-4), ['started', 'error', 'rolled_back', 'idle']);
  assert.partialDeepStrictEqual(time.events('rolled_back')[0], {
    checkpoint_id: before['snapshotId'],
    reason: 'it failed with StateError: badly',
    undone: [run.id],
    effects: [{ kind: 'file-written', target: '/tmp/a' }],
  });
  assert.ok(
    time.client.messages.indexOf(run) > time.client.messages.indexOf(time.client.events.at(-1) ?? {}),
  );
  await time.end();
});

test('nothing else of the session runs between a failure and its undoing', async () => {
  const time = await TimeTraveller.open();
  await time.run('set x 1');
  const open = time.engine.close();
  const failing = time.run('push x 2\nfail', { tx: 'commit_on_success' });
  const next = time.run('push x 3');
  await time.client.event('error');
  open();

  assert.deepEqual(
    [(await failing)['transaction'], (await next)['value']],
    ['rolled-back', '{"x":["1","3"]}'],
  );
  const story = time.story();
  assert.ok(story.indexOf('rolled_back') < story.lastIndexOf('started'));
  await time.end();
});

test('commit_always keeps what fails', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1\nfail', { tx: 'commit_always' });

  assert.deepEqual([run['code'], run['transaction'], time.held()], ['eval-failed', 'committed', { x: '1' }]);
  await time.end();
});

test('an interrupt counts as a failure', async () => {
  const time = await TimeTraveller.open();
  const running = time.run('set x 1\nwait', { tx: 'commit_on_success' });
  await time.client.event('started');
  await turns();
  await time.get('interrupt', { session: time.session });

  assert.partialDeepStrictEqual(await running, { code: 'eval-interrupted', transaction: 'rolled-back' });
  assert.deepEqual([time.held(), reason(time)], [{}, 'it was interrupted']);
  await time.end();
});

test('an interrupt that comes while the state before is captured is not lost', async () => {
  const time = await TimeTraveller.open({ capture: 'never' });
  const running = time.run('set x 1\nwait', { tx: 'commit_on_success' });
  const interrupted = time.get('interrupt', { session: time.session });

  assert.equal((await running)['code'], 'eval-interrupted');
  assert.equal((await interrupted)['interrupted'], (await running).id);
  assert.deepEqual(time.held(), {});
  await time.end();
});

for (const code of ['set x 1\nwait', 'set x 1\ndeaf']) {
  test(`a time-out counts as a failure, however it ends (${code.slice(8)})`, async () => {
    const clock = new ManualClock();
    const time = await TimeTraveller.open({}, { after: (ms, callback) => clock.after(ms, callback) });
    const running = time.run(code, { tx: 'commit_on_success', timeout_ms: 500 });
    await time.client.event('started');
    await turns();
    clock.pass(500);

    assert.equal((await running)['transaction'], 'rolled-back');
    assert.deepEqual([time.held(), reason(time)], [{}, 'it ran longer than 500 ms']);
    assert.equal(clock.waiting, 0);
    await time.end();
  });
}

test('a time-out without a transaction only interrupts, and an evaluation in time is left alone', async () => {
  const clock = new ManualClock();
  const time = await TimeTraveller.open({}, { after: (ms, callback) => clock.after(ms, callback) });
  const running = time.run('set x 1\nwait', { timeout_ms: 500 });
  await time.client.event('started');
  clock.pass(500);
  assert.equal((await running)['code'], 'eval-interrupted');
  await time.run('push x 2', { timeout_ms: 500 });
  clock.pass(5000);

  assert.deepEqual(time.held(), { x: '1,2' });
  await time.end();
});

test('whoever asks for the sessions is told that a transaction is open, and where it began', async () => {
  const time = await TimeTraveller.open();
  await time.run('set x 1');
  const opened = async (): Promise<unknown> => {
    const { sessions } = (await time.get('ls-sessions')) as unknown as {
      sessions: { transaction?: string }[];
    };
    return sessions[0]?.transaction;
  };
  const answers = [await opened()];
  const { snapshotId } = await time.get('begin', { session: time.session });
  answers.push(await opened());
  await time.get('commit', { session: time.session });
  answers.push(await opened());

  assert.deepEqual(answers, [undefined, snapshotId, undefined]);
  await time.end();
});

test('a crash is undone: the session comes back', async () => {
  const time = await TimeTraveller.open();
  await time.run('set x 1');
  const run = await time.run('push x 2\ndie it ran out of memory', { tx: 'commit_on_success' });

  assert.partialDeepStrictEqual(run, { code: 'worker-died', transaction: 'rolled-back' });
  assert.deepEqual(time.story().slice(-4), ['error', 'dead', 'rolled_back', 'idle']);
  assert.deepEqual([time.held(), reason(time)], [{ x: '1' }, 'its process ended: it ran out of memory']);
  assert.deepEqual(time.events('rolled_back')[0]?.undone, [run.id]);
  assert.equal((await time.run('push x 3'))['value'], '{"x":["1","3"]}');
  await time.end();
});

test('begin, runs, rollback: all of it is undone, and what was done outside is listed', async () => {
  const time = await TimeTraveller.open();
  const before = await time.run('set x 1');
  const begun = await time.get('begin', { session: time.session, label: 'try' });
  const runs = [
    await time.run('push x 2\nwrite /tmp/a'),
    await time.run('fail\n'),
    await time.run('set y 1'),
  ];
  const rolledBack = await time.get('rollback', { session: time.session });

  assert.deepEqual(
    [begun['snapshotId'], rolledBack['snapshotId']],
    [before['snapshotId'], before['snapshotId']],
  );
  assert.deepEqual(rolledBack['undone'], runs.map(({ id }) => id).reverse());
  assert.deepEqual(rolledBack['effects'], [{ kind: 'file-written', target: '/tmp/a' }]);
  assert.deepEqual([time.held(), reason(time)], [{ x: '1' }, 'it was asked for']);
  assert.equal((await time.node(before['snapshotId'])).label, 'try');
  assert.equal((await time.ask('rollback', { session: time.session }))['code'], 'no-transaction');
  await time.end();
});

test('begin, runs, commit: all of it stays', async () => {
  const time = await TimeTraveller.open();
  await time.get('begin', { session: time.session });
  const run = await time.run('set x 1', { tx: 'commit_on_success' });
  assert.equal(run['transaction'], 'open');
  assert.equal((await time.ask('begin', { session: time.session }))['code'], 'transaction-open');
  const committed = await time.get('commit', { session: time.session });

  assert.deepEqual([committed['snapshotId'], time.held()], [run['snapshotId'], { x: '1' }]);
  assert.equal((await time.ask('commit', { session: time.session }))['code'], 'no-transaction');
  await time.end();
});

test('explicit begins a transaction where none is open, which a failure leaves open', async () => {
  const time = await TimeTraveller.open();
  const run = await time.run('set x 1\nfail', { tx: 'explicit' });
  assert.deepEqual([run['transaction'], time.held()], ['open', { x: '1' }]);
  assert.equal((await time.run('set y 1', { tx: 'explicit' }))['transaction'], 'open');
  await time.get('rollback', { session: time.session });

  assert.deepEqual(time.held(), {});
  await time.end();
});

test('rollback_on_failure undoes the open transaction as a whole, commit_on_success only itself', async () => {
  const time = await TimeTraveller.open();
  await time.run('set x 1');
  await time.get('begin', { session: time.session });
  const first = await time.run('push x 2\nwrite /tmp/a');
  await time.run('push x 3\nfail', { tx: 'commit_on_success' });
  assert.deepEqual(time.held(), { x: '1,2' });
  const last = await time.run('push x 4\nfail', { tx: 'rollback_on_failure' });

  assert.deepEqual([last['transaction'], time.held()], ['rolled-back', { x: '1' }]);
  assert.deepEqual(last['effects'], [{ kind: 'file-written', target: '/tmp/a' }]);
  assert.deepEqual(time.events('rolled_back').at(-1)?.undone, [last.id, first.id]);
  assert.equal((await time.ask('commit', { session: time.session }))['code'], 'no-transaction');
  await time.end();
});

test('a crash ends an open transaction and goes back to its beginning', async () => {
  const time = await TimeTraveller.open();
  await time.run('set x 1');
  await time.get('begin', { session: time.session });
  await time.run('push x 2');
  time.engineSession().die('it was killed');
  await time.client.event('rolled_back');
  await turns();

  assert.deepEqual([time.held(), time.story().at(-1)], [{ x: '1' }, 'idle']);
  assert.equal((await time.ask('rollback', { session: time.session }))['code'], 'no-transaction');
  await time.end();
});

test('a restart ends an open transaction: the last state is the one before it', async () => {
  const time = await TimeTraveller.open();
  const before = await time.run('set x 1');
  await time.get('begin', { session: time.session });
  const run = await time.run('push x 2');
  await time.get('restart', { session: time.session });

  assert.partialDeepStrictEqual(time.events('rolled_back'), [
    { checkpoint_id: before['snapshotId'], reason: 'the session was restarted', undone: [run.id] },
  ]);
  assert.deepEqual([time.held(), time.state()], [{}, 'idle']);
  assert.equal((await time.ask('commit', { session: time.session }))['code'], 'no-transaction');
  await time.end();
});

test('going to a state before the beginning ends the transaction, and says so', async () => {
  const time = await TimeTraveller.open();
  const before = await time.run('set x 1');
  await time.run('push x 2');
  await time.get('begin', { session: time.session });
  await time.get('restore', { snapshotId: before['snapshotId'], inPlace: true });

  assert.match(String(time.events('notice')[0]?.message), /transaction ended/);
  assert.equal((await time.ask('rollback', { session: time.session }))['code'], 'no-transaction');
  await time.end();
});

test('the beginning of an open transaction cannot be deleted', async () => {
  const time = await TimeTraveller.open();
  const { snapshotId } = await time.get('begin', { session: time.session });
  assert.equal((await time.ask('delete-snapshot', { snapshotId }))['code'], 'transaction-open');
  await time.get('rollback', { session: time.session });
  await time.get('delete-snapshot', { snapshotId });
  await time.end();
});

test('without a state to go back to, a transaction does not begin and its code does not run', async () => {
  const time = await TimeTraveller.open({ capture: 'never' });
  time.engine.faults.capture.push('fork: resource temporarily unavailable');
  const run = await time.run('set x 1', { tx: 'commit_on_success' });

  assert.partialDeepStrictEqual(run, { status: ['error'], code: 'snapshot-failed' });
  assert.deepEqual([time.held(), time.story().at(-1)], [{}, 'idle']);
  await time.end();
});

test('what cannot be undone is said, and the session goes on', async () => {
  const time = await TimeTraveller.open();
  time.engine.faults.open.push('no more processes');
  const run = await time.run('set x 1\nfail', { tx: 'commit_on_success' });

  assert.deepEqual([run['code'], run['transaction'], time.held()], ['eval-failed', 'committed', { x: '1' }]);
  assert.match(String(time.events('notice')[0]?.message), /could not be undone: no more processes/);
  assert.equal((await time.run('set x 2')).status[0], 'done');
  await time.end();
});

function reason(time: TimeTraveller): string | undefined {
  return time.events('rolled_back').at(-1)?.reason;
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((done) => setImmediate(done));
}
