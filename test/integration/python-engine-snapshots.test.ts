/** States of real sessions: captured, gone back to as often as one likes, looked into, and gone when they should be. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { descendants, vanished } from '../support/processes.ts';
import { never, openEngine, openSession, RecordingHost, type TestSession } from '../support/python-engine.ts';
import { CapturingHost, goOnFrom, pidOf, snapshotOf } from '../support/python-snapshots.ts';

/** What a continuation could differ in: the random stream, and the order of objects by their addresses. */
const fingerprint =
  'import random\n(random.random(), [n for n, _ in sorted(enumerate([object() for _ in range(3000)]), key=lambda p: id(p[1]))][:5],' +
  ' [str(x)[-5:] for x in list({object() for _ in range(300)})[:3]])';

/** From now on this process may start no other, also where it is the superuser's; until `allow()`. */
const limitProcesses = `
import ctypes, os, resource
limits = resource.getrlimit(resource.RLIMIT_NPROC)
def capabilities(change):
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    ctypes.CDLL(None).capget(header, data)
    data[0] = change(data[0], data[1])
    ctypes.CDLL(None).capset(header, data)
def allow():
    if os.geteuid() == 0:
        capabilities(lambda effective, permitted: permitted)
        os.setresuid(0, 0, 0)
    resource.setrlimit(resource.RLIMIT_NPROC, limits)
resource.setrlimit(resource.RLIMIT_NPROC, (0, limits[1]))
if os.getuid() == 0:
    os.setresuid(65534, 0, 0)
    capabilities(lambda effective, permitted: effective & ~(1 << 21 | 1 << 24))  # SYS_ADMIN, SYS_RESOURCE
`;

test('goes back to a state as often as one likes, and the original goes on', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('nested = {"list": [1]}');
  const snapshot = await snapshotOf(session);
  await session.value('nested["list"].append(2)');

  const [first, second] = [await goOnFrom(snapshot), await goOnFrom(snapshot)];
  await first.value('nested["list"].append(3)');

  assert.equal(await session.value('nested'), "{'list': [1, 2]}");
  assert.equal(await first.value('nested'), "{'list': [1, 3]}");
  assert.equal(await second.value('nested'), "{'list': [1]}");
  assert.equal(new Set([session, first, second].map(pidOf)).size, 3);
});

test('goes on exactly as the original does', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('import random; random.seed(7); random.random()');
  const snapshot = await snapshotOf(session);

  const original = await session.value(fingerprint);
  const restored = [await goOnFrom(snapshot), await goOnFrom(snapshot)];

  for (const each of restored) assert.equal(await each.value(fingerprint), original);
});

test('goes back to a state whose session has died', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('x = 1');
  const snapshot = await snapshotOf(session);
  await assert.rejects(session.evaluate('import os; os._exit(3)'), { code: 'worker-died' });

  const restored = await goOnFrom(snapshot);

  assert.equal(await restored.value('x + 1'), '2');
});

test('goes back to a state whose session was ended', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('x = 1');
  const snapshot = await snapshotOf(session);
  await session.engineSession.dispose();

  assert.equal(await (await goOnFrom(snapshot)).value('x'), '1');
});

test('a restored session goes back to a state of its own', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('path = [0]');
  let current = session;
  for (let turn = 1; turn <= 5; turn += 1) {
    current = await goOnFrom(await snapshotOf(current));
    await current.value(`path.append(${turn})`);
  }

  assert.equal(await current.value('path'), '[0, 1, 2, 3, 4, 5]');
  assert.equal(await session.value('path'), '[0]');
});

test('a hundred states in a chain, each taken by a session that was restored from the one before', async (t) => {
  const session = await openSession(openEngine(t, { maxSessions: 4 }));
  await session.value('import os\ncount = 0');
  const descriptors = await session.value('len(os.listdir("/proc/self/fd"))');
  const snapshots = [await snapshotOf(session)];
  let current = session;

  for (let turn = 1; turn <= 100; turn += 1) {
    const restored = await goOnFrom(snapshots[turn - 1] ?? assert.fail());
    await current.engineSession.dispose();
    current = restored;
    await current.value('count += 1');
    snapshots.push(await snapshotOf(current));
  }

  assert.equal(await current.value('count'), '100');
  assert.equal(await current.value('len(os.listdir("/proc/self/fd"))'), descriptors);
  assert.equal(await (await goOnFrom(snapshots[50] ?? assert.fail())).value('count'), '50');
});

test('a restored session is interrupted as any other', async (t) => {
  const restored = await restoredSession(openEngine(t));
  const running = restored.evaluate('print("on")\nwhile True: pass');
  await restored.host.wrote('on');

  await restored.engineSession.interrupt();

  const outcome = await running;
  assert.equal(outcome.kind === 'error' && outcome.interrupted, true);
  assert.equal(await restored.value('x'), '1');
});

