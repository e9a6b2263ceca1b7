/** `eval` with `frame`: any client runs code where a recorded program stands, at the tip and in its past. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { Debugging } from '../support/debugging.ts';
import { InProcessRuntime } from '../support/in-process-runtime.ts';
import { openEngine, testPython } from '../support/python-engine.ts';

const path = '/tmp/scaled.py';
const code = `
def scaled(n):
    factor = 3
    return n * factor

total = scaled(5)
print(total)
`;

/** Stands in `scaled`, before it returns. */
async function standing(
  t: TestContext,
): Promise<{ debugging: Debugging; ended: Promise<unknown>; other: RuntimeClient }> {
  const runtime = new InProcessRuntime(openEngine(t));
  t.after(() => runtime.dispose());
  const debugging = await Debugging.open(
    runtime.connect(),
    testPython === undefined ? {} : { interpreter: testPython },
  );
  await debugging.navigate('set-breakpoints', { breakpoints: { lines: [{ id: 1, file: path, line: 4 }] } });
  const ended = debugging.run({ code, path }, {});
  ended.catch(() => {}); // A test that ends while it stands has ended it.
  await debugging.stopped();
  return { debugging, ended, other: runtime.connect() };
}

function evaluate(
  { client, session }: { client: RuntimeClient; session: string },
  frame: number,
  text: string,
  more: { at?: string; timeout_ms?: number } = {},
) {
  return client.request('eval', { session, code: text, frame, ...more });
}

function printed(debugging: Debugging): string {
  return debugging
    .said('output')
    .map(({ data }) => data)
    .join('');
}

test('the names of each frame are known, and what is printed is answered', async (t) => {
  const { debugging } = await standing(t);

  const inner = await evaluate(debugging, 0, 'n * factor');
  const outer = await evaluate(debugging, 1, 'scaled.__name__');
  const printed = await evaluate(debugging, 0, 'print("n is", n)');

  assert.deepEqual([inner.value, outer.value], ['15', "'scaled'"]);
  assert.deepEqual(printed.output, [{ stream: 'stdout', data: 'n is 5\n' }]);
});

test('what it changes stays where the program stands, and nowhere in the past', async (t) => {
  const { debugging, ended } = await standing(t);
  await debugging.move('step-back');

  await evaluate(debugging, 0, 'n = 100');
  assert.equal((await evaluate(debugging, 0, 'n')).value, '5');
  await assert.rejects(evaluate(debugging, 0, 'factor'), { code: 'expression-failed' });
  await debugging.move('step-over');
  await evaluate(debugging, 0, 'n = 7');
  await debugging.move('continue');
  await ended;

  assert.equal(printed(debugging), '21\n');
});

test('code that does not end is given up, and the program goes on', async (t) => {
  const { debugging, ended } = await standing(t);
  await debugging.move('step-back');

  await assert.rejects(evaluate(debugging, 0, 'while True: pass', { timeout_ms: 300 }), { code: 'timeout' });
  await debugging.move('step-over');
  await debugging.move('continue');
  await ended;

  assert.equal(printed(debugging), '15\n');
});

test('it is of a frame or of a state, and of an owner', async (t) => {
  const { debugging, other } = await standing(t);
  const { session } = debugging;
  await other.request('attach', { session, mode: 'observer' });

  await assert.rejects(evaluate({ client: other, session }, 0, 'n'), { code: 'not-owner' });
  await assert.rejects(evaluate(debugging, 0, 'n', { at: 'snap-1' }), /give one of them/);
  await assert.rejects(evaluate(debugging, 2, 'n'), /frame/);
});
