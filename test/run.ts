/**
 * `npm test`: installs what tests need, runs the suites, names again what failed, and closes with `N passed, N failed`,
 * summed over all suites.
 *
 * `npm test -- unit python` runs those suites only; any other argument chooses the files whose path contains it.
 * What a suite is and how it counts stands in tools/suites.ts.
 */

import { addCounts, type Counts, noTests, oneFailure } from './tools/counts.ts';
import { recap } from './tools/recap.ts';
import { type SuiteName, suiteNames, suites } from './tools/suites.ts';

const args = process.argv.slice(2);
const chosen = suiteNames.filter((name) => args.includes(name));
const patterns = args.filter((argument) => !isSuiteName(argument));

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

const bySuite = new Map<SuiteName, Counts>();
for (const name of chosen.length > 0 ? chosen : suiteNames) bySuite.set(name, await runSuite(name));
const total = [...bySuite.values()].reduce(addCounts, noTests);
for (const line of recap(bySuite)) console.log(line);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

/** Runs one suite; one that cannot run, is interrupted or runs nothing counts as one failure. */
async function runSuite(name: SuiteName): Promise<Counts> {
  console.log(`\n== ${name}`);
  const startedMs = performance.now();
  const counts = await suites[name]({ patterns, signal: stop.signal }).catch((error: unknown): Counts => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`✗ the suite '${name}' could not run: ${message}`);
    return oneFailure('the suite could not run', message);
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`-- ${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
  return counts;
}

function isSuiteName(name: string): name is SuiteName {
  return Object.hasOwn(suites, name);
}
