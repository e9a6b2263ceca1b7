/** Which cells a text has, and which one a line belongs to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cellIndexAt, findCells } from '../../server/cells.ts';

describe('cells', () => {
  it('finds none in a text without markers', () => {
    assert.deepEqual(findCells(['a = 1', '', 'b = 2']), []);
  });

  it('takes text above the first marker as a cell of its own', () => {
    assert.deepEqual(findCells(['import os', '# %% one', 'a = 1', '#%%', 'b = 2']), [
      { marker: undefined, start: 0, end: 1 },
      { marker: 1, start: 2, end: 3 },
      { marker: 3, start: 4, end: 5 },
    ]);
  });

  it('makes no cell of blank lines above the first marker', () => {
    assert.deepEqual(findCells(['', '# %%', 'a']), [{ marker: 1, start: 2, end: 3 }]);
  });

  for (const line of [
    '# %%',
    '#%%',
    '# %% title',
    '# %% [markdown]',
    '# In[ ]',
    '# In[12]',
    '# <codecell>',
  ]) {
    it(`knows ${JSON.stringify(line)} as a marker`, () => {
      assert.equal(findCells([line]).length, 1);
    });
  }

  for (const line of [' # %%', 'x = 1  # %%', '# %', '# percent %%', '# Inside[1]']) {
    it(`does not take ${JSON.stringify(line)} for a marker`, () => {
      assert.deepEqual(findCells([line]), []);
    });
  }

  it('leaves out a marker inside a triple-quoted string', () => {
    const lines = ['text = """', '# %%', '"""', '# %%', 'a = 1'];

    assert.deepEqual(
      findCells(lines).map((cell) => cell.marker),
      [undefined, 3],
    );
  });

  it('is not misled by quotes in comments and in other strings', () => {
    const lines = [
      `a = "'''"`,
      `# don't """`,
      `b = '"""'  # '''`,
      `c = """x""" + '''y'''`,
      `d = "\\""`,
      '# %%',
    ];

    assert.deepEqual(
      findCells(lines).map((cell) => cell.marker),
      [undefined, 5],
    );
  });

  it('keeps the cells below a triple quote that is never closed', () => {
    assert.deepEqual(
      findCells(['# %%', 'def f():', '    """Half written', '# %%', 'b = 2']).map((cell) => cell.marker),
      [0, 3],
    );
  });

  it('gives a marker line to the cell that it opens', () => {
    const cells = findCells(['a', '# %%', 'b', '# %%', 'c']);

    assert.deepEqual(
      [0, 1, 2, 3, 4].map((line) => cellIndexAt(cells, line)),
      [0, 1, 1, 2, 2],
    );
  });

  it('gives blank lines above the first marker to the first cell', () => {
    assert.equal(cellIndexAt(findCells(['', '# %%', 'b']), 0), 0);
  });
});
