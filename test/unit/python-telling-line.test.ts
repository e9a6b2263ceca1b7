/** Which line of a failed start is shown to a person: real outputs of real programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellingLine } from '../../runtime/engines/python/telling-line.ts';

const outputs: readonly [string, string, string][] = [
  [
    'a traceback ends with its error',
    'Traceback (most recent call last):\n  File "x.py", line 1\nModuleNotFoundError: No module named \'x\'\n',
    "ModuleNotFoundError: No module named 'x'",
  ],
  [
    'a Python that does not find its library',
    "Fatal Python error: init_fs_encoding: failed to get the Python codec\nModuleNotFoundError: No module named 'encodings'\n\nCurrent thread 0x1 (most recent call first):\n  <no Python frame>\n",
    "ModuleNotFoundError: No module named 'encodings'",
  ],
  [
    'a version manager that explains at length',
    "pyenv: python2.7: command not found\n\nThe `python2.7' command exists in these Python versions:\n  2.7.18\n\nNote: See 'pyenv help global'\n      Python versions to be found at the same time.\n",
    'pyenv: python2.7: command not found',
  ],
  ['a program that says nothing', '\n', ''],
];

for (const [what, output, expected] of outputs) {
  test(`shows the telling line of ${what}`, () => assert.equal(tellingLine(output), expected));
}
