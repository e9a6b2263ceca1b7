/** The suites of `npm test`: what each needs, what it runs, and how its tests are counted. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { buildAll, buildPython } from '../build/build.ts';
import { addCounts, type Counts, countRun, noTests, oneFailure } from './counts.ts';
import { runEndToEnd } from './e2e-suite.ts';
import { dist, node, root } from './paths.ts';
import { capture, run, runInto } from './process.ts';
import { findAllPythons, noPythonMessage } from './pythons.ts';
import { ensureVenv } from './venv.ts';

/** What the runner hands to a suite. */
export type SuiteOptions = {
  /** Only test files whose path contains one of these; all when empty. */
  readonly patterns: readonly string[];
  readonly signal: AbortSignal;
};

/** One suite: runs and answers its counts; rejects when it cannot run at all. */
export type Suite = (options: SuiteOptions) => Promise<Counts>;

const checks = {
  types: [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--pretty', 'false'],
  // It runs in a browser's frame: only there is the DOM known.
  'types of the renderer': [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['--project', 'client/panel/renderer', '--noEmit', '--pretty', 'false'],
  ],
  'types of the timeline': [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['--project', 'client/timeline/webview', '--noEmit', '--pretty', 'false'],
  ],
  'types of tables': [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['--project', 'client/tables/webview', '--noEmit', '--pretty', 'false'],
  ],
  'types of the Time view': [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['--project', 'client/time-view/webview', '--noEmit', '--pretty', 'false'],
  ],
  'types of histories': [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['--project', 'client/debugging/history/webview', '--noEmit', '--pretty', 'false'],
  ],
  'format and lint': [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '.'],
  'import arrows': [
    join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
  ],
} as const;

/** Files at a time that each wait for their own processes: about half of the time. */
const laneCount = 2;

const codeFolders = ['client', 'server', 'debug-adapter', 'runtime', 'test'];

/** All suites by name, in the order in which they run: the quick ones first. */
export const suites = {
  check: runChecks,
  unit: async (options) => {
    await buildPython();
    return runNodeTests('unit', options, { timeoutMs: 120_000, concurrency: 2 });
  },
  python: async (options) => {
    await buildPython();
    return runPythonTests(options);
  },
  integration: async (options) => {
    await buildOnce();
    const python = await ensureVenv();
    return runEachFile('integration', options, {
      timeoutMs: 300_000,
      concurrency: 1,
      lanes: Array.from({ length: laneCount }, () => ({ HINDSIGHT_TEST_PYTHON: python })),
    });
  },
  e2e: async (options) => {
    await buildOnce();
    const files = chooseFiles('test/e2e/**/*.test.ts', options.patterns);
    return runEndToEnd(
      (lanes) => runEachFile('e2e', options, { timeoutMs: 900_000, concurrency: 1, lanes }),
      Math.min(laneCount, Math.max(files.length, 1)),
      options.signal,
    );
  },
} satisfies Record<string, Suite>;

/** The name of a suite. */
export type SuiteName = keyof typeof suites;

/** The suites' names in running order. */
export const suiteNames = Object.keys(suites).filter((name): name is SuiteName => name in suites);

let built: Promise<void> | undefined;

/** The suites that run whole programs run what is built, so that they see what the package holds. */
function buildOnce(): Promise<void> {
  built ??= buildAll();
  return built;
}

async function runChecks({ signal }: SuiteOptions): Promise<Counts> {
  let counts = noTests;
  for (const [name, [script, ...args]] of Object.entries(checks)) {
    const folders =
      name === 'import arrows' ? codeFolders.filter((folder) => existsSync(join(root, folder))) : [];
    const { code, output } = await capture(node, [script, ...args, ...folders], { signal });
    process.stdout.write(output);
    console.log(`  ${code === 0 ? '✓' : '✗'} ${name}`);
    counts = addCounts(counts, code === 0 ? { ...noTests, passed: 1 } : oneFailure(name, output));
  }
  const python = await ensureVenv();
  const { code, output } = await capture(python, ['-m', 'ruff', 'check', '--quiet'], { signal });
  process.stdout.write(output);
  console.log(`  ${code === 0 ? '✓' : '✗'} lint of Python`);
  return addCounts(counts, code === 0 ? { ...noTests, passed: 1 } : oneFailure('lint of Python', output));
}

type Environment = Readonly<Record<string, string>>;

type NodeTestOptions = {
  /** Of one test file as a whole. */
  readonly timeoutMs: number;
  /** Files at a time within one run. */
  readonly concurrency: number;
  /** What it prints comes when it has ended. */
  readonly quiet?: boolean;
  readonly env?: Environment;
};

async function runNodeTests(
  folder: string,
  { patterns, signal }: SuiteOptions,
  { timeoutMs, concurrency, env = {}, quiet = false }: NodeTestOptions,
): Promise<Counts> {
  const files = chooseFiles(`test/${folder}/**/*.test.ts`, patterns);
  const options = [
    '--test',
    `--test-reporter=${join(root, 'test/tools/reporter.mjs')}`,
    '--test-reporter-destination=stdout',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${timeoutMs}`,
  ];
  // Without files `node --test` would look for some by itself; countRun reports that nothing ran.
  if (files.length === 0) return countRun(async () => 0);
  return countRun(async (countsFile) => {
    const running = { env: { ...env, HINDSIGHT_COUNTS: countsFile }, signal };
    if (!quiet) return run(node, [...options, ...files], running);
    const outputFile = `${countsFile}.log`;
    const code = await runInto(outputFile, node, [...options, ...files], running);
    process.stdout.write(readFileSync(outputFile));
    return code;
  });
}

/**
 * Runs each file by itself, and one that fails once more in the end, alone: a busy machine can be slower than any deadline, and a real window
 * on it can lose a key press. What counts is the second run; that there was one is said aloud and in the recap, because it
 * is still something to mend. There are as many at a time as lanes; what each prints comes when it has ended.
 */
async function runEachFile(
  folder: string,
  suite: SuiteOptions,
  { lanes, ...options }: NodeTestOptions & { readonly lanes: readonly Environment[] },
): Promise<Counts> {
  const files = chooseFiles(`test/${folder}/**/*.test.ts`, suite.patterns);
  let counts = files.length > 0 ? noTests : await countRun(async () => 0);
  const runOnce = (file: string, env: Environment): Promise<Counts> => {
    const only = { patterns: [file], signal: suite.signal };
    return runNodeTests(folder, only, { ...options, env, quiet: lanes.length > 1 });
  };
  const failed = new Map<string, Counts>();
  const waiting = files[Symbol.iterator]();
  const work = async (env: Environment): Promise<void> => {
    for (const file of waiting) {
      const startedMs = performance.now();
      const found = await runOnce(file, env);
      console.log(`  ${file} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
      if (found.failed > 0) failed.set(file, found);
      else counts = addCounts(counts, found);
    }
  };
  await Promise.all(lanes.map(work));
  for (const [file, first] of failed) {
    const [env = {}] = lanes;
    console.log(`! ${file} failed, and is run once more, alone`);
    const again = suite.signal.aborted ? first : await runOnce(file, env);
    counts = addCounts(counts, { ...again, retried: [...first.failures, ...again.retried] });
  }
  return counts;
}

