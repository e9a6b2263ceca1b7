/** The rows of the Timeline: which states are shown, in which order, and what each says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PanelModel } from '../../client/panel/model.ts';
import { addUpEffects, atMost, hasConcerns, noConcerns } from '../../client/time/concerns.ts';
import { runOfCell } from '../../client/time/run-of-cell.ts';
import { briefText } from '../../client/timeline/briefs.ts';
import { type RowWords, toRows } from '../../client/timeline/rows.ts';
import type { SnapshotNode } from '../../runtime/protocol/states.ts';

const words: RowWords = {
  firstLine: (code) => code.split('\n')[0] ?? '',
  size: (bytes) => `${bytes} B`,
  start: 'start',
  spoken: ({ code }) => code,
};

test('states are there newest first, with what led to them', () => {
  const tree = [
    state('root'),
    state('one', { parent: 'root', run: ran(1, 'x = 1\ny = 2'), size_bytes: 10 }),
    state('two', { parent: 'one', run: { ...ran(2, '1 / 0'), status: 'failed' }, label: 'here' }),
  ];

  const { rows } = toRows({ snapshots: tree, present: { s: 'two' } }, ids(tree), viewer, words);

  assert.deepEqual(
    rows.map(({ id, kind, count, code, status, label, memory, isPresent }) => [
      id,
      kind,
      count,
      code,
      status,
      label,
      memory,
      isPresent,
    ]),
    [
      ['two', 'run', 2, '1 / 0', 'failed', 'here', undefined, true],
      ['one', 'run', 1, 'x = 1', 'completed', undefined, '10 B', false],
      ['root', 'start', undefined, 'start', 'completed', undefined, undefined, false],
    ],
  );
});

test('what is ahead of the present is not its past', () => {
  const tree = [state('root'), state('one', { parent: 'root' }), state('two', { parent: 'one' })];

  const { rows } = toRows({ snapshots: tree, present: { s: 'one' } }, ids(tree), viewer, words);

  assert.deepEqual(
    rows.map(({ id, isPast }) => [id, isPast]),
    [
      ['two', false],
      ['one', true],
      ['root', true],
    ],
  );
});

test('of other trees only checkpoints that are held are there', () => {
  const own = [state('root')];
  const others = [
    state('far'),
    state('named', { parent: 'far', label: 'kept', tier: 'durable', durable_bytes: 7 }),
    state('gone', { label: 'lost', tier: 'none' }),
  ];

  const { rows } = toRows({ snapshots: [...own, ...others], present: {} }, ids(own), viewer, words);

  assert.deepEqual(
    rows.map(({ id, memory, goesOn }) => [id, memory, goesOn]),
    [
      ['root', undefined, false],
      ['named', '7 B', false],
    ],
  );
});

test('other sessions are named at the state that they are in', () => {
  const tree = [state('root'), state('one', { parent: 'root', session: 's2' })];

  const { rows } = toRows(
    { snapshots: tree, present: { s: 'root', s2: 'one', s3: 'one' } },
    ids(tree),
    viewer,
    words,
  );

  assert.deepEqual(
    rows.map(({ others }) => others),
    [['main, branch 2'], []],
  );
});

test('a present that the tree does not have marks nothing', () => {
  const tree = [state('root')];

  const { rows } = toRows({ snapshots: tree, present: { s: 'unknown' } }, ids(tree), viewer, words);

  assert.deepEqual(
    rows.map(({ isPresent, isPast }) => [isPresent, isPast]),
    [[false, false]],
  );
});

test('a difference in short leaves out what is nothing', () => {
  assert.deepEqual([briefText(2, 1, 0), briefText(0, 0, 3), briefText(0, 0, 0)], ['+2 ~1', '−3', '']);
});

test('the same effect of several runs is one, with how often it was', () => {
  const write = { kind: 'file-written', target: '/out' };

  assert.deepEqual(addUpEffects([write, { ...write, count: 2 }, { kind: 'file-deleted', target: '/out' }]), [
    { ...write, count: 3 },
    { kind: 'file-deleted', target: '/out', count: 1 },
  ]);
  assert.equal(hasConcerns(noConcerns), false);
  assert.equal(hasConcerns({ ...noConcerns, effects: [write] }), true);
});

test('a long list tells how many more there are', () => {
  assert.deepEqual(
    atMost(['a', 'b', 'c', 'd'], 3, (count) => `${count} more`),
    ['a', 'b', '2 more'],
  );
  assert.deepEqual(
    atMost(['a', 'b', 'c'], 3, (count) => `${count} more`),
    ['a', 'b', 'c'],
  );
});

test('a cell of a file is rewound to before its newest run that is not undone', () => {
  const model = new PanelModel();
  const run = (id: string, line: number): void => {
    const head = { id, session: 's', seq: 1, timestamp: 1, execution_id: id };
    model.apply({ ...head, type: 'started', code: id, execution_count: 1, file: '/a.py', line });
    model.apply({ ...head, type: 'result', execution_count: 1, execution_time: 0 });
  };
  run('first', 1);
  run('second', 5);
  run('second again', 5);
  const of = (line: number): string | undefined => runOfCell(model.cells, '/a.py', [0, 4], line)?.key;
  assert.deepEqual([of(0), of(4)], ['first', 'second again']);

  model.apply({
    ...{ id: 'e', session: 's', seq: 2, timestamp: 2, type: 'restored', checkpoint_id: 'x', source: 'live' },
    undone: ['second again'],
    redone: [],
  });

  assert.equal(of(4), 'second');
  assert.equal(runOfCell(model.cells, '/b.py', [0, 4], 4), undefined);
});

const viewer = {
  session: 's',
  names: new Map([
    ['s', 'main'],
    ['s2', 'main, branch 2'],
  ]),
};

function state(id: string, more: Partial<SnapshotNode> = {}): SnapshotNode {
  return { id, session: 's', created: 1, tier: 'live', warnings: [], ...more };
}

function ran(count: number, code: string): NonNullable<SnapshotNode['run']> {
  return { execution_id: `run${count}`, execution_count: count, status: 'completed', code };
}

function ids(nodes: readonly SnapshotNode[]): ReadonlySet<string> {
  return new Set(nodes.map(({ id }) => id));
}
