/** The past of a recorded program is searched: hits, exceptions, steps, values, and the picture of it all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NavigateAction } from '../../runtime/protocol/debug-operations.ts';
import { openRecorded, told } from '../support/navigating.ts';

const program = `
def parse(text):
    return int(text)

seen = []
last = None
for text in ["1", "x", "3", "y", "5"]:
    try:
        last = parse(text)
        seen.append(last)
    except ValueError:
        last = -1
print(seen)
`;

test('reverse-continue goes from hit to hit, and to the beginning', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program, { lines: [12], record: { breakpoints: false } });

  assert.equal(await recorded.go('reverse-continue'), '<module>:12 breakpoint');
  assert.equal(await recorded.value('text'), "'y'");
  const { breakpoints } = await recorded.stop('reverse-continue');
  assert.deepEqual(breakpoints, [1]);
  assert.equal(await recorded.value('text'), "'x'");
  assert.equal(await recorded.go('reverse-continue'), '<module>:2 start');
  assert.equal(await recorded.go('continue'), '<module>:12 breakpoint');
  assert.equal(await recorded.go('continue'), '<module>:12 breakpoint');
  assert.equal(await recorded.go('continue'), '<module>:13 end');
});

test('a condition is asked in the past as it would have been', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program, { record: { breakpoints: false } });
  const at = { id: 7, file: recorded.file, line: 10, condition: 'last == 3' };
  await recorded.ask('set-breakpoints', { breakpoints: { lines: [at] } });

  assert.equal(await recorded.go('reverse-continue'), '<module>:10 breakpoint');
  assert.equal(await recorded.value('seen'), '[1]');
  assert.equal(await recorded.go('reverse-continue'), '<module>:2 start');
});

test('hits are counted in the past as in the run itself, from wherever one comes', async (t) => {
  const recorded = await openRecorded(t);
  const every5th = { id: 7, file: recorded.file, line: 3, hitCondition: '% 5' };
  const ended = recorded.run('for i in range(1, 22):\n    x = i\n    y = x\n', {
    points: { lines: [every5th] },
  });
  const seen = async (...actions: NavigateAction[]): Promise<(string | undefined)[]> => {
    const values: (string | undefined)[] = [];
    for (const action of actions) {
      await recorded.go(action);
      values.push(await recorded.value('i'));
    }
    return values;
  };

  await recorded.stopped();
  const other = { id: 8, file: recorded.file, line: 2, condition: 'i == 12' };
  await recorded.ask('set-breakpoints', { breakpoints: { lines: [every5th, other] } });
  assert.deepEqual(await seen('continue', 'continue', 'continue', 'continue'), ['10', '12', '15', '20']);
  assert.deepEqual(
    await seen('reverse-continue', 'reverse-continue', 'reverse-continue', 'reverse-continue'),
    ['15', '12', '10', '5'],
  );
  assert.deepEqual(await seen('continue', 'step-back', 'step-back', 'step-back', 'continue'), [
    '10',
    '10',
    '9',
    '9',
    '10',
  ]);
  await recorded.ask('goto', { file: recorded.file, line: 2 });
  assert.deepEqual(await seen('continue', 'continue', 'continue'), ['12', '15', '20']);
  await recorded.ask('goto', { time: 0 });
  assert.deepEqual(await seen('continue', 'continue', 'continue'), ['5', '10', '12']);
  recorded.session.engineSession.interrupt().catch(() => {});
  await ended.catch(() => {});
});

test('goes to exceptions, where they were raised, both ways', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program);

  assert.equal(await recorded.go('goto-exception'), 'parse:3 exception');
  assert.equal(await recorded.value('text'), "'y'");
  assert.equal((await recorded.ask('exception-info')).exception?.type, 'ValueError');
  assert.equal(await recorded.go('goto-exception'), 'parse:3 exception');
  assert.equal(await recorded.value('text'), "'x'");
  await assert.rejects(recorded.go('goto-exception'), { code: 'invalid-request' });
  assert.equal(await recorded.go('goto-exception', { direction: 'forward' }), 'parse:3 exception');
  assert.equal(await recorded.value('text'), "'y'");
});

test('each line is a step, and can be gone to in any order', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program);
  const { position } = await recorded.ask('position');
  const steps = position?.steps ?? 0;
  await recorded.go('goto', { step: 1 });
  const forward: string[] = [told(await recorded.stop('goto', { step: 1 }))];
  for (let step = 2; step <= steps; step += 1)
    forward.push((await recorded.go('step-in')).replace('step', 'goto'));

  const shuffled = forward.map((_, index) => index + 1).toSorted((a, b) => ((a * 7) % 11) - ((b * 7) % 11));
  const gone = new Map<number, string>();
  for (const step of shuffled) {
    const stop = await recorded.stop('goto', { step });
    assert.equal(stop.position.step, step);
    gone.set(step, told(stop));
  }

  assert.equal(steps, 32);
  assert.deepEqual(
    forward.map((_, index) => gone.get(index + 1)),
    forward,
  );
  await assert.rejects(recorded.go('goto', { step: steps + 1 }), { code: 'invalid-request' });
});

test('goes to a line: where it is reached next, else where it was last', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program);
  const line = { file: recorded.file, line: 10 };

  assert.equal(await recorded.go('goto', line), '<module>:10 goto');
  assert.equal(await recorded.value('last'), '5');
  await recorded.go('goto', { step: 1 });
  await recorded.go('goto', line);
  assert.equal(await recorded.value('last'), '1');
  await recorded.go('goto', line);
  assert.equal(await recorded.value('last'), '3');
  await assert.rejects(recorded.go('goto', { file: recorded.file, line: 200 }), { code: 'invalid-request' });
});

test('finds the last change of a value, and what it was at each hit of a line', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program);

  const changed = await recorded.ask('last-change', { expression: 'last' });
  const history = await recorded.ask('history', { expression: 'text', file: recorded.file, line: 9 });

  assert.equal(changed.stop?.text, 'last: -1 → 5');
  assert.equal(changed.stop?.position.sourceLoc.line, 10);
  assert.deepEqual(
    history.history?.map(({ value }) => value),
    ["'1'", "'x'", "'3'", "'y'", "'5'"],
  );
  assert.equal(history.complete, true);
  const at = changed.stop?.position.at ?? '';
  assert.equal(await recorded.go('goto', { at }), '<module>:10 goto');
  const earlier = await recorded.ask('last-change', { expression: 'last' });
  assert.equal(earlier.stop?.text, 'last: 3 → -1');
});

test('finds a change by the very line after which a snapshot was taken', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run('import os\ncode = -1\ncode = os.system("true")\nother = 1\nother = 2\n');

  const { stop } = await recorded.ask('last-change', { expression: 'code' });

  assert.equal(stop?.text, 'code: -1 → 0');
  assert.equal(stop?.position.sourceLoc.line, 4);
});

test('finds the last change, which no snapshot has seen, before one that two of them show', async (t) => {
  const recorded = await openRecorded(t);
  const effect = 'os.system("true")\n';
  await recorded.run(`import os\nx = 0\n${effect}x = 1\n${effect}x = 2\nother = 3\nother = 4\n`);

  assert.equal((await recorded.ask('last-change', { expression: 'x' })).stop?.text, 'x: 1 → 2');
  await recorded.go('goto', { line: 6, file: recorded.file });
  assert.equal((await recorded.ask('last-change', { expression: 'x' })).stop?.text, 'x: 0 → 1');
});

test('the values in snapshots are had at once, before where they changed is searched', async (t) => {
  const recorded = await openRecorded(t);
  const code = 'box = {"n": 0}\nfor i in range(4):\n    box["n"] += 1\n    print(i)\n';
  const ended = recorded.run(code, { lines: [4] });
  for (let pass = 0; pass < 4; pass += 1) {
    await recorded.stopped();
    if (pass < 3) await recorded.stop('continue');
  }

  const { history, complete } = await recorded.ask('history', { expression: 'box["n"]', sampled: true });

  // A snapshot was taken at each stop before, and one before the first line, where there is no box.
  const values = history?.map(({ value, error }) => value ?? error?.split(':')[0]);
  assert.deepEqual([values?.[0], values?.slice(-3)], ['NameError', ['1', '2', '3']]);
  assert.equal(complete, false);
  await recorded.stop('continue');
  await ended;
});

test('a picture of the whole has each line and what was raised', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program);
  await recorded.ask('position');

  const { timeline } = await recorded.ask('timeline');

  assert.deepEqual(timeline?.files, [recorded.file]);
  assert.equal(Math.max(...(timeline?.samples ?? []).map(({ depth }) => depth)), 2);
  assert.deepEqual(
    timeline?.samples.map(({ step }) => step),
    Array.from({ length: 31 }, (_, index) => index + 2),
  );
  const exceptions = timeline?.marks.filter(({ kind }) => kind === 'exception') ?? [];
  assert.deepEqual(
    exceptions.map(({ count, text = '' }) => [count, text.slice(0, 10)]),
    [
      [1, 'ValueError'],
      [1, 'ValueError'],
    ],
  );
  const first = await recorded.stop('goto', { at: exceptions[0]?.at ?? '' });
  assert.equal(told(first), 'parse:3 goto');
});

test('a picture marks what was written, at the line that wrote it, and no more than it has room for', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(`
import sys
for number in range(3000):
    print("day", number)
    number += 1
sys.stderr.write("the end\\n")
`);
  await recorded.ask('position');

  const { timeline } = await recorded.ask('timeline', { count: 50 });

  const outputs = timeline?.marks.filter(({ kind }) => kind === 'output') ?? [];
  assert.equal(outputs.length, 50);
  assert.equal(
    outputs.reduce((sum, { count = 0 }) => sum + count, 0),
    3001,
  );
  assert.deepEqual(outputs[0]?.text, 'day 0');
  assert.equal(await recorded.go('goto', { step: outputs[1]?.step ?? 0 }), '<module>:4 goto');
  assert.equal(await recorded.value('f"day {number}"'), `'${outputs[1]?.text}'`);
});

test('a breakpoint in a file that is nowhere is taken as it is, and says so', async (t) => {
  const recorded = await openRecorded(t);
  const lines = [{ id: 3, file: import.meta.filename.replace('.test.ts', '.py'), line: 4 }];
  const { breakpoints } = await recorded.ask('set-breakpoints', { breakpoints: { lines } });

  assert.deepEqual(breakpoints, [{ id: 3, verified: false, line: 4, message: 'there is no such file' }]);
});