test('a restored session prints, shows and asks in order', async (t) => {
  const restored = await restoredSession(openEngine(t));
  const running = restored.evaluate(
    'import os, sys\nprint("one")\ndisplay("shown")\nos.system("echo child")\nprint(input("name? "))\nprint("err", file=sys.stderr)',
  );
  const { input_id } = await restored.host.asked();
  restored.engineSession.provideInput(input_id, 'Ada');
  await running;

  const said = restored.host.events.map((event) =>
    event.type === 'output' ? event.data : `<${event.type}>`,
  );
  assert.equal(said.join(''), 'one\n<display>child\n<input>Ada\nerr\n');
});

test('says why a restored session died', async (t) => {
  const restored = await restoredSession(openEngine(t));

  await assert.rejects(restored.evaluate('import os; os._exit(3)'), {
    code: 'worker-died',
    message: /exit code 3/,
  });
  assert.match(await restored.host.until(({ deaths }) => deaths[0]), /exit code 3/);

  const killed = await restoredSession(openEngine(t));
  process.kill(pidOf(killed), 'SIGKILL');
  assert.match(await killed.host.until(({ deaths }) => deaths[0]), /SIGKILL/);
});

test('answers from a past state, at any time', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('before = [1, 2]');
  const snapshot = await snapshotOf(session);
  await session.value('del before\nafter = 1');

  const [complete, info, inspect] = await Promise.all([
    snapshot.complete?.({ code: 'befor', line: 1, column: 5, static: false }, never),
    snapshot.info?.({ symbol: 'before' }, never),
    snapshot.inspect?.({}, never),
  ]);

  assert.deepEqual(
    complete?.completions.map(({ candidate }) => candidate),
    ['before'],
  );
  assert.equal(info?.preview, '[1, 2]');
  assert.deepEqual(
    inspect?.variables.map(({ name }) => name),
    ['before'],
  );
});

test('shows the variables of the present, of a busy session those of before', async (t) => {
  const session = await openSession(openEngine(t), {}, new CapturingHost());
  await session.value('rows = [{"a": 1}, {"a": 2}]');
  const present = await session.engineSession.inspect?.({}, never);
  const running = session.evaluate('rows = 5\nprint("busy")\nwhile True: pass');
  await session.host.wrote('busy');

  const before = await session.engineSession.inspect?.({}, never);
  const table = await session.engineSession.table?.({ path: ['rows'] }, never);

  assert.deepEqual(
    present?.variables.map(({ name, length }) => [name, length]),
    [['rows', 2]],
  );
  assert.deepEqual(
    before?.variables.map(({ name, length }) => [name, length]),
    [['rows', 2]],
  );
  assert.deepEqual(table?.rows, [['1'], ['2']]);
  await session.engineSession.interrupt();
  await running;
});

test('refuses a path that leads nowhere, and names the field', async (t) => {
  const session = await openSession(openEngine(t));

  await assert.rejects(async () => session.engineSession.inspect?.({ path: ['no', 3] }, never), {
    code: 'invalid-request',
    message: /field 'path'.*no › 3/,
  });
});

test('evaluates aside in a copy, and ends it when the caller gives up', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('x = [1]');
  const snapshot = await snapshotOf(session);
  const aside = {
    executionId: 'aside',
    code: 'x.append(2); print("hi"); x',
    executionCount: 1,
    silent: true,
  };

  const ended = await snapshot.evaluate?.(aside, never);
  const abort = new AbortController();
  const code = 'with open("/proc/self/comm", "w") as file: file.write("endless-aside")\nwhile True: pass';
  const endless = snapshot.evaluate?.({ ...aside, code }, abort.signal);
  const running = await processNamed('endless-aside');
  abort.abort(new Error('enough'));

  assert.equal(ended?.outcome.kind === 'result' && ended.outcome.value, '[1, 2]');
  assert.deepEqual(ended?.output, [{ stream: 'stdout', data: 'hi\n' }]);
  await assert.rejects(async () => endless, /enough/);
  assert.equal(await session.value('x'), '[1]');
  await vanished([running]);
});

test('tells how two states differ', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('same = "s"; number = 3; gone = 1');
  const earlier = await snapshotOf(session);
  await session.value('number = 5; del gone; new = [1]');
  const later = await snapshotOf(session);

  const full = await earlier.diff?.(later, { from: 'a' }, never);
  const brief = await earlier.diff?.(later, { from: 'a', brief: true }, never);

  for (const diff of [full, brief]) {
    assert.deepEqual(
      diff?.added.map(({ name }) => name),
      ['new'],
    );
    assert.deepEqual(
      diff?.removed.map(({ name }) => name),
      ['gone'],
    );
    assert.deepEqual(
      diff?.changed.map(({ name }) => name),
      ['number'],
    );
  }
  assert.match(full?.changed[0]?.summary ?? '', /3 → 5/);
});

