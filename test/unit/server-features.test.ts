/** What the answers of the runtime become for an editor: hovers, candidates, signatures, definitions. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toCandidates } from '../../server/completion.ts';
import { rangeOfName } from '../../server/definition.ts';
import { describe as describeInfo } from '../../server/hover.ts';
import { toCallSignature } from '../../server/signature-help.ts';

const main = { id: 'sess-1', name: 'main' };

describe('hover', () => {
  it('shows type, shape, value and columns of a frame, and whose it is', () => {
    const info = {
      name: 'df',
      type: 'pandas.core.frame.DataFrame',
      shape: [12481, 2],
      preview: '   a  b',
      columns: [
        { name: 'a', dtype: 'int64' },
        { name: 'b', dtype: 'object' },
      ],
      source: 'live' as const,
    };

    assert.equal(
      describeInfo(info, main),
      [
        '**`df`**: `pandas.core.frame.DataFrame` · 12,481 rows × 2 columns',
        '```text\n   a  b\n```',
        '| column | dtype |\n| --- | --- |\n| a | int64 |\n| b | object |',
        '*live, session `main`*',
      ].join('\n\n'),
    );
  });

  it('shows at most 20 columns and says how many more there are', () => {
    const columns = Array.from({ length: 32 }, (_, index) => ({ name: `c${index}`, dtype: 'int64' }));

    const markdown = describeInfo({ name: 'df', columns }, main);

    assert.match(markdown, /\| c19 \| int64 \|\n\n\\\+ 12 more/);
    assert.doesNotMatch(markdown, /c20/);
  });

  it('shows shape and dtype of an array', () => {
    assert.match(
      describeInfo({ name: 'x', type: 'numpy.ndarray', shape: [3], dtype: 'float64' }, main),
      /^\*\*`x`\*\*: `numpy.ndarray` · shape \(3,\) · `float64`/,
    );
  });

  it('shows signature and documentation of a function', () => {
    const info = {
      name: 'f',
      type: 'function',
      module: 'tools',
      arglists: ['f(x: int) -> str'],
      doc: 'Says x.',
    };

    assert.equal(
      describeInfo(info, { id: 'sess-1' }),
      '**`f`**: `function` from `tools`\n\n```python\nf(x: int) -> str\n```\n\nSays x.\n\n*live, session `sess-1`*',
    );
  });

  it('does not call live what was read in the source', () => {
    assert.match(describeInfo({ name: 'f', source: 'static' }, main), /\*from the source\*$/);
  });
});

describe('completion', () => {
  const cursor = { line: 4, character: 5 };

  it('replaces from the start that the runtime found to the cursor', () => {
    const found = {
      candidate: 'append',
      type: 'function',
      symbol: 'x.append',
      detail: 'method',
      source: 'live' as const,
    };

    assert.deepEqual(toCandidates({ completions: [found], start: { line: 5, column: 2 } }, 'x.app', cursor), {
      candidates: [
        {
          text: 'append',
          type: 'function',
          detail: 'method',
          symbol: 'x.append',
          rank: '09.0000',
          replaces: { start: { line: 4, character: 2 }, end: cursor },
        },
      ],
      incomplete: false,
    });
  });

  it('sorts keys first, then names, private names, and what was only read', () => {
    const types = [
      ['a', 'function', 'static'],
      ['_b', 'function', 'live'],
      ['c', 'function', 'live'],
      ['d"]', 'key', 'live'],
      ['if', 'keyword', 'live'],
    ] as const;
    const completions = types.map(([candidate, type, source]) => ({ candidate, type, source }));

    const { candidates } = toCandidates({ completions, start: { line: 5, column: 1 } }, '', cursor);

    const sorted = [...candidates].sort((one, other) => (one.rank < other.rank ? -1 : 1));
    assert.deepEqual(
      sorted.map(({ text }) => text),
      ['d"]', 'c', 'if', '_b', 'a'],
    );
  });

  for (const [line, behind] of [
    ['d["pr"]', 2],
    ['d["pr"', 1],
    ['d["pr', 0],
    ['d["pr]', 1],
    ['d["pr"])', 2],
  ] as const) {
    it(`replaces the ${behind} closing characters that stand behind the cursor in ${line}`, () => {
      const start = { line: 5, column: 3 };
      const completions = [{ candidate: 'price"]', type: 'key' }];

      const { candidates } = toCandidates({ completions, start }, line, cursor);

      assert.equal(candidates[0]?.replaces?.end.character, cursor.character + behind);
    });
  }

  it('asks again while nothing is typed, since private names are left out then', () => {
    assert.equal(
      toCandidates({ completions: [], start: { line: 5, column: 5 } }, 'x.y. ', cursor).incomplete,
      true,
    );
  });

  it('asks again when the list was cut', () => {
    const completions = Array.from({ length: 1000 }, (_, index) => ({
      candidate: `a${index}`,
      type: 'instance',
    }));

    assert.equal(
      toCandidates({ completions, start: { line: 5, column: 4 } }, 'x = a', cursor).incomplete,
      true,
    );
  });
});

describe('signature help', () => {
  it('places each parameter in the label, in order', () => {
    const parameters = [{ label: 'bar' }, { label: 'b=1', doc: 'Of *it*.' }, { label: '**rest' }];

    assert.deepEqual(
      toCallSignature({ label: 'bar(bar, b=1, **rest)', parameters, active: 1 }, 'Does it.\n\nMore.'),
      {
        label: 'bar(bar, b=1, **rest)',
        parameters: [{ label: [4, 7] }, { label: [9, 12], markdown: 'Of \\*it\\*.' }, { label: [14, 20] }],
        markdown: 'Does it.',
        active: 1,
      },
    );
  });
});

describe('definition', () => {
  const lines = ['@cached(', '  size=1)', 'async def load(x):', '    class Inner: pass', 'x = 1'];

  it('is the name below decorators', () => {
    assert.deepEqual(rangeOfName(lines, 0, 0, 'load'), {
      start: { line: 2, character: 10 },
      end: { line: 2, character: 14 },
    });
  });

  it('is the line itself where another name is defined below it', () => {
    assert.deepEqual(rangeOfName(lines, 1, 2, 'other'), {
      start: { line: 1, character: 2 },
      end: { line: 1, character: 2 },
    });
  });

  it('is the first line of a module', () => {
    assert.deepEqual(rangeOfName(['"""Doc."""'], 0, 0, 'tools'), {
      start: { line: 0, character: 0 },
      end: { line: 0, character: 0 },
    });
  });
});
