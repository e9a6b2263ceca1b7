/** A program that acts outside is gone through: what it did stays done once, and its past is walked over it, both ways. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRecorded } from '../support/navigating.ts';

const program = (folder: string) => `
import os
def make(name):
    os.mkdir(${JSON.stringify(folder)} + '/' + name)
    return name

made = [make('a')]
made.append(make('b'))
count = len(made)
print(count)
`;

async function recordedIn(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-effects-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const recorded = await openRecorded(t);
  return { folder, recorded, code: program(folder) };
}

test('steps go over what acted outside, forwards and backwards', async (t) => {
  const { folder, recorded, code } = await recordedIn(t);
  void recorded.run(code, { lines: [10] });
  await recorded.stopped();

  const back: string[] = [];
  for (let index = 0; index < 3; index += 1) back.push(await recorded.go('step-back'));
  const forward: string[] = [];
  for (let index = 0; index < 3; index += 1) forward.push(await recorded.go('step-over'));

  assert.deepEqual(back, ['<module>:9 step', '<module>:8 step', '<module>:7 step']);
  assert.deepEqual(forward, ['<module>:8 step', '<module>:9 step', '<module>:10 step']);
  assert.equal(await recorded.value('made'), "['a', 'b']");
  assert.deepEqual((await readdir(folder)).sort(), ['a', 'b']);
});

test('a line that acts outside is a step as any other', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run('import os\nx = 1\nos.system("true")\ny = 2\nos.system("true")\n');

  for (const line of [5, 4, 3, 2, 1])
    assert.equal(await recorded.go('goto', { step: line }), `<module>:${line} goto`);
});

test('what a person changed on the way is changed when one comes there again', async (t) => {
  const recorded = await openRecorded(t);
  const ended = recorded.run('x = 1\ny = 2\nz = x + y\nw = z\nv = w\n', { lines: [2, 5] });
  await recorded.stopped();
  for (const value of ['5', '10']) await recorded.ask('set-variable', { expression: 'x', value });
  assert.equal(await recorded.go('continue'), '<module>:5 breakpoint');

  for (const steps of [
    ['continue', 'step-over'],
    ['step-over', 'step-over'],
    ['step-in', 'step-in'],
  ] as const) {
    await recorded.ask('goto', { time: 0 });
    assert.match(await recorded.go(steps[0]), /:2 /);
    assert.equal(await recorded.value('x'), '10');
    await recorded.go(steps[1]);
    assert.equal(await recorded.go('continue'), '<module>:5 breakpoint');
    assert.equal(await recorded.value('(x, z)'), '(10, 12)');
  }
  await recorded.ask('goto', { time: 0 });
  await recorded.ask('set-breakpoints', {
    breakpoints: { lines: [{ id: 9, file: recorded.file, line: 4 }] },
  });
  assert.equal(await recorded.go('continue'), '<module>:4 breakpoint');
  assert.equal(await recorded.value('z'), '12');

  await recorded.session.engineSession.interrupt();
  await ended;
});

test('into and out of a function that acts outside', async (t) => {
  const { recorded, code } = await recordedIn(t);
  void recorded.run(code, { lines: [10] });
  await recorded.stopped();
  for (let index = 0; index < 3; index += 1) await recorded.go('step-back');

  assert.equal(await recorded.go('step-in'), 'make:4 step');
  assert.equal(await recorded.go('step-over'), 'make:5 step');
  assert.equal(await recorded.value('name'), "'a'");
  assert.equal(await recorded.go('step-out'), '<module>:8 step');
  assert.equal(await recorded.go('step-in'), 'make:4 step');
  assert.equal(await recorded.go('step-out'), '<module>:9 step');
});

test('stops at breakpoints behind it, also at the very next line', async (t) => {
  const { folder, recorded, code } = await recordedIn(t);
  void recorded.run(code, { lines: [5, 10] });
  await recorded.stopped();
  await recorded.go('continue');
  await recorded.go('continue');
  for (const _ of 'ab') await recorded.go('reverse-continue');
  assert.equal(await recorded.go('step-back'), 'make:4 step');

  const stops: string[] = [];
  for (let index = 0; index < 3; index += 1) stops.push(await recorded.go('continue'));

  assert.deepEqual(stops, ['make:5 breakpoint', 'make:5 breakpoint', '<module>:10 breakpoint']);
  assert.deepEqual((await readdir(folder)).sort(), ['a', 'b']);
});
