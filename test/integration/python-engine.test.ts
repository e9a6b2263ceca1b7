/** The Python engine with real Pythons: one body of tests for each way of starting processes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openEngine, openSession } from '../support/python-engine.ts';

const variants = {
  'forked, over a Unix socket': {},
  'forked, over TCP': { tcp: true },
  'fresh processes, over TCP': { fork: false, tcp: true },
} as const;

for (const [name, options] of Object.entries(variants)) describe(name, () => body(options));

function body(options: { readonly fork?: boolean; readonly tcp?: boolean }): void {
  test('evaluates in one namespace and says the value of the last expression', async (t) => {
    const session = await openSession(openEngine(t, options));

    assert.equal(await session.value('x = 20'), undefined);
    assert.equal(await session.value('x += 1\nx * 2'), '42');
  });

  test('says what a session is', async (t) => {
    const { engineSession } = await openSession(openEngine(t, options));

    const { language, version, interpreter } = engineSession.about;
    assert.equal(language, 'python');
    assert.match(String(version), /^3\.\d+\.\d+$/);
    assert.match(String(interpreter), /python/);
  });

  test('answers an exception as data, with file and line of the editor', async (t) => {
    const session = await openSession(openEngine(t, options));

    const outcome = await session.evaluate('x = 1\n\n1 / 0', { file: '/work/data.py', line: 10 });

    assert.ok(outcome.kind === 'error');
    assert.equal(outcome.exception_type, 'ZeroDivisionError');
    assert.equal(outcome.interrupted, false);
    assert.equal(outcome.frames.at(-1)?.file, '/work/data.py');
    assert.equal(outcome.frames.at(-1)?.line, 12);
  });

  test('keeps two sessions apart', async (t) => {
    const engine = openEngine(t, options);
    const [one, other] = await Promise.all([openSession(engine), openSession(engine)]);

    await one.value('x = "one"');

    const outcome = await other.evaluate('x');
    assert.ok(outcome.kind === 'error');
    assert.equal(outcome.exception_type, 'NameError');
  });

  test('starts in the folder and with the variables that it is given', async (t) => {
    const session = await openSession(openEngine(t, options), {
      cwd: '/usr',
      env: { HINDSIGHT_COLOUR: 'blue' },
    });

    assert.equal(
      await session.value('import os; os.getcwd(), os.environ["HINDSIGHT_COLOUR"]'),
      "('/usr', 'blue')",
    );
  });

  test('shows output in the order in which it was written, whoever wrote it', async (t) => {
    const session = await openSession(openEngine(t, options));

    await session.value(
      [
        'import ctypes, subprocess, sys, os',
        'libc = ctypes.CDLL(None)',
        'for n in range(20):',
        '    print("print", n)',
        '    libc.puts(b"puts %d" % n); libc.fflush(None)',
        '    subprocess.run(["sh", "-c", f"echo child {n}"], check=True)',
        '    os.write(1, b"write %d\\n" % n)',
      ].join('\n'),
    );

    const expected = Array.from({ length: 20 }, (_, n) => [
      `print ${n}`,
      `puts ${n}`,
      `child ${n}`,
      `write ${n}`,
    ]);
    assert.deepEqual(session.host.text('stdout').trimEnd().split('\n'), expected.flat());
  });

  test('ends an evaluation after all of its output', async (t) => {
    const session = await openSession(openEngine(t, options));

    for (let turn = 0; turn < 20; turn += 1) {
      const before = session.host.text().length;
      await session.value('for n in range(500): print("line", n)');
      assert.ok(session.host.text().slice(before).endsWith('line 499\n'), `turn ${turn}`);
    }
  });

  test('shows output while the program still runs', async (t) => {
    const session = await openSession(openEngine(t, options));

    const running = session.evaluate('import time\nprint("begun")\ntime.sleep(1000)');
    await session.host.wrote('begun');
    await session.engineSession.interrupt();

    const outcome = await running;
    assert.ok(outcome.kind === 'error' && outcome.interrupted);
  });

  test('shows the tail of a burst although the program then blocks', async (t) => {
    const session = await openSession(openEngine(t, options));

    const running = session.evaluate(
      'import time\nfor n in range(5000): print(n)\nprint("tail")\ntime.sleep(1000)',
    );
    await session.host.wrote('4999\ntail\n');
    await session.engineSession.interrupt();

    await running;
  });

  test('shows lone surrogates and bytes that are no text', async (t) => {
    const session = await openSession(openEngine(t, options));

    await session.value('import os\nprint("a\\ud800b")\nos.write(1, b"c\\xffd\\n")');

    assert.equal(session.host.text(), 'a\\ud800b\nc�d\n');
  });

  test('asks for input and goes on with what is entered', async (t) => {
    const session = await openSession(openEngine(t, options));

    const running = session.value(
      'name = input("Who? ")\nimport getpass\nsecret = getpass.getpass()\nname + secret',
    );
    const first = await session.host.asked(0);
    assert.equal(first.prompt, 'Who? ');
    assert.equal(first.password, false);
    session.engineSession.provideInput(first.input_id, 'Ada ');
    const second = await session.host.asked(1);
    assert.equal(second.password, true);
    session.engineSession.provideInput(second.input_id, 'é😀');

    assert.equal(await running, "'Ada é😀'");
  });

  test('ends an input with EOFError at the end of file, and with KeyboardInterrupt at an interrupt', async (t) => {
    const session = await openSession(openEngine(t, options));

    const first = session.evaluate('input()');
    session.engineSession.provideInput((await session.host.asked(0)).input_id, undefined);
    const ended = await first;
    assert.equal(ended.kind === 'error' && ended.exception_type, 'EOFError');

    const second = session.evaluate('input()');
    await session.host.asked(1);
    await session.engineSession.interrupt();
    const interrupted = await second;
    assert.ok(interrupted.kind === 'error' && interrupted.interrupted);
  });

  test('says that an input was given up although the program goes on', async (t) => {
    const session = await openSession(openEngine(t, options));
    const running = session.evaluate(
      'import time\ntry:\n    input()\nexcept KeyboardInterrupt:\n    print("goes on")\n    time.sleep(1000)',
    );
    const { input_id } = await session.host.asked();

    await session.engineSession.interrupt();

    const done = await session.host.until((host) => host.events.find((event) => event.type === 'input_done'));
    assert.deepEqual(done, { type: 'input_done', input_id, outcome: 'interrupted' });
    await session.host.wrote('goes on');
    await session.engineSession.interrupt();
    await running;
  });

  const endless = {
    'an endless loop': 'print("begun")\nwhile True: pass',
    'a sleep': 'import time\nprint("begun")\ntime.sleep(1000)',
    'a child process': 'import subprocess\nprint("begun", flush=True)\nsubprocess.run(["sleep", "1000"])',
    'top-level await': 'import asyncio\nprint("begun")\nawait asyncio.sleep(1000)',
  };
  for (const [what, code] of Object.entries(endless)) {
    test(`interrupts ${what}, and the session goes on`, async (t) => {
      const session = await openSession(openEngine(t, options));

      const running = session.evaluate(code);
      await session.host.wrote('begun');
      await session.engineSession.interrupt();

      const outcome = await running;
      assert.ok(outcome.kind === 'error' && outcome.interrupted);
      assert.equal(outcome.exception_type, 'KeyboardInterrupt');
      assert.equal(await session.value('1 + 1'), '2');
    });
  }

  test('interrupts the evaluation that it was meant for, however early it comes', async (t) => {
    const session = await openSession(openEngine(t, options));

    for (let turn = 0; turn < 50; turn += 1) {
      const running = session.evaluate('while True: pass');
      await session.engineSession.interrupt();
      const outcome = await running;
      assert.ok(outcome.kind === 'error' && outcome.interrupted, `turn ${turn}`);
      assert.equal(await session.value('1 + 1'), '2', `turn ${turn}`);
    }
  });

  test('an interrupt when nothing runs does nothing', async (t) => {
    const session = await openSession(openEngine(t, options));

    for (let turn = 0; turn < 20; turn += 1) {
      await session.engineSession.interrupt();
      assert.equal(await session.value('1 + 1'), '2');
    }
  });

  test('shows what a thread writes after the evaluation has ended', async (t) => {
    const session = await openSession(openEngine(t, options));

    await session.value(
      'import threading\ngo = threading.Event()\n' +
        'def late():\n    go.wait()\n    print("late")\n' +
        'threading.Thread(target=late).start()\n',
    );
    await session.value('go.set()');

    await session.host.wrote('late');
  });

  test('takes code with NUL, without anything and with lone surrogates', async (t) => {
    const session = await openSession(openEngine(t, options));

    const withNul = await session.evaluate('a = 1\0');
    assert.ok(withNul.kind === 'error');
    assert.match(withNul.exception_type, /SyntaxError|ValueError/);
    assert.equal(await session.value(''), undefined);
    assert.equal(await session.value('len("a\ud800b")'), '3');
    assert.equal(await session.value('1 + 1'), '2');
  });

  test('shows a picture between two lines', async (t) => {
    const session = await openSession(openEngine(t, options));

    await session.value(
      'class Picture:\n    def _repr_png_(self): return b"\\x89PNG"\n' +
        'print("before")\ndisplay(Picture())\nprint("after")',
    );

    const seen = session.host.events.map((event) => (event.type === 'output' ? event.data : event.type));
    assert.equal(seen.join(''), 'before\ndisplayafter\n');
  });
}
