/** Looking at live objects of a real session, idle and busy, and reading source where they do not know. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { never, openEngine, openSession, type TestSession } from '../support/python-engine.ts';

test('completes from live objects, the newest', async (t) => {
  const session = await openSession(openEngine(t));

  for (let turn = 0; turn < 10; turn += 1) {
    await session.value(`live_${turn} = ${turn}`);
    assert.ok((await candidates(session, 'live_')).includes(`live_${turn}`), `turn ${turn}`);
  }
});

test('shows what an object is', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('answer = 42');

  const info = await session.engineSession.info?.({ session: 's', symbol: 'answer' }, never);

  assert.equal(info?.type, 'int');
  assert.equal(info?.preview, '42');
  assert.equal(info?.source, 'live');
});

test('looks while the session is busy, at what was before', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('before = 1');
  // Evaluations that follow one another within some milliseconds share a shadow: the first look makes a new one.
  assert.deepEqual(await candidates(session, 'befor'), ['before']);
  const running = session.evaluate('during = 2\nprint("busy")\nwhile True: pass');
  await session.host.wrote('busy');

  assert.deepEqual(await candidates(session, 'befor'), ['before']);
  assert.deepEqual(await candidates(session, 'durin'), []);
  await session.engineSession.interrupt();
  await running;
  assert.deepEqual(await candidates(session, 'durin'), ['during']);
});

test('looks while the session sleeps in its first evaluation', async (t) => {
  const session = await openSession(openEngine(t));
  const running = session.evaluate('import time\nprint("busy")\ntime.sleep(1000)');
  await session.host.wrote('busy');

  const answer = await session.engineSession.complete?.(
    { session: 's', code: 'pri', line: 1, column: 3 },
    never,
  );

  assert.ok(answer?.completions.some(({ candidate }) => candidate === 'print'));
  await session.engineSession.interrupt();
  await running;
});

test('runs nothing of the user’s in the session', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value(
    'calls = []\nclass Loud:\n' +
      '    def __repr__(self): calls.append("repr"); return "loud"\n' +
      '    @property\n    def trap(self): calls.append("property")\n' +
      '    def __getattr__(self, name): calls.append(name); raise AttributeError(name)\n' +
      '    def __dir__(self): calls.append("dir"); return []\n' +
      'loud = Loud()',
  );

  await candidates(session, 'loud.');
  await session.engineSession.info?.({ session: 's', symbol: 'loud' }, never);

  assert.equal(await session.value('calls'), '[]');
});

test('reads the source where live objects do not know', async (t) => {
  const session = await openSession(openEngine(t));
  const code = 'def frobnicate(width, height):\n    "Turns it."\n\nfrobnicate';

  const info = await session.engineSession.info?.({ session: 's', code, line: 4, column: 3 }, never);

  assert.equal(info?.source, 'static');
  assert.equal(info?.line, 1);
});

test('does not read the source when it is told not to', async (t) => {
  const session = await openSession(openEngine(t));
  const code = 'def frobnicate(): pass\nfrobnicate';

  assert.equal(
    await session.engineSession.info?.({ session: 's', code, line: 2, column: 3, static: false }, never),
    undefined,
  );
});

test('answers many looks at once, also while evaluations come and go', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('import math');

  for (let turn = 0; turn < 10; turn += 1) {
    const looks = Array.from({ length: 20 }, () => candidates(session, 'math.sq'));
    await session.value(`x = ${turn}`);
    for (const names of await Promise.all(looks)) assert.deepEqual(names, ['sqrt']);
  }
});

test('gives up at once when the caller does', async (t) => {
  const session = await openSession(openEngine(t));
  const abort = new AbortController();
  const looking = session.engineSession.complete?.(
    { session: 's', code: 'pri', line: 1, column: 3 },
    abort.signal,
  );

  abort.abort(new Error('typed on'));

  await assert.rejects(async () => looking, /typed on/);
  assert.ok((await candidates(session, 'pri')).includes('print'));
});

test('a shadow that was killed is replaced', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('import os, glob\nlive_name = 1');
  await candidates(session, 'live_');
  // The shadow is in the session's group, but neither the session nor its child.
  await session.value(
    'for path in glob.glob("/proc/[0-9]*"):\n' +
      '    pid = int(path[6:])\n' +
      '    try:\n        if os.getpgid(pid) == os.getpgid(0) and pid != os.getpid(): os.kill(pid, 9)\n' +
      '    except OSError: pass',
  );

  assert.ok((await candidates(session, 'live_')).includes('live_name'));
});

test('works with a thread in the session', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value(
    'import threading\nstop = threading.Event()\nthread = threading.Thread(target=stop.wait)\nthread.start()',
  );

  assert.ok((await candidates(session, 'threa')).includes('thread'));

  await session.value('stop.set()');
});

test('locates a statement without a session', async (t) => {
  const engine = openEngine(t);

  const located = await engine.locate?.(
    { code: 'x = (\n    1\n)\ny = 2\n', line: 2, column: 4, unit: 'statement' },
    never,
  );

  assert.equal(located?.text, 'x = (\n    1\n)');
});

test('without fork looks at the idle session, and reads the source of a busy one', async (t) => {
  const session = await openSession(openEngine(t, { fork: false }));
  await session.value('live_name = 1');
  assert.ok((await candidates(session, 'live_')).includes('live_name'));

  const running = session.evaluate('print("busy")\nwhile True: pass');
  await session.host.wrote('busy');
  const code = 'static_name = 1\nstatic_';
  const answer = await session.engineSession.complete?.({ session: 's', code, line: 2, column: 7 }, never);

  assert.ok(answer?.completions.some(({ candidate }) => candidate === 'static_name'));
  await session.engineSession.interrupt();
  await running;
});

async function candidates(session: TestSession, code: string): Promise<string[]> {
  const place = { code, line: 1, column: code.length };
  const answer = await session.engineSession.complete?.({ session: 's', ...place, static: false }, never);
  return answer?.completions.map(({ candidate }) => candidate) ?? [];
}
