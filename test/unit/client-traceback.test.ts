/** Which frames of a traceback are the person's and which are a library's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageOf, splitTraceback } from '../../client/panel/traceback.ts';

const packages = '/home/ada/.venv/lib/python3.11/site-packages';

test('folds frames in libraries, and keeps the person’s own and the headlines', () => {
  const lines = [
    'Traceback (most recent call last):',
    `  File "${packages}/pandas/core/indexes/base.py", line 3812, in get_loc`,
    '    return self._engine.get_loc(casted_key)',
    '           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
    '  File "pandas/_libs/index.pyx", line 167, in pandas._libs.index.IndexEngine.get_loc',
    "KeyError: 'missing'",
    '',
    'The above exception was the direct cause of the following exception:',
    '',
    'Traceback (most recent call last):',
    '  File "/home/ada/model.py", line 4, in <module>',
    '    load(frame)',
    '  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode',
    '    obj, end = self.scan_once(s, idx)',
    `  File "${packages}/numpy/core.py", line 1, in f`,
    '  [Previous line repeated 970 more times]',
    "KeyError: 'missing'",
  ];

  const parts = splitTraceback(lines);

  assert.deepEqual(
    parts.map((part) => (part.kind === 'own' ? part.lines.length : [part.frames, part.packages])),
    [1, [2, ['pandas']], 7, [2, ['json', 'numpy']], 1],
  );
  assert.deepEqual(
    parts.flatMap((part) => part.lines),
    lines,
  );
});

test('folds behind the bars of a group of exceptions', () => {
  const parts = splitTraceback([
    '  + Exception Group Traceback (most recent call last):',
    `  |   File "${packages}/anyio/run.py", line 7, in run`,
    '  |     await main()',
    '  | ExceptionGroup: two (1 sub-exception)',
  ]);

  assert.deepEqual(
    parts.map(({ kind, lines }) => [kind, lines.length]),
    [
      ['own', 1],
      ['library', 2],
      ['own', 1],
    ],
  );
});

const frames: readonly [string, string | undefined][] = [
  ['/home/ada/model.py', undefined],
  ['<cell 3>', undefined],
  ['C:\\Users\\ada\\model.py', undefined],
  ['C:\\Python311\\Lib\\json\\__init__.py', 'json'],
  ['/usr/lib/python3/dist-packages/six.py', 'six'],
  ['/usr/lib/python3.12/contextlib.py', 'contextlib'],
  ['<frozen importlib._bootstrap>', 'importlib'],
];

for (const [file, expected] of frames) {
  test(`${file} is ${expected === undefined ? 'the person’s own' : `in ${expected}`}`, () => {
    assert.equal(packageOf(`  File "${file}", line 1, in f`), expected);
  });
}

test('never folds what a SyntaxError points at', () => {
  assert.equal(packageOf(`  File "${packages}/broken.py", line 1`), undefined);
});
