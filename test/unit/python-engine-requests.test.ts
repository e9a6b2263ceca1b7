/** What the Python engine refuses before it starts anything: no Python is needed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../runtime/core/logger.ts';
import { createPythonEngine } from '../../runtime/engines/python/engine.ts';

const host = { emit() {}, died() {} };

const environments: Readonly<Record<string, Record<string, string>>> = {
  'a NUL in a name': { 'A\0': 'b' },
  'a NUL in a value': { A: 'b\0' },
  'a name with =': { 'A=B': 'c' },
  'an empty name': { '': 'c' },
};

for (const [what, env] of Object.entries(environments)) {
  test(`refuses an environment with ${what}, naming the variable`, async (t) => {
    const engine = createPythonEngine({ workerPath: '/nowhere', env: {}, logger: silentLogger });
    t.after(() => engine.dispose());

    await assert.rejects(
      engine.openSession({ sessionId: 'sess-1', env }, host, new AbortController().signal),
      {
        code: 'invalid-request',
        details: { field: 'env', name: Object.keys(env)[0] },
      },
    );
  });
}
