/** Which snapshots are given up: the rules hold for every set of snapshots and every budget. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Candidate, planReleases, type Rank } from '../../runtime/core/states/thinning.ts';
import { fc } from '../support/properties.ts';

const order: readonly Rank[] = ['automatic', 'tip', 'named', 'pinned'];
const candidates = fc
  .array(
    fc.record({
      group: fc.constantFrom('one', 'other'),
      sizeBytes: fc.nat(100),
      created: fc.nat(1000),
      rank: fc.constantFrom(...order),
    }),
    { maxLength: 30 },
  )
  .map((list) => list.map((candidate, index): Candidate => ({ id: `snap-${index}`, ...candidate })));
const budgets = fc.record({ bytes: fc.nat(1500), count: fc.nat(30) });

test('what stays is within the budget, or is pinned; nothing is given up that did not have to be', () => {
  fc.assert(
    fc.property(candidates, budgets, (all, budget) => {
      const released = planReleases(all, budget, 1000);
      const isOver = (list: readonly Candidate[]): boolean =>
        list.length > budget.count || list.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > budget.bytes;
      const after = (count: number): Candidate[] =>
        all.filter(({ id }) => !released.slice(0, count).includes(id));

      assert.equal(new Set(released).size, released.length);
      for (const count of released.keys()) assert.ok(isOver(after(count)), 'one more than needed');
      const kept = after(released.length);
      assert.ok(!isOver(kept) || kept.every(({ rank }) => rank === 'pinned'));
    }),
  );
});

test('the ranks go in their order', () => {
  fc.assert(
    fc.property(candidates, budgets, (all, budget) => {
      const ranks = planReleases(all, budget, 1000).map((released) =>
        order.indexOf(all.find(({ id }) => id === released)?.rank ?? 'pinned'),
      );
      assert.deepEqual(
        ranks,
        ranks.toSorted((one, other) => one - other),
      );
      assert.ok(!ranks.includes(order.indexOf('pinned')));
    }),
  );
});

test('what is left of a long session is dense in the recent past and sparse in the distant one', () => {
  const all = Array.from({ length: 1000 }, (_, index) => snapshot(`${index}`, index, 1));
  const released = new Set(planReleases(all, { bytes: 1e9, count: 20 }, 1000));
  const kept = all.filter(({ id }) => !released.has(id)).map(({ created }) => created);

  assert.equal(kept.length, 20);
  assert.ok(kept.filter((created) => created >= 990).length >= 4, `recent: ${kept}`);
  assert.ok(
    kept.some((created) => created < 300),
    `distant: ${kept}`,
  );
});

test('of two alike the larger one goes, and one that leaves a small gap before one that leaves a large one', () => {
  assert.deepEqual(
    planReleases(
      [snapshot('a', 10, 1), snapshot('b', 11, 50), snapshot('c', 12, 1)],
      { bytes: 10, count: 9 },
      20,
    ),
    ['b'],
  );
  assert.deepEqual(
    planReleases(
      [snapshot('a', 0, 1), snapshot('b', 5, 1), snapshot('c', 6, 1)],
      { bytes: 99, count: 2 },
      10,
    ),
    ['b'],
  );
});

test('a session does not stand in for another', () => {
  const one = [snapshot('a', 5, 1, 'one'), snapshot('b', 6, 1, 'one'), snapshot('c', 7, 1, 'one')];
  const lonely = snapshot('d', 6, 1, 'other');
  assert.deepEqual(planReleases([...one, lonely], { bytes: 99, count: 3 }, 10), ['b']);
});

function snapshot(id: string, created: number, sizeBytes: number, group = 'one'): Candidate {
  return { id, group, created, sizeBytes, rank: 'automatic' };
}
