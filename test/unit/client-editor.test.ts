/** The pure parts of what happens in the editor: cell markers, statements by indentation, inline results, history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCellMarkers } from '../../client/code-lens/find-cells.ts';
import { summarize } from '../../client/inline-results/summary.ts';
import { candidates } from '../../client/interpreter/find-on-path.ts';
import type { PanelCell } from '../../client/panel/cells.ts';
import { InputHistory } from '../../client/panel/history.ts';
import { plainStatement } from '../../client/sending/plain-statement.ts';

test('finds the markers of cells', () => {
  assert.deepEqual(findCellMarkers('# %% one\nx = 1\n#%%\n# In[3]:\nx = "# %%"\n# 100 %%'), [0, 2, 3]);
});

test('takes a statement with its decorators and its else', () => {
  const code = '@cache\ndef f():\n\n    return 1\n\nif x:\n    a()\nelse:\n    b()\n\nlast = (\n    1\n)\n';

  const texts = [3, 4, 8, 10].map((line) => plainStatement(code, line)?.text);

  assert.deepEqual(texts, [
    '@cache\ndef f():\n\n    return 1',
    'if x:\n    a()\nelse:\n    b()',
    'if x:\n    a()\nelse:\n    b()',
    'last = (\n    1\n)',
  ]);
  assert.equal(plainStatement('x = 1\n\n', 1), null);
});

test('an inline result is one line of at most 80 characters', () => {
  const value = summarize(cell({ state: 'succeeded', summary: `[${'1, '.repeat(50)}` }));
  const error = summarize(
    cell({
      state: 'failed',
      outputs: [
        { kind: 'error', id: '1', version: 0, name: 'E', message: 'two\n  lines', stack: '', frames: [] },
      ],
    }),
  );

  assert.equal(value?.text.length, 80);
  assert.match(value?.text ?? '', /^⇒ \[1, .*…$/);
  assert.deepEqual(error, { kind: 'error', text: '✗ E: two lines' });
});

test('goes back through history and forth to what was typed', () => {
  const history = new InputHistory();
  const entries = ['one', 'two'];

  const walk = [
    history.move(-1, '', entries),
    history.move(-1, 'two', entries),
    history.move(-1, 'one', entries),
  ];
  walk.push(history.move(1, 'one', entries), history.move(1, 'two', entries), history.move(1, '', entries));

  assert.deepEqual(walk, ['two', 'one', undefined, 'two', '', undefined]);
});

test('with something typed, history offers what starts so', () => {
  assert.equal(new InputHistory().move(-1, 'imp', ['import time', 'x = 1']), 'import time');
});

test('looks for Python in the folders of PATH, in their order', () => {
  assert.deepEqual(
    candidates('/a:/b', 'linux').filter((path) => path.endsWith('/python3')),
    ['/a/python3', '/b/python3'],
  );
});

function cell(changes: Partial<PanelCell>): PanelCell {
  const empty = {
    key: 'k',
    kind: 'code',
    code: '',
    outputs: [],
    version: 0,
    shownLines: 0,
    shownLength: 0,
  } as const;
  return { ...empty, state: 'running', outputs: [], ...changes };
}