test('hands states over by themselves, each with the evaluation that it is after', async (t) => {
  const host = new CapturingHost();
  const session = await openSession(openEngine(t), { snapshots: 'always' }, host);
  const first = await host.after(undefined);
  await session.evaluate('x = 1', { executionId: 'one' });
  const second = await host.after('one');
  await session.evaluate('x = 2', { executionId: 'two' });
  await host.after('two');

  assert.equal(await (await goOnFrom(second)).value('x'), '1');
  await assert.rejects((await goOnFrom(first)).value('x'), /NameError/);
  assert.equal(await snapshotOf(session), await host.after('two'));
});

test('captures the state before an evaluation that follows at once', async (t) => {
  const host = new CapturingHost();
  const session = await openSession(openEngine(t), { snapshots: 'always' }, host);
  await session.evaluate('x = 1', { executionId: 'one' });
  await assert.rejects(session.evaluate('import os; os._exit(1)'), { code: 'worker-died' });

  assert.equal(await (await goOnFrom(await host.after('one'))).value('x'), '1');
});

test('captures nothing by itself where that is not wanted', async (t) => {
  const host = new CapturingHost();
  const session = await openSession(openEngine(t), { snapshots: 'never' }, host);
  await session.evaluate('x = 1', { executionId: 'one' });

  const snapshot = await snapshotOf(session);

  assert.equal(snapshot.after, 'one');
  assert.deepEqual(host.snapshots, []);
});

test('says when a state is gone that nobody has released', async (t) => {
  const session = await openSession(openEngine(t));
  const snapshot = await snapshotOf(session);
  const frozen = descendants(process.pid).filter(isFrozen);
  assert.ok(frozen.length > 0);

  for (const pid of frozen) process.kill(pid, 'SIGKILL');

  assert.match(await snapshot.lost, /SIGKILL/);
  await assert.rejects(goOnFrom(snapshot), { code: 'snapshot-gone' });
  assert.equal(await (await goOnFrom(await snapshotOf(session))).value('1'), '1');
});

test('measures what a state takes, and gives it back', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('data = bytearray(50_000_000)');
  const snapshot = await snapshotOf(session);
  await session.value('data[:] = bytes(1) * len(data)');

  assert.ok((await snapshot.measure()) > 25_000_000, 'it holds alone what the session has overwritten');
  await snapshotOf(session);
  const holding = descendants(process.pid).filter(isFrozen);
  await snapshot.release();
  await snapshot.release();

  assert.equal(await snapshot.measure(), 0);
  assert.ok((await firstToVanish(holding)) > 0);
  await assert.rejects(goOnFrom(snapshot), { code: 'snapshot-gone' });
});

test('a capture that is refused is said in words, and the session goes on', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('x = 1');
  await session.value(limitProcesses);

  await assert.rejects(snapshotOf(session), { code: 'snapshot-failed', message: /process/ });

  assert.equal(await session.value('allow()\nx'), '1');
  assert.equal(await (await goOnFrom(await snapshotOf(session))).value('x'), '1');
});

test('leaves nothing behind when the engine is disposed', async (t) => {
  const engine = openEngine(t);
  const before = new Set(descendants(process.pid));
  const session = await openSession(engine, { snapshots: 'always' }, new CapturingHost());
  await session.value('import subprocess\nx = 1');
  const snapshot = await snapshotOf(session);
  const restored = await goOnFrom(snapshot);
  await restored.value('child = subprocess.Popen(["sleep", "1000"])');
  const busy = restored.evaluate('while True: pass');
  await snapshot.inspect?.({}, never);
  const started = descendants(process.pid).filter((pid) => !before.has(pid));

  await Promise.all([busy.catch(() => {}), engine.dispose()]);

  await vanished(started);
});

test('restores while others look and restore', async (t) => {
  const session = await openSession(openEngine(t));
  await session.value('x = 1');
  const snapshot = await snapshotOf(session);

  const restored = await Promise.all(
    Array.from({ length: 8 }, async (_, turn) => {
      if (turn % 2 === 1) return (await snapshot.inspect?.({}, never))?.variables[0]?.value;
      return (await goOnFrom(snapshot)).value('x');
    }),
  );

  assert.deepEqual(restored, Array(8).fill('1'));
});

async function restoredSession(engine: ReturnType<typeof openEngine>): Promise<TestSession> {
  const session = await openSession(engine);
  await session.value('x = 1');
  return goOnFrom(await snapshotOf(session), new RecordingHost());
}

/** Frozen processes and shadows are the first that the system ends when memory runs out. */
function isFrozen(pid: number): boolean {
  return readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim() === '900';
}

/** Resolves with the pid of the process below this one that has given itself the name. */
async function processNamed(name: string): Promise<number> {
  for (;;) {
    const found = descendants(process.pid).find((pid) => nameOf(pid) === name);
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Undefined when it has ended since it was listed. */
function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function firstToVanish(pids: readonly number[]): Promise<number> {
  return Promise.any(pids.map((pid) => vanished([pid]).then(() => pid)));
}
