/** What of a table is seen, fetched, and where a key leads: pure parts of its page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColumnLayout, narrowest, widestColumn } from '../../client/tables/column-layout.ts';
import { move } from '../../client/tables/keys.ts';
import type { TableRows } from '../../client/tables/messages.ts';
import {
  contentHeight,
  rowsToDraw,
  scrollTopOf,
  topRow,
  topRowShowing,
} from '../../client/tables/row-window.ts';
import { blockColumns, blockRows, TableBlocks } from '../../client/tables/table-blocks.ts';
import { fc } from '../support/properties.ts';

const small = { totalRows: 1000, rowHeight: 24, height: 480 };
const huge = { totalRows: 50_000_000, rowHeight: 24, height: 480 };

test('a table of some rows scrolls by pixels', () => {
  assert.equal(contentHeight(small), 24_000);
  assert.equal(topRow(small, 240), 10);
  assert.equal(scrollTopOf(small, 10), 240);
  assert.deepEqual(rowsToDraw(small, 10.5, 3), { first: 7, end: 34 });
  assert.deepEqual(rowsToDraw({ ...small, totalRows: 5 }, 0, 3), { first: 0, end: 5 });
});

test('a table that is too high for a browser scrolls as a whole, from its first row to its last', () => {
  assert.ok(contentHeight(huge) < 16_000_000);
  assert.equal(topRow(huge, 0), 0);
  assert.equal(topRow(huge, contentHeight(huge) - huge.height), huge.totalRows - 20);
});

test('property: a row and its scroll position lead to each other', () => {
  const viewports = fc.record({
    totalRows: fc.integer({ min: 1, max: 100_000_000 }),
    rowHeight: fc.constant(24),
    height: fc.integer({ min: 24, max: 2000 }),
  });
  fc.assert(
    fc.property(viewports, fc.nat(), (viewport, wanted) => {
      const last = Math.max(0, viewport.totalRows - viewport.height / viewport.rowHeight);
      const row = Math.min(wanted % viewport.totalRows, last);

      assert.ok(Math.abs(topRow(viewport, scrollTopOf(viewport, row)) - row) < 0.001);
    }),
  );
});

test('a row is brought into view with the least scrolling', () => {
  assert.equal(topRowShowing(small, 10, 5), 5);
  assert.equal(topRowShowing(small, 10, 15), 10);
  assert.equal(topRowShowing(small, 10, 40), 21);
  assert.equal(topRowShowing({ ...small, height: 10 }, 3, 7), 7);
});

test('keys move as in any grid, and never out of it', () => {
  const extent = { rows: 100, columns: 5 };
  const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false });
  const at = { row: 50, column: 2 };

  assert.deepEqual(move(at, key('ArrowUp'), 20, extent), { row: 49, column: 2 });
  assert.deepEqual(move(at, key('PageDown'), 20, extent), { row: 70, column: 2 });
  assert.deepEqual(move(at, key('PageUp'), 20, extent), { row: 30, column: 2 });
  assert.deepEqual(move(at, key('Home'), 20, extent), { row: 50, column: 0 });
  assert.deepEqual(move(at, key('End', true), 20, extent), { row: 99, column: 4 });
  assert.deepEqual(move(at, key('ArrowLeft', true), 20, extent), { row: 50, column: 0 });
  assert.deepEqual(move({ row: 0, column: 2 }, key('ArrowUp'), 20, extent), { row: -1, column: 2 });
  assert.deepEqual(move({ row: 5, column: 2 }, key('PageUp'), 20, extent), { row: 0, column: 2 });
  assert.deepEqual(move({ row: -1, column: 2 }, key('ArrowUp'), 20, extent), { row: -1, column: 2 });
  assert.deepEqual(move({ row: 99, column: 4 }, key('ArrowRight'), 20, extent), { row: 99, column: 4 });
  assert.deepEqual(move({ row: -1, column: 0 }, key('ArrowDown'), 20, { rows: 0, columns: 0 }), {
    row: -1,
    column: 0,
  });
  assert.equal(move(at, key('a'), 20, extent), undefined);
});

test('only blocks that are seen and not known are asked for', () => {
  const blocks = new TableBlocks();
  const part = { first: 90, end: 110, firstColumn: 0, endColumn: 3 };

  assert.deepEqual(blocks.missing(part), [
    { row: 0, column: 0 },
    { row: 1, column: 0 },
  ]);
  blocks.add({ row: 0, column: 0 }, answer(0, 0));
  assert.deepEqual(blocks.missing(part), [{ row: 1, column: 0 }]);
  assert.deepEqual(blocks.missing({ ...part, end: 95, firstColumn: blockColumns - 1, endColumn: 60 }), [
    { row: 0, column: 1 },
  ]);
});

test('of a table whose size is not known the first block is asked for', () => {
  assert.deepEqual(new TableBlocks().missing({ first: 0, end: 0, firstColumn: 0, endColumn: 0 }), [
    { row: 0, column: 0 },
  ]);
});

test('cells, labels and headers are found where their block was put', () => {
  const blocks = new TableBlocks();
  blocks.add({ row: 2, column: 1 }, answer(2, 1));

  assert.equal(blocks.cell(2 * blockRows + 5, blockColumns + 3), `${2 * blockRows + 5}/${blockColumns + 3}`);
  assert.equal(blocks.label(2 * blockRows + 5, blockColumns), `row ${2 * blockRows + 5}`);
  assert.equal(blocks.header(blockColumns + 1)?.name, `c${blockColumns + 1}`);
  assert.equal(blocks.cell(0, 0), undefined);
  assert.equal(blocks.widest(blockColumns), `${3 * blockRows - 1}/${blockColumns}`.length);
  blocks.clear();
  assert.equal(blocks.cell(2 * blockRows + 5, blockColumns + 3), undefined);
  assert.equal(blocks.header(blockColumns + 1)?.name, `c${blockColumns + 1}`);
});

test('what was seen longest ago is forgotten', () => {
  const blocks = new TableBlocks();
  blocks.add({ row: 0, column: 0 }, answer(0, 0));
  blocks.add({ row: 1, column: 0 }, answer(1, 0));
  for (let row = 2; row < 400; row++) {
    // The first stays in view all the time.
    blocks.missing({ first: 0, end: 1, firstColumn: 0, endColumn: 1 });
    blocks.add({ row, column: 0 }, answer(row, 0));
  }

  assert.equal(blocks.cell(0, 0), '0/0');
  assert.equal(blocks.cell(blockRows, 0), undefined);
  assert.equal(blocks.cell(399 * blockRows, 0), `${399 * blockRows}/0`);
});

test('columns stand side by side, as wide as their content, within bounds', () => {
  const layout = new ColumnLayout();
  layout.resize(4);
  layout.fit(0, 10);
  layout.fit(1, 10_000);
  layout.fit(2, 100);

  assert.deepEqual([layout.width(0), layout.width(1), layout.width(2)], [narrowest, widestColumn, 100]);
  assert.equal(layout.left(2), narrowest + widestColumn);
  assert.equal(layout.fullWidth, layout.left(3) + layout.width(3));
  layout.fit(2, 60);
  assert.equal(layout.width(2), 100, 'a column does not shrink');
  assert.deepEqual(layout.between(0, 10), { firstColumn: 0, endColumn: 1 });
  assert.deepEqual(layout.between(narrowest, narrowest + widestColumn + 1), { firstColumn: 1, endColumn: 3 });
  assert.deepEqual(layout.between(1e9, 2e9), { firstColumn: 3, endColumn: 4 });
  layout.resize(0);
  assert.deepEqual(layout.between(0, 100), { firstColumn: 0, endColumn: 0 });
});

function answer(row: number, column: number): TableRows {
  const rows = Array.from({ length: blockRows }, (_, at) => row * blockRows + at);
  const columns = Array.from({ length: blockColumns }, (_, at) => column * blockColumns + at);
  return {
    kind: 'rows',
    id: 1,
    columns: columns.map((at) => ({ name: `c${at}` })),
    index: rows.map((at) => `row ${at}`),
    rows: rows.map((at) => columns.map((place) => `${at}/${place}`)),
    totalRows: 100_000,
    totalColumns: 100,
    type: 'DataFrame',
  };
}
