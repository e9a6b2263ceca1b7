/**
 * CPython's own tests of what a debugger might disturb end alike with and without recording: the quick ones, on the newest and the oldest
 * Python. `npm run test:cpython` runs all of them on each.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareModule, cpythonPath, modulesOf } from '../support/cpython.ts';
import { InProcessRuntime } from '../support/in-process-runtime.ts';
import { openEngine } from '../support/python-engine.ts';
import { findAllPythons } from '../tools/pythons.ts';

const quick = ['test_with', 'test_scope', 'test_generators', 'test_sys_settrace', 'test_bdb'];
const withTests = [];
for (const python of await findAllPythons()) {
  const modules = await modulesOf(python.executable);
  if (modules.length > 0) withTests.push({ ...python, modules });
}
const [oldest] = withTests;
const newest = withTests.at(-1);

test('there is a Python that has its tests', () => {
  assert.notEqual(withTests.length, 0);
});

for (const { executable, version, modules } of new Set([oldest, newest].filter((one) => one !== undefined))) {
  describe(`tests of CPython ${version}`, () => {
    for (const module of modules.filter((name) => quick.includes(name))) {
      test(`${module} ends alike`, async (t) => {
        const env = { ...process.env, PYTHONPATH: cpythonPath };
        const runtime = new InProcessRuntime(openEngine(t, { env }));
        t.after(() => runtime.dispose());

        const { alike, differing } = await compareModule(runtime.connect(), executable, module);

        assert.deepEqual(differing, []);
        assert.notEqual(alike, 0);
      });
    }
  });
}
