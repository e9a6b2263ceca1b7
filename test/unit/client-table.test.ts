/** Which HTML is the table of a data frame, and how large the frame is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dimensionsOf, isTable } from '../../client/panel/table.ts';

const whole = `<div><style scoped>.dataframe thead th { text-align: right; }</style>
<table border="1" class="dataframe"><thead><tr><th></th><th>a</th><th>b</th></tr></thead>
<tbody><tr><th>0</th><td>1</td><td>2</td></tr><tr><th>1</th><td>3</td><td>4</td></tr></tbody></table></div>`;

test('tells the table of a frame from other HTML', () => {
  assert.equal(isTable(whole), true);
  assert.equal(isTable('<table class="matrix"><tr><td>1</td></tr></table>'), false);
  assert.equal(isTable(whole + whole), false, 'two tables side by side are somebody’s own page');
});

test('counts a frame that is shown whole', () => {
  assert.deepEqual(dimensionsOf(whole), { rows: 2, columns: 2 });
});

test('believes what pandas and polars say of a frame that is shown in part', () => {
  assert.deepEqual(dimensionsOf(`${whole}<p>12481 rows × 9 columns</p>`), { rows: 12_481, columns: 9 });
  assert.deepEqual(dimensionsOf(`<small>shape: (1_000, 3)</small>${whole}`), { rows: 1000, columns: 3 });
});

test('does not guess where there are no rows to count', () => {
  assert.equal(dimensionsOf('<table class="dataframe"><thead></thead><tbody></tbody></table>'), undefined);
});
