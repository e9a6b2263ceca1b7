/** The closing lines of a test run are true: what the reporter and the runner count is what ran, and what failed has its name. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addCounts, type Counts, countRun, noTests, oneFailure } from '../../tools/counts.ts';
import { node, root } from '../../tools/paths.ts';
import { capture } from '../../tools/process.ts';
import { findPython, noPythonMessage } from '../../tools/pythons.ts';
import { recap } from '../../tools/recap.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindsight-counting-'));
});
after(() => rm(folder, { recursive: true }));

type Numbers = Pick<Counts, 'passed' | 'failed'>;

const numbersOf = ({ passed, failed }: Counts): Numbers => ({ passed, failed });

/** The numbers of a test file with this text. */
async function countFile(text: string): Promise<Numbers> {
  return numbersOf(await runFile(text));
}

/** Runs and counts a test file with this text, as the runner does. */
async function runFile(text: string): Promise<Counts> {
  const file = join(folder, 'sample.test.mjs');
  await writeFile(file, `import { describe, it, test } from 'node:test';\n${text}`);
  const args = [
    '--test',
    `--test-reporter=${join(root, 'test/tools/reporter.mjs')}`,
    '--test-reporter-destination=stdout',
  ];
  // Node marks the processes of its test runner, and a runner inside another would report to that one.
  const env = { NODE_TEST_CONTEXT: undefined };
  return countRun(async (counts) => {
    const { code } = await capture(node, [...args, file], { env: { ...env, HINDSIGHT_COUNTS: counts } });
    return code ?? 1;
  });
}

test('counts each test once', async () => {
  const counts = await countFile("test('a', () => {}); test('b', () => { throw new Error('b'); });");

  assert.deepEqual(counts, { passed: 1, failed: 1 });
});

test('counts subtests instead of the test that holds them', async () => {
  const counts = await countFile(`
    test('outer', async (t) => { await t.test('a', () => {}); await t.test('b', () => { throw new Error('b'); }); });
    describe('suite', () => { it('c', () => {}); describe('inner', () => { it('d', () => {}); }); });`);

  assert.deepEqual(counts, { passed: 3, failed: 1 });
});

test('counts a test that fails after its subtests passed', async () => {
  const counts = await countFile(
    "test('outer', async (t) => { await t.test('a', () => {}); throw new Error('outer'); });",
  );

  assert.deepEqual(counts, { passed: 1, failed: 1 });
});

test('counts a skipped and an unfinished test as failed', async () => {
  const counts = await countFile("test.skip('a', () => {}); test.todo('b'); test('c', () => {});");

  assert.deepEqual(counts, { passed: 1, failed: 2 });
});

test('counts a file that cannot be loaded as failed', async () => {
  assert.deepEqual(await countFile("test('a', () => {}); throw new Error('file');"), {
    passed: 0,
    failed: 1,
  });
  assert.deepEqual(await countFile("import './missing.mjs';"), { passed: 0, failed: 1 });
});

test('counts a process that dies as failed', async () => {
  const counts = await countFile("test('a', () => process.kill(process.pid, 'SIGKILL'));");

  assert.deepEqual(counts, { passed: 0, failed: 1 });
});

test('counts a run without tests as failed, and says so', async (t) => {
  const said = t.mock.method(console, 'error', () => {});

  assert.deepEqual(numbersOf(await countRun(async () => 0)), { passed: 0, failed: 1 });
  assert.deepEqual(said.mock.calls[0]?.arguments, ['✗ no test ran']);
});

test('counts a failed hook', async () => {
  const counts = await countFile(
    "import { before } from 'node:test'; before(() => { throw new Error('hook'); }); test('a', () => {});",
  );

  assert.equal(counts.failed > 0, true);
});

test('counts Python tests, with subtests and set-ups that fail', async () => {
  const python = await findPython();
  assert.ok(python, noPythonMessage);
  const tests = join(folder, 'python');
  await mkdir(tests);
  await writeFile(join(tests, 'test_sample.py'), pythonSample);
  const counts = await countRun(async (file) => {
    const { code } = await capture(python.executable, [
      join(root, 'test/tools/count_unittest.py'),
      tests,
      file,
      'test_sample',
    ]);
    return code ?? 1;
  });

  assert.deepEqual(numbersOf(counts), { passed: 1, failed: 3 });
  assert.deepEqual(
    counts.failures.map(({ name }) => name.split(' ')[0]),
    ['test_fails_twice', 'setUpClass', 'test_skipped'],
  );
});

test('names what failed, where it stands and why', async () => {
  const { failures } = await runFile(
    "test('a', () => {});\ntest('b', () => { throw new Error('because'); });",
  );

  assert.equal(failures.length, 1);
  assert.equal(failures[0]?.name, 'b');
  assert.match(failures[0]?.place ?? '', /sample\.test\.mjs:3$/);
  assert.match(failures[0]?.error ?? '', /^Error: because\n/);
});

test('tells again what failed, with the beginning of each error, and what was run once more', () => {
  const error = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
  const twice: Counts = {
    ...noTests,
    passed: 2,
    retried: [{ place: 'b.test.ts:7', name: 'is slow', error: 'late\n' }],
  };
  const lines = recap(
    new Map([
      ['check', { ...noTests, passed: 1 }],
      ['unit', oneFailure('counts', error)],
      ['e2e', addCounts(noTests, twice)],
    ]),
  );

  assert.deepEqual(lines, [
    '',
    '== recap',
    '✗ unit: counts',
    ...Array.from({ length: 15 }, (_, line) => `    line ${line}`),
    '    …',
    '! run once more: e2e: is slow (b.test.ts:7)',
    '    late',
  ]);
});

test('tells nothing again when all went well', () => {
  assert.deepEqual(recap(new Map([['check', { ...noTests, passed: 1 }]])), []);
});

const pythonSample = `
import unittest

class Sample(unittest.TestCase):
    def test_passes(self):
        pass

    def test_fails_twice(self):
        for number in range(2):
            with self.subTest(number):
                self.fail()

    @unittest.skip("later")
    def test_skipped(self):
        pass

class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("set-up")

    def test_never_runs(self):
        pass
`;
