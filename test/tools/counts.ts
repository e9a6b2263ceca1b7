/** How many tests passed and which failed, as test programs hand it to the runner through a file. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test that failed. `place` is its file and line, or empty where nobody knows it. */
export type Failure = { readonly place: string; readonly name: string; readonly error: string };

/** Numbers of tests: each that ran is in exactly one of the two. */
export type Counts = {
  readonly passed: number;
  readonly failed: number;
  /** What failed, as far as it has a name; for the recap only. */
  readonly failures: readonly Failure[];
  /** What failed in a first run whose second run counts; for the recap only. */
  readonly retried: readonly Failure[];
};

/** What a sum begins with. */
export const noTests: Counts = { passed: 0, failed: 0, failures: [], retried: [] };

/** What stands for a run that could not take place, or whose tests do not say that something went wrong. */
export function oneFailure(name: string, error = ''): Counts {
  return { ...noTests, failed: 1, failures: [{ place: '', name, error }] };
}

/** The sum of two. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    failures: [...a.failures, ...b.failures],
    retried: [...a.retried, ...b.retried],
  };
}

/**
 * Counts one run of a test program, which writes its counts as JSON to the file it is given.
 * A program that counts nothing, or that fails without having counted a failure (it crashed), is one failure.
 *
 * @param runProgram starts the program with the counts file's path, and answers its exit code
 */
export async function countRun(runProgram: (countsFile: string) => Promise<number>): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-counts-'));
  try {
    const file = join(folder, 'counts.json');
    const exitCode = await runProgram(file);
    return judge(await readCounts(file), exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function judge(counts: Counts, exitCode: number): Counts {
  if (counts.passed + counts.failed === 0) {
    console.error('✗ no test ran');
    return oneFailure('no test ran');
  }
  if (exitCode === 0 || counts.failed > 0) return counts;
  const crash = `the test program ended with exit code ${exitCode}, though no test failed`;
  console.error(`✗ ${crash}`);
  return addCounts(counts, oneFailure(crash));
}

async function readCounts(file: string): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return noTests;
  const { passed, failed, failures = [] }: Partial<Counts> = JSON.parse(text);
  return typeof passed === 'number' && typeof failed === 'number'
    ? { passed, failed, failures, retried: [] }
    : noTests;
}
