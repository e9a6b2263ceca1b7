/** Processes of the debugger: they end when they should, and one that dies is replaced or missed in words. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ProtocolError } from '../../runtime/protocol/errors.ts';
import { openRecorded, type Recorded } from '../support/navigating.ts';
import { descendants, vanished } from '../support/processes.ts';

const program = `
total = 0
for n in range(100_000):
    total += n
    total %= 1_000_003
print(total)
`;

/** A session that has recorded the program and gone back a little, with the processes that this made. */
async function walked(t: TestContext): Promise<{ recorded: Recorded; made: number[] }> {
  const recorded = await openRecorded(t, { minIdle: 0 });
  // Starts what reads source code, which is not the debugger's.
  await recorded.ask('breakpoint-locations', { file: '/nowhere.py', line: 1 });
  const before = new Set(descendants(process.pid));
  await recorded.run(program);
  await recorded.go('step-back');
  await recorded.go('step-back');
  return { recorded, made: descendants(process.pid).filter((pid) => !before.has(pid)) };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

test('no process of a recording outlives its session', async (t) => {
  const { recorded, made } = await walked(t);
  assert.ok(made.length > 2, 'snapshots, and a copy that stands at the present');

  await recorded.session.engineSession.dispose();

  await vanished(made);
  await assert.rejects(recorded.ask('position'), { code: 'trace-not-found' });
});

test('no process of a trace outlives its end, and the session goes on', async (t) => {
  const { recorded, made } = await walked(t);

  await recorded.ask('close-trace');

  const { pid } = recorded.session.engineSession.about;
  const states = descendants(process.pid).filter((one) => one === pid);
  assert.deepEqual(states, [pid]);
  assert.equal(await recorded.session.value('n'), '99999');
  assert.deepEqual((await recorded.ask('list-traces')).traces, []);
  await recorded.session.engineSession.dispose();
  await vanished(made);
});

test('a copy that dies is made again', async (t) => {
  const { recorded, made } = await walked(t);
  const before = await recorded.value('n');

  // The newest are copies; the oldest is the snapshot of the beginning.
  for (const pid of made.toSorted((a, b) => b - a).slice(0, -2)) kill(pid);

  assert.equal(await recorded.value('n'), before);
  assert.equal(await recorded.go('step-back'), '<module>:5 step');
});

test('where no snapshot is left it is said, and the session goes on', async (t) => {
  const { recorded, made } = await walked(t);

  for (const pid of made) kill(pid);
  await vanished(made);

  // The first may still have counted on one of them.
  await recorded.go('step-back').catch(() => {});
  await assert.rejects(recorded.go('step-back'), { code: 'trace-not-found' });
  assert.equal(await recorded.session.value('n'), '99999');
});

test('a search that is cancelled ends its processes, and can be asked again', async (t) => {
  const { recorded } = await walked(t);
  const cancelling = new AbortController();
  const reason = new Error('not wanted any more');
  const asked = { expression: 'total', file: recorded.file, line: 4 };

  const searching = recorded.ask('history', asked, cancelling.signal);
  setImmediate(() => cancelling.abort(reason));
  await assert.rejects(searching, reason);

  const { history } = await recorded.ask('history', { ...asked, limit: 3 });
  assert.deepEqual(
    history?.map(({ position }) => position.sourceLoc.line),
    [4, 4, 4],
  );
});

test('what was recorded of a program that ended its process can be gone through', async (t) => {
  const recorded = await openRecorded(t);
  const code = 'import os\nx = 1\nfor i in range(5):\n    x += i\nos._exit(3)\n';
  await assert.rejects(recorded.run(code), { code: 'worker-died' });

  const { traces } = await recorded.ask('list-traces');

  assert.equal(traces?.[0]?.status, 'failed');
  assert.equal(await recorded.go('goto', { time: 0 }), '<module>:1 goto');
  for (const line of [2, 3, 4, 3, 4]) assert.equal(await recorded.go('step-in'), `<module>:${line} step`);
  assert.equal(await recorded.value('i'), '1');
});

test('one movement at a time; pause makes a running program stand', async (t) => {
  const recorded = await openRecorded(t);
  const ended = recorded.run('done = False\nn = 0\nwhile not done:\n    n += 1\n', {
    record: { stopOnEntry: true },
  });
  await recorded.stopped();

  const goingOn = recorded.stop('continue').catch(({ code }: ProtocolError) => code);
  await recorded.stop('pause');
  await goingOn;
  assert.notEqual((await recorded.ask('position')).position, undefined, 'paused before it had begun to run');

  const going = recorded.stop('continue');
  await assert.rejects(recorded.go('step-over'), { code: 'not-stopped' });
  assert.deepEqual(await recorded.ask('position'), { running: true });
  const { reason } = await recorded.stop('pause');

  assert.equal(reason, 'pause');
  assert.equal((await going).reason, 'pause');
  await recorded.ask('set-variable', { frame: 0, scope: 'Globals', name: 'done', value: 'True' });
  assert.equal((await recorded.stop('continue')).reason, 'end');
  assert.equal((await ended).kind, 'result');
});

test('one goes back in what would have run for ever, and forward over its interruption', async (t) => {
  const recorded = await openRecorded(t);
  const interrupt = async (code: string) => {
    const { events } = recorded.session.host;
    const before = events.length;
    const ended = recorded.run(code, { record: { breakpoints: false } });
    await recorded.session.host.until(() => events.slice(before).find(({ type }) => type === 'output'));
    await recorded.session.engineSession.interrupt();
    return ended;
  };

  await interrupt('x = 0\nwhile True:\n    x += 1\n    if x == 1000: print("on")\n');
  assert.match(await recorded.go('step-back'), /^<module>:[2-4] step$/);
  assert.match(await recorded.go('step-back'), /^<module>:[2-4] step$/);
  assert.match(await recorded.go('continue'), /^<module>:[2-4] end$/);

  const call = 'print("on", flush=True) or re.match("(a+)+$", "a" * 60 + "b")';
  await interrupt(`import re\ntry:\n    ${call}\nexcept KeyboardInterrupt:\n    caught = 1\ndone = caught\n`);
  assert.equal(await recorded.go('step-back'), '<module>:6 step');
  for (const line of [5, 4, 3, 2]) assert.equal(await recorded.go('step-back'), `<module>:${line} step`);
  for (const line of [3, 4, 5, 6]) assert.equal(await recorded.go('step-over'), `<module>:${line} step`);
  for (const step of [6, 3, 4]) assert.equal(await recorded.go('goto', { step }), `<module>:${step} goto`);
});
