/** The same few things on every supported Python of this machine. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { never, openEngine, openSession } from '../support/python-engine.ts';
import { findAllPythons } from '../tools/pythons.ts';

const pythons = await findAllPythons();

for (const { executable, version } of pythons) {
  for (const fork of [true, false]) {
    describe(`Python ${version}, ${fork ? 'forked' : 'fresh processes'}`, () => {
      const interpreter = executable;

      test('evaluates, prints and raises', async (t) => {
        const session = await openSession(openEngine(t, { fork }), { interpreter });

        assert.equal(session.engineSession.about['version'], version);
        assert.equal(await session.value('print("hello")\n[n * n for n in range(4)]'), '[0, 1, 4, 9]');
        assert.equal(session.host.text(), 'hello\n');
        const outcome = await session.evaluate('{}["key"]');
        assert.equal(outcome.kind === 'error' && outcome.exception_type, 'KeyError');
      });

      test('awaits, asks and is interrupted', async (t) => {
        const session = await openSession(openEngine(t, { fork }), { interpreter });

        assert.equal(await session.value('import asyncio\nawait asyncio.sleep(0, "slept")'), "'slept'");
        const asking = session.value('input("? ")');
        session.engineSession.provideInput((await session.host.asked()).input_id, 'yes');
        assert.equal(await asking, "'yes'");
        const running = session.evaluate('print("begun")\nwhile True: pass');
        await session.host.wrote('begun');
        await session.engineSession.interrupt();
        const outcome = await running;
        assert.ok(outcome.kind === 'error' && outcome.interrupted);
      });

      test('looks at live objects and locates statements', async (t) => {
        const engine = openEngine(t, { fork });
        const session = await openSession(engine, { interpreter });
        await session.value('live = {"key": 1}');

        const info = await session.engineSession.info?.({ session: 's', symbol: 'live' }, never);
        const code = 'if live:\n    pass\n';
        const located = await engine.locate?.(
          { interpreter, code, line: 2, column: 4, unit: 'statement' },
          never,
        );

        assert.equal(info?.type, 'dict');
        assert.equal(located?.text, 'if live:\n    pass');
      });

      test('says how it died', async (t) => {
        const session = await openSession(openEngine(t, { fork }), { interpreter });

        await assert.rejects(session.evaluate('import ctypes; ctypes.string_at(0)'), {
          code: 'worker-died',
          message: /SIGSEGV/,
        });
      });
    });
  }
}

test('there is a Python to test with', () => {
  assert.notEqual(pythons.length, 0);
});
