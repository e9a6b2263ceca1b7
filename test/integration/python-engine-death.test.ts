/** How Python processes end, by themselves or by us: the cause is said, nobody else notices, nothing is left. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { descendants, vanished, zombies } from '../support/processes.ts';
import { openEngine, openSession, type TestSession, testPython } from '../support/python-engine.ts';
import { root } from '../tools/paths.ts';

const variants = { forked: {}, 'fresh processes': { fork: false } } as const;
for (const [name, options] of Object.entries(variants)) describe(name, () => body(options));

function body(options: { readonly fork?: boolean }): void {
  const deaths = {
    'import os; os._exit(3)': /exit code 3 \(os\._exit/,
    'import os; os._exit(0)': /exit code 0/,
    'import ctypes; ctypes.string_at(0)': /killed by SIGSEGV \(a crash in C code\)/,
    'import os; os.kill(os.getpid(), 9)': /killed by SIGKILL, most often because memory ran out/,
    'import os; os.abort()': /killed by SIGABRT/,
  };
  for (const [code, cause] of Object.entries(deaths)) {
    test(`says why a session died of ${code}`, async (t) => {
      const engine = openEngine(t, options);
      const [doomed, other] = await Promise.all([openSession(engine), openSession(engine)]);
      await other.value('x = 1');

      const error = await deathOf(doomed, code);

      assert.match(error.message, cause);
      assert.deepEqual(await doomed.host.until((host) => host.deaths.length > 0 && host.deaths), [
        error.message,
      ]);
      assert.equal(await other.value('x'), '1');
    });
  }

  test('shows all that was printed before the death', async (t) => {
    const session = await openSession(openEngine(t, options));

    await deathOf(session, 'import os\nfor n in range(100): print(n, "x" * 500)\nos._exit(1)');

    const lines = Array.from({ length: 100 }, (_, n) => `${n} ${'x'.repeat(500)}\n`);
    assert.deepEqual(session.host.text().split(/(?<=\n)/), lines);
  });

  test('tells of a death while nothing runs', async (t) => {
    const session = await openSession(openEngine(t, options));

    process.kill(Number(session.engineSession.about['pid']), 'SIGKILL');

    await session.host.until((host) => host.deaths.length === 1);
    await assert.rejects(session.evaluate('1'), { code: 'worker-died' });
  });

  test('ends a session whose program closed the descriptors of the link', async (t) => {
    const session = await openSession(openEngine(t, { ...options, exitGraceMs: 100 }));

    const error = await deathOf(session, 'import os\nos.closerange(3, 1000)');

    assert.equal(error.code, 'worker-died');
  });

  test('ends a session whose program writes rubbish on the link, and says so', async (t) => {
    const session = await openSession(openEngine(t, { ...options, exitGraceMs: 100 }));
    const code = [
      'import os, stat',
      'for fd in range(3, 400):',
      '    try:',
      '        if stat.S_ISSOCK(os.fstat(fd).st_mode): os.write(fd, b"\\xff" * 64)',
      '    except OSError: pass',
      'while True: pass',
    ];

    const error = await deathOf(session, code.join('\n'));

    assert.match(error.message, /Python was ended: a frame of 4294967295 bytes is over the limit/);
  });

  test('ends a session that does not react to anything', async (t) => {
    const session = await openSession(openEngine(t, { ...options, exitGraceMs: 100 }));
    const running = session.evaluate(
      'said = False\nwhile True:\n    try:\n        if not said: print("stuck")\n        said = True\n        while True: pass\n' +
        '    except BaseException: pass',
    );
    await session.host.wrote('stuck');

    await Promise.all([assert.rejects(running, { code: 'worker-died' }), session.engineSession.dispose()]);

    await vanished([Number(session.engineSession.about['pid'])]);
    assert.deepEqual(session.host.deaths, []);
  });

  test('ends what a session has started when the session is disposed', async (t) => {
    const session = await openSession(openEngine(t, options));
    const child = Number(await session.value('import subprocess\nsubprocess.Popen(["sleep", "1000"]).pid'));

    await session.engineSession.dispose();
    await session.engineSession.dispose();

    await vanished([child]);
    assert.deepEqual(session.host.deaths, []);
  });

  test('leaves nothing behind when the engine is disposed', async (t) => {
    const engine = openEngine(t, options);
    const before = new Set(descendants(process.pid));
    const sessions = await Promise.all([openSession(engine), openSession(engine)]);
    const busy = sessions[0].evaluate('while True: pass');
    await sessions[1].value('1');
    const started = descendants(process.pid).filter((pid) => !before.has(pid));
    assert.ok(started.length >= 2, `${started.length} processes`);

    await Promise.all([busy.catch(() => {}), engine.dispose()]);

    await vanished(started);
    await assert.rejects(openSession(engine), { code: 'shutting-down' });
  });

  test('leaves nothing behind when the engine is disposed while a session opens', async (t) => {
    const engine = openEngine(t, options);
    const before = new Set(descendants(process.pid));
    const opening = openSession(engine);

    await Promise.all([assert.rejects(opening), engine.dispose()]);

    await vanished(descendants(process.pid).filter((pid) => !before.has(pid)));
  });

  test('leaves no zombie of sessions that have ended', async (t) => {
    const engine = openEngine(t, options);
    for (let turn = 0; turn < 3; turn += 1) {
      const session = await openSession(engine);
      await session.value('1');
      await session.engineSession.dispose();
    }

    await (await openSession(engine)).value('1');

    // Each process is one for the moment between its end and its reaping; none may stay one.
    await vanished(zombies(process.pid));
  });

  test('every process ends when the runtime is killed', async () => {
    const script = join(root, 'test', 'support', 'python-engine-child.ts');
    const runtime = spawn(process.execPath, [script, options.fork === false ? 'no-fork' : 'fork'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(runtime.stdout, 'data');
    assert.ok(runtime.pid !== undefined);
    const below = descendants(runtime.pid);
    assert.ok(below.length >= 4, `${below.length} processes`);

    runtime.kill('SIGKILL');

    await vanished([...below, runtime.pid]);
  });
}

test('the death of a zygote ends its sessions, and the next session starts another', async (t) => {
  const engine = openEngine(t);
  const session = await openSession(engine);
  const zygote = Number(await session.value('import os; os.getppid()'));
  const running = session.evaluate('while True: pass');

  process.kill(zygote, 'SIGKILL');

  await assert.rejects(running, { code: 'worker-died' });
  const next = await openSession(engine);
  assert.equal(await next.value('1 + 1'), '2');
  assert.notEqual(Number(await next.value('import os; os.getppid()')), zygote);
});

test('a pooled process that died is not given to a session', async (t) => {
  const engine = openEngine(t);
  const first = await openSession(engine);
  const mine = Number(first.engineSession.about['pid']);
  const zygote = Number(await first.value('import os; os.getppid()'));
  const pooled = await pooledBelow(zygote, mine);

  for (const pid of pooled) killIfThere(pid);
  const second = await openSession(engine);

  assert.equal(await second.value('1 + 1'), '2');
});

test('no more sessions than allowed', async (t) => {
  const engine = openEngine(t, { maxSessions: 1 });
  const first = await openSession(engine);

  await assert.rejects(openSession(engine), { code: 'session-limit' });
  await first.engineSession.dispose();

  assert.equal(await (await openSession(engine)).value('1'), '1');
});

test('a session that is cancelled while it starts leaves the process to the next', async (t) => {
  const engine = openEngine(t);
  const abort = new AbortController();
  const host = { emit() {}, died() {} };
  const interpreter = testPython === undefined ? {} : { interpreter: testPython };
  const opening = engine.openSession({ sessionId: 'sess-1', ...interpreter }, host, abort.signal);

  abort.abort();

  await assert.rejects(opening);
  assert.equal(await (await openSession(engine)).value('1'), '1');
});

test('a folder that is not there is named', async (t) => {
  const engine = openEngine(t);

  await assert.rejects(openSession(engine, { cwd: '/no/such/folder' }), {
    code: 'invalid-request',
    message: /field 'cwd' names no folder: \/no\/such\/folder/,
  });
});

test('an interpreter that ends at once is named with what it wrote', async (t) => {
  const engine = openEngine(t, { workerPath: '/no/such/worker' });

  const error = await failure(openSession(engine));

  assert.equal(error.code, 'interpreter-failed');
  assert.match(error.message, /ended with exit code 2 while starting: .*\/no\/such\/worker/);
});

test('an interpreter that is not there is named', async (t) => {
  const error = await failure(openSession(openEngine(t), { interpreter: '/no/such/python' }));

  assert.equal(error.code, 'interpreter-not-found');
  assert.match(error.message, /no Python was found at '\/no\/such\/python'/);
});

async function deathOf(session: TestSession, code: string): Promise<ProtocolError> {
  const error = await failure(session.evaluate(code));
  assert.equal(error.code, 'worker-died');
  return error;
}

async function failure(promise: Promise<unknown>): Promise<ProtocolError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProtocolError, String(error));
  return error;
}

/** The idle workers below a zygote; one is started after each session. */
async function pooledBelow(zygote: number, mine: number): Promise<number[]> {
  for (;;) {
    const pooled = descendants(zygote).filter((pid) => pid !== mine);
    if (pooled.length > 0) return pooled;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Among processes that are found some are there for a moment only: a shadow is forked by one that ends at once. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    assert.equal(error instanceof Error && 'code' in error && error.code, 'ESRCH');
  }
}
