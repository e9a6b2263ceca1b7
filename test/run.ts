/**
 * `npm test`: installs what tests need, runs the suites, and closes with `N passed, N failed`, summed over all of them.
 *
 * `npm test -- unit python` runs those suites only; any other argument chooses the files whose path contains it.
 * What a suite is and how it counts stands in tools/suites.ts.
 */

import { addCounts, type Counts, noTests } from './tools/counts.ts';
import { type SuiteName, suiteNames, suites } from './tools/suites.ts';

const args = process.argv.slice(2);
const chosen = suiteNames.filter((name) => args.includes(name));
const patterns = args.filter((argument) => !isSuiteName(argument));

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

let total = noTests;
for (const name of chosen.length > 0 ? chosen : suiteNames) total = addCounts(total, await runSuite(name));
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

/** Runs one suite; one that cannot run, is interrupted or runs nothing counts as one failure. */
async function runSuite(name: SuiteName): Promise<Counts> {
  console.log(`\n== ${name}`);
  const startedMs = performance.now();
  const counts = await suites[name]({ patterns, signal: stop.signal }).catch((error: unknown): Counts => {
    console.error(
      `✗ the suite '${name}' could not run: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { passed: 0, failed: 1 };
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`-- ${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
  return counts;
}

function isSuiteName(name: string): name is SuiteName {
  return Object.hasOwn(suites, name);
}
