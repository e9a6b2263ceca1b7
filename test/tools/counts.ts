/** How many tests passed and failed, as test programs hand it to the runner through a file. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Numbers of tests: each that ran is in exactly one of the two. */
export type Counts = { readonly passed: number; readonly failed: number };

/** What a sum begins with. */
export const noTests: Counts = { passed: 0, failed: 0 };

/** The sum of two. */
export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
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
    return { passed: 0, failed: 1 };
  }
  if (exitCode === 0 || counts.failed > 0) return counts;
  console.error(`✗ the test program ended with exit code ${exitCode}, though no test failed`);
  return { passed: counts.passed, failed: 1 };
}

async function readCounts(file: string): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return noTests;
  const { passed, failed }: Partial<Counts> = JSON.parse(text);
  return typeof passed === 'number' && typeof failed === 'number' ? { passed, failed } : noTests;
}