async function runPythonTests({ patterns, signal }: SuiteOptions): Promise<Counts> {
  const pythons = await findAllPythons();
  if (pythons.length === 0) throw new Error(noPythonMessage);
  const files = chooseFiles('test/python/test_*.py', patterns);
  // Tests that look at frames and arrays need the libraries that only the project's own environment has.
  const needLibraries = (file: string): boolean => basename(file).startsWith('test_venv_');
  const plain = files.filter((file) => !needLibraries(file));
  const libraries = files.filter(needLibraries);
  const runs = plain.length > 0 ? pythons.map(({ executable }) => ({ executable, files: plain })) : [];
  if (libraries.length > 0) runs.push({ executable: await ensureVenv(), files: libraries });
  let counts = runs.length > 0 ? noTests : await countRun(async () => 0);
  // Two at a time: each waits for its processes about half of the time. What they print comes when one has ended.
  const failed = new Map<string, Counts>();
  const waiting = runs[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const { executable, files } of waiting) {
      const found = await runPythonFiles(executable, files, signal);
      if (found.failed > 0) failed.set(executable, found);
      else counts = addCounts(counts, found);
    }
  };
  await Promise.all([work(), work()]);
  for (const [executable, first] of failed)
    counts = addCounts(counts, await runAgain(executable, files, first, signal));
  return counts;
}

/** Runs the files with a test that failed once more, alone; see {@link runEachFile}. Answers the counts of all. */
async function runAgain(
  executable: string,
  files: readonly string[],
  first: Counts,
  signal: AbortSignal,
): Promise<Counts> {
  const isOf = (file: string, name: string): boolean => name.includes(basename(file, '.py'));
  const again = files.filter((file) => first.failures.some(({ name }) => isOf(file, name)));
  // What is no test's, such as a crash, cannot be run again by itself: it stays a failure.
  const isKnown = first.failures.every(({ name }) => again.some((file) => isOf(file, name)));
  if (!isKnown || again.length === 0 || signal.aborted) return first;
  console.log(`! ${executable} failed in ${again.join(', ')}, which are run once more, alone`);
  const second = await runPythonFiles(executable, again, signal);
  return {
    ...second,
    passed: first.passed + first.failed - second.failed,
    retried: [...first.failures, ...second.retried],
  };
}

function runPythonFiles(executable: string, files: readonly string[], signal: AbortSignal): Promise<Counts> {
  const env = {
    PYTHONPATH: [join(dist, 'python'), join(dist, 'python', 'vendor')].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const script = join(root, 'test/tools/count_unittest.py');
  const modules = files.map((file) => basename(file, '.py'));
  return countRun(async (countsFile) => {
    const args = [script, join(root, 'test/python'), countsFile, ...modules];
    const outputFile = `${countsFile}.log`;
    const code = await runInto(outputFile, executable, args, { env, signal });
    console.log(`${executable}\n${readFileSync(outputFile, 'utf8')}`);
    return code;
  });
}

/** Test files by a glob, of which those stay whose path contains one of the patterns; all of them without patterns. */
function chooseFiles(glob: string, patterns: readonly string[]): readonly string[] {
  const files = globSync(glob, { cwd: root }).sort();
  return files.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
}
