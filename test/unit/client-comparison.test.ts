/** The page that compares two states. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ComparisonWords, pairUp, renderComparison } from '../../client/time/comparison.ts';

const words: ComparisonWords = {
  title: 'before ↔ after',
  before: 'before',
  after: 'after',
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
  none: 'No variable differs.',
  truncated: 'More may differ.',
  row: 'Row',
  column: 'Column',
};
const nothing = { added: [], removed: [], changed: [], truncated: false };

test('a number stands with its difference, both values in their columns', () => {
  const page = renderComparison(
    { ...nothing, changed: [{ name: 'n', type: 'int', summary: '3 → 5 (+2)', before: '3', after: '5' }] },
    words,
  );

  assert.match(page, /Changed.*1.*<code>n<\/code>.*int.*3 → 5 \(\+2\)/s);
  assert.match(page, /<h3>before<\/h3><pre>3<\/pre>.*<h3>after<\/h3><pre>5<\/pre>/);
});

test('what was added has no value before, and what was removed none after', () => {
  const page = renderComparison(
    {
      ...nothing,
      added: [{ name: 'a', summary: 'new', after: '1' }],
      removed: [{ name: 'r', summary: 'gone', before: '2' }],
    },
    words,
  );

  assert.equal(page.split('<h3>before</h3>').length, 2);
  assert.equal(page.split('<h3>after</h3>').length, 2);
});

test('frames are compared by cells', () => {
  const page = renderComparison(
    {
      ...nothing,
      changed: [
        { name: 'f', summary: '1 cell', cells: [{ row: '0', column: 'mass', before: '1.0', after: '2.0' }] },
      ],
    },
    words,
  );

  assert.match(
    page,
    /<th scope="row">0<\/th><td>mass<\/td><td class="removed">1.0<\/td><td class="added">2.0/,
  );
});

test('an element that is new stands in one column, and its row names no column', () => {
  const cells = [{ row: '[2]', column: '', after: "'Deneb'" }];

  const page = renderComparison({ ...nothing, changed: [{ name: 'l', summary: '', cells }] }, words);

  assert.match(page, /<th scope="row">\[2\]<\/th><td class="empty"><\/td><td class="added">/);
  assert.ok(!page.includes('Column'));
});

test('text is a diff with what was taken out beside what came', () => {
  assert.deepEqual(
    pairUp(['--- before', '+++ after', '@@ -1,3 +1,3 @@', ' same', '-old', '-older', '+new', ' end']).map(
      ([left, right]) => [left?.text, right?.text],
    ),
    [
      ['@@ -1,3 +1,3 @@', '@@ -1,3 +1,3 @@'],
      ['same', 'same'],
      ['old', 'new'],
      ['older', undefined],
      ['end', 'end'],
    ],
  );
});

test('a line of text that begins like a header is none', () => {
  assert.deepEqual(
    pairUp(['---x', '+++y']).map(([left, right]) => [left?.text, right?.text]),
    [['--x', '++y']],
  );
});

test('what a program wrote is text, never markup', () => {
  const evil = '<img src=x onerror="alert(1)">';
  const page = renderComparison(
    {
      ...nothing,
      added: [{ name: evil, type: evil, summary: evil, after: evil }],
      changed: [
        { name: 'l', summary: '', lines: [`+${evil}`] },
        { name: 'c', summary: '', cells: [{ row: evil, column: evil, before: evil, after: evil }] },
      ],
    },
    { ...words, title: evil },
  );

  assert.ok(!page.includes('<img'));
});

test('says when nothing differs, and when more may', () => {
  assert.match(renderComparison(nothing, words), /No variable differs/);
  assert.match(renderComparison({ ...nothing, truncated: true }, words), /More may differ/);
});
