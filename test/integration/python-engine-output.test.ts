/** Much output, slow readers, and the order of streams, through the engine from a real Python. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { EngineEvent, EngineHost } from '../../runtime/core/engine.ts';
import { never, openEngine, openSession, testPython } from '../support/python-engine.ts';

const megabyte = 1024 * 1024;
const interpreter = testPython === undefined ? {} : { interpreter: testPython };

for (const [name, options] of Object.entries({ forked: {}, 'fresh processes': { fork: false } })) {
  describe(name, () => {
    test('brings 100 MB whole', async (t) => {
      const host = new HashingHost();
      const session = await openEngine(t, options).openSession(
        { sessionId: 's', ...interpreter },
        host,
        never,
      );
      const code =
        'import sys\nline = "".join(chr(33 + n % 90) for n in range(1023)) + "\\n"\nfor n in range(1024 * 100): sys.stdout.write(line)';

      const outcome = await session.evaluate({ executionId: 'e', code, executionCount: 1, silent: false });

      const line = `${Array.from({ length: 1023 }, (_, n) => String.fromCharCode(33 + (n % 90))).join('')}\n`;
      const expected = createHash('sha256');
      for (let n = 0; n < 1024 * 100; n += 1) expected.update(line);
      assert.equal(outcome.kind, 'result');
      assert.equal(host.length, 100 * megabyte);
      assert.equal(host.digest(), expected.digest('hex'));
    });

    test('makes the program wait while nobody reads, and then brings the rest', async (t) => {
      const session = await openSession(openEngine(t, options));
      const code = [
        'import os, sys',
        'written = 0',
        'for n in range(20 * 1024):',
        '    sys.stdout.write("x" * 1023 + "\\n")',
      ];
      session.engineSession.pause();

      const running = session.evaluate(code.join('\n'));
      const whilePaused = session.host.events.length;
      session.engineSession.resume();
      await session.host.until((host) => host.events.length > 0);
      session.engineSession.pause();
      // What was under way arrives; then nothing more may, however long one waits: a later read finds the same.
      const settled = await quiet(() => session.host.text().length);
      assert.equal(whilePaused, 0);
      assert.ok(settled < 10 * megabyte, `${settled} characters came while paused`);
      session.engineSession.resume();

      assert.equal((await running).kind, 'result');
      assert.equal(session.host.text().length, 20 * megabyte);
    });
  });
}

test('keeps the order of both streams, pictures, C code and child processes', async (t) => {
  const session = await openSession(openEngine(t));
  const code = [
    'import ctypes, subprocess, sys',
    'libc = ctypes.CDLL(None)',
    'class Picture:',
    '    def _repr_png_(self): return b"png"',
    'for n in range(30):',
    '    print("out", n)',
    '    print("err", n, file=sys.stderr)',
    '    display(Picture())',
    '    libc.puts(b"c %d" % n)',
    '    libc.fflush(None)',
    '    subprocess.run(["sh", "-c", f"echo child {n}; echo grumble {n} >&2"])',
  ];

  await session.value(code.join('\n'));

  const seen = runs(session.host.events).flatMap(({ what, text }) =>
    text === undefined
      ? [what]
      : text
          .trimEnd()
          .split('\n')
          .map((line) => `${what}: ${line}`),
  );
  // A child's two streams have no order between them that anybody could see.
  const ordered = seen.filter((line) => !line.includes('grumble'));
  const turn = (n: number) => [
    `stdout: out ${n}`,
    `stderr: err ${n}`,
    'display',
    `stdout: c ${n}`,
    `stdout: child ${n}`,
  ];
  assert.deepEqual(ordered, Array.from({ length: 30 }, (_, n) => turn(n)).flat());
  assert.equal(seen.length - ordered.length, 30);
});

test('shows each line although nothing follows it', async (t) => {
  const session = await openSession(openEngine(t));
  const running = session.value(
    [
      'import signal',
      'signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})',
      'for n in range(20):',
      '    print(f"line {n}")',
      '    signal.sigwait({signal.SIGUSR1})',
      'None',
    ].join('\n'),
  );

  for (let n = 0; n < 20; n += 1) {
    await session.host.wrote(`line ${n}\n`);
    process.kill(Number(session.engineSession.about['pid']), 'SIGUSR1');
  }

  await running;
});

/** Takes output without keeping it. */
class HashingHost implements EngineHost {
  length = 0;
  readonly #hash = createHash('sha256');

  emit(event: EngineEvent): void {
    if (event.type !== 'output') return;
    this.length += event.data.length;
    this.#hash.update(event.data);
  }

  died(cause: string): void {
    throw new Error(cause);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

interface Run {
  readonly what: string;
  readonly text: string | undefined;
}

/** Events, with output of one stream that follows upon itself put together. */
function runs(events: readonly EngineEvent[]): Run[] {
  const found: Run[] = [];
  for (const event of events) {
    const last = found.at(-1);
    if (event.type !== 'output') found.push({ what: event.type, text: undefined });
    else if (last?.what === event.stream)
      found[found.length - 1] = { what: event.stream, text: `${last.text}${event.data}` };
    else found.push({ what: event.stream, text: event.data });
  }
  return found;
}

/** The value once it has been the same for many turns of the event loop, in which all that can be read is. */
async function quiet(value: () => number): Promise<number> {
  let last = value();
  for (let same = 0; same < 2000; same += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (value() !== last) same = 0;
    last = value();
  }
  return last;
}
