/**
 * A reporter for `node --test` that counts what ran and names what failed.
 *
 * A test that holds subtests is not counted for itself, only its subtests are, unless it failed for a reason of its own.
 * A skipped or unfinished (`todo`) test counts as failed: this project keeps none. The counts, and what failed, go as
 * one line of JSON to the file that HINDSIGHT_COUNTS names. Knows nothing of what is tested.
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** @param {AsyncIterable<{type: string, data: any}>} source events of Node's test runner */
export default async function* report(source) {
  const counts = { passed: 0, failed: 0, failures: [] };
  const tree = new Tree();
  for await (const { type, data } of source) {
    if (type === 'test:pass' || type === 'test:fail')
      yield* reportTest(type === 'test:pass', data, tree, counts);
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    // After an interrupted run the file holds what was counted until then.
    writeCounts(counts);
  }
  writeCounts(counts);
}

function* reportTest(passed, data, tree, counts) {
  const hasChildren = tree.close(data);
  const isContainer = hasChildren || data.details?.type === 'suite';
  const skipped = data.skip !== undefined || data.todo !== undefined;
  const indent = '  '.repeat(data.nesting + 1);
  if (passed && !skipped) {
    if (isContainer) return;
    counts.passed += 1;
    yield `${indent}✓ ${data.name} (${Math.round(data.details.duration_ms)} ms)\n`;
    return;
  }
  // The failure of a container is that of its children, which have been counted.
  if (isContainer && !skipped && data.details?.error?.failureType === 'subtestsFailed') return;
  counts.failed += 1;
  const place = data.file === undefined ? '' : `${relative(process.cwd(), data.file)}:${data.line ?? 1}`;
  const error = skipped ? 'skipped: this project keeps no skipped tests' : describe(data.details?.error);
  counts.failures.push({ place, name: data.name, error });
  yield `${indent}✗ ${data.name}${place === '' ? '' : ` (${place})`}\n`;
  yield `${error.replace(/^/gm, `${indent}  `)}\n`;
}

function describe(error) {
  const cause = error?.cause ?? error;
  return String(
    (cause instanceof Error ? cause.stack : undefined) ?? cause?.stack ?? cause?.message ?? cause,
  );
}

function writeCounts(counts) {
  const file = process.env.HINDSIGHT_COUNTS;
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
}

/** Remembers which tests had children: these are reported before their parent, one level deeper. */
class Tree {
  #open = new Map();

  /** Takes note of a finished test and answers whether any test reported since was its child. */
  close({ file, nesting }) {
    const levels = this.#open.get(file) ?? [];
    const hadChildren = levels[nesting + 1] === true;
    levels.length = nesting + 1;
    levels[nesting] = true;
    this.#open.set(file, levels);
    return hadChildren;
  }
}
