/** The lanes of the Timeline: branches side by side, never two in one place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LaneNode, type LaneRow, layOut } from '../../client/timeline/lanes.ts';
import { fc } from '../support/properties.ts';

test('a session that only went forth is one lane', () => {
  const { rows, width } = layOut(tree('a', 'b<a', 'c<b'), 'c');

  assert.deepEqual(rows, [
    { lane: 0, through: [], joins: [], goesOn: true },
    { lane: 0, through: [], joins: [0], goesOn: true },
    { lane: 0, through: [], joins: [0], goesOn: false },
  ]);
  assert.equal(width, 1);
});

test('what was undone moves to a lane beside, and joins where it began', () => {
  const { rows } = layOut(tree('a', 'b<a', 'c<b'), 'b');

  assert.deepEqual(
    rows.map(({ lane, joins }) => [lane, joins]),
    [
      [1, []],
      [0, [1]],
      [0, [0]],
    ],
  );
});

test('a branch goes past the states of the other one', () => {
  const { rows } = layOut(tree('a', 'b<a', 'c<a', 'd<b', 'e<c'), 'e');

  assert.deepEqual(rows, [
    { lane: 0, through: [], joins: [], goesOn: true }, // e
    { lane: 1, through: [0], joins: [], goesOn: true }, // d
    { lane: 0, through: [1], joins: [0], goesOn: true }, // c
    { lane: 1, through: [0], joins: [1], goesOn: true }, // b
    { lane: 0, through: [], joins: [0, 1], goesOn: false }, // a
  ]);
});

test('a state whose parent is not known any more ends its lane, and the lane is used again', () => {
  const { rows } = layOut(tree('x<gone', 'a', 'b<a'), undefined);

  assert.deepEqual(
    rows.map(({ lane, goesOn }) => [lane, goesOn]),
    [
      [0, true],
      [0, false],
      [0, false],
    ],
  );
});

test('property: no two branches are in one lane at a row, and every child is connected with its parent below', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 60 }), fc.nat(), (choices, at) => {
      const nodes = choices
        .map((choice, index): LaneNode => {
          const parent = choice % (index + 1);
          return parent === index ? { id: `n${index}` } : { id: `n${index}`, parent: `n${parent}` };
        })
        .toReversed();
      const { rows, width } = layOut(nodes, nodes[at % Math.max(1, nodes.length)]?.id);

      let above: readonly number[] = [];
      for (const row of rows) {
        assert.ok(row.lane < width);
        assertDistinct([row.lane, ...row.through]);
        assert.deepEqual(
          sorted([...row.through.filter((lane) => above.includes(lane)), ...row.joins]),
          above,
        );
        above = below(row);
      }
      assert.deepEqual(above, [], 'every lane has ended');
      nodes.forEach((node, index) => {
        const parent = nodes.findIndex(({ id }) => id === node.parent);
        if (parent !== -1) assertConnected(rows, index, parent);
      });
    }),
  );
});

/** The child's lane goes down through every row between, and ends in its parent. */
function assertConnected(rows: readonly LaneRow[], child: number, parent: number): void {
  const lane = rows[child]?.lane ?? -1;
  assert.ok(parent > child && rows[child]?.goesOn);
  for (const row of rows.slice(child + 1, parent)) assert.ok(row.through.includes(lane));
  assert.ok(rows[parent]?.joins.includes(lane));
}

function assertDistinct(lanes: readonly number[]): void {
  assert.equal(new Set(lanes).size, lanes.length, `${lanes} are distinct`);
}

function below({ lane, through, goesOn }: LaneRow): readonly number[] {
  return sorted([...through, ...(goesOn ? [lane] : [])]);
}

function sorted(lanes: readonly number[]): readonly number[] {
  return lanes.toSorted((one, other) => one - other);
}

/** `b<a`: b, whose parent is a. Oldest first, as they came about; newest first, as they are laid out. */
function tree(...states: readonly string[]): readonly LaneNode[] {
  return states
    .map((text): LaneNode => {
      const [id = '', parent] = text.split('<');
      return parent === undefined ? { id } : { id, parent };
    })
    .toReversed();
}
