/** What stands before the last line of a test run, so that a log whose beginning was cut away still names what failed. */
import type { Counts, Failure } from './counts.ts';

/** Of each error, from its beginning. */
const maxErrorLines = 15;

/** The lines that name each failed test of each suite, and each that failed at first; none when all went well at once. */
export function recap(suites: ReadonlyMap<string, Counts>): readonly string[] {
  const lines = [...suites].flatMap(([suite, { failures, retried }]) => [
    ...failures.flatMap((failure) => describe('✗', suite, failure)),
    ...retried.flatMap((failure) => describe('! run once more:', suite, failure)),
  ]);
  return lines.length === 0 ? [] : ['', '== recap', ...lines];
}

function describe(mark: string, suite: string, { place, name, error }: Failure): readonly string[] {
  const lines = error.trimEnd() === '' ? [] : error.trimEnd().split('\n');
  const more = lines.length > maxErrorLines ? ['…'] : [];
  return [
    `${mark} ${suite}: ${name}${place === '' ? '' : ` (${place})`}`,
    ...[...lines.slice(0, maxErrorLines), ...more].map((line) => `    ${line}`),
  ];
}
