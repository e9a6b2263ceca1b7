/** Cells of notebooks in the messages between the editor and the debug adapter, and the rows and picture of a history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRows } from '../../client/debugging/history/rows.ts';
import { sparkline } from '../../client/debugging/history/sparkline.ts';
import { forAdapter, forEditor, type SourceNames } from '../../client/debugging/source-names.ts';
import type { HistoryEntry } from '../../runtime/protocol/debug.ts';

const cell = 'vscode-notebook-cell:/a.ipynb#W0';
const names: SourceNames = {
  addressOf: (name) => (name === '<cell 3>' ? cell : undefined),
  nameOf: (address) => (address === cell ? '<cell 3>' : undefined),
  titleOf: (address) => (address.startsWith('vscode-notebook-cell:') ? 'a.ipynb, cell 1' : undefined),
};

test('a frame in a cell of a notebook leads to the cell and is called by it, one in a file or another cell stays', () => {
  const stack = (...sources: readonly object[]) => ({
    type: 'response',
    command: 'stackTrace',
    body: { stackFrames: sources.map((source, id) => ({ id, source })) },
  });
  const others = [
    { name: '<cell 2>', sourceReference: 5 },
    { name: 'a.py', path: '/a.py' },
  ];

  assert.deepEqual(
    forEditor(stack({ name: '<cell 3>', sourceReference: 4 }, ...others), names),
    stack({ name: 'a.ipynb, cell 1', path: cell }, ...others),
  );
  assert.deepEqual(
    forEditor(stack({ name: 'a.ipynb#W1', path: `${cell}1` }), names),
    stack({ name: 'a.ipynb, cell 1', path: `${cell}1` }),
    'a cell that was not run before',
  );
});

test('a breakpoint in a cell is one in the code that ran there', () => {
  const request = (source: object) => ({
    type: 'request',
    command: 'setBreakpoints',
    arguments: { source, breakpoints: [{ line: 2 }] },
  });

  assert.deepEqual(forAdapter(request({ path: cell }), names), request({ name: '<cell 3>' }));
  assert.deepEqual(forAdapter(request({ path: '/a.py' }), names), request({ path: '/a.py' }));
});

test('an answer with variables is handed on as it is', () => {
  const answer = {
    type: 'response',
    command: 'variables',
    body: { variables: [{ source: { name: '<cell 3>' } }] },
  };

  assert.equal(forEditor(answer, names), answer);
});

const entry = (time: number, value: string | Error): HistoryEntry => ({
  position: {
    trace: 'tr-1',
    at: `at ${time}`,
    time,
    step: time + 1,
    name: 'total',
    sourceLoc: { file: '/a.py', line: 8 },
    live: false,
  },
  ...(value instanceof Error ? { error: value.message } : { value }),
  ...(Number.isNaN(Number(value)) ? {} : { number: Number(value) }),
});

test('a history is told from its beginning, and says where the value changed', () => {
  const history = [entry(30, '2'), entry(10, '1'), entry(20, '1'), entry(5, new Error('no such name'))];

  const rows = toRows(history, ({ name }) => name);

  assert.deepEqual(
    rows.map(({ at, value, changed, failed }) => [at, value, changed, failed]),
    [
      ['at 5', 'no such name', false, true],
      ['at 10', '1', true, false],
      ['at 20', '1', false, false],
      ['at 30', '2', true, false],
    ],
  );
});

test('the picture of a history goes in steps from left to right, over what is no number', () => {
  const { path, points } = sparkline(
    [{ time: 0, number: 1 }, { time: 5 }, { time: 10, number: 3 }, { time: 20, number: 2 }],
    108,
    48,
  );

  assert.equal(path, 'M4 44H54V4H104V24');
  assert.deepEqual(points[1], { x: 29, y: 44, index: 1 });
  assert.deepEqual(sparkline([], 100, 20), { path: '', points: [] });
});
