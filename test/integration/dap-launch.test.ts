/** What `hindsight dap` can launch, and how a program finds itself: as `python` would have started it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { DebuggedProgram } from '../support/dap-program.ts';

const seen = `import json, os, sys
print(json.dumps({"argv": sys.argv, "path": sys.path[0], "name": __name__, "file": __file__, "cwd": os.getcwd(),
                  "set": os.environ.get("SET"), "unset": os.environ.get("HOME"), "package": globals().get("__package__")}))
`;

for (const noDebug of [true, false]) {
  const how = noDebug ? 'without debugging' : 'under the debugger';

  test(`a file finds its arguments, folder and environment, ${how}`, async (t) => {
    const program = await DebuggedProgram.open(t, '', { 'folder/tool.py': seen });
    const file = path.join(program.folder, 'folder', 'tool.py');

    await program.launch([], {
      program: 'folder/tool.py',
      args: ['-x', 'é y'],
      env: { SET: '1', HOME: null },
      noDebug,
    });
    const exitCode = await program.end(program.go);

    assert.equal(exitCode, 0);
    assert.deepEqual(JSON.parse(program.printed('stdout')), {
      argv: ['folder/tool.py', '-x', 'é y'],
      path: path.dirname(file),
      name: '__main__',
      file,
      cwd: program.folder,
      set: '1',
      unset: null,
      package: null,
    });
  });

  test(`a module and a package are run as -m runs them, ${how}`, async (t) => {
    const program = await DebuggedProgram.open(t, '', {
      'pack/__init__.py': '',
      'pack/helper.py': 'word = "helped"',
      'pack/__main__.py': `from .helper import word\nprint(word)\n${seen}`,
    });

    await program.launch([], { module: 'pack', args: ['1'], noDebug });
    await program.end(program.go);
    const [first, second = ''] = program.printed('stdout').split('\n');

    const file = path.join(program.folder, 'pack', '__main__.py');
    assert.equal(first, 'helped');
    const { argv, path: folder, package: parent } = JSON.parse(second);
    assert.deepEqual([argv, folder, parent], [[file, '1'], program.folder, 'pack']);
  });

  test(`a test is run by unittest, ${how}`, async (t) => {
    const program = await DebuggedProgram.open(t, '', {
      'test_it.py':
        'import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(1, 2)\n    def test_b(self): pass\n',
    });

    await program.launch([], { test: 'test_it.T.test_a', stopAtEnd: false, noDebug });
    const exitCode = await program.end(program.go);

    assert.equal(exitCode, 1);
    assert.match(program.printed('stderr'), /AssertionError: 1 != 2[\s\S]*Ran 1 test/);
  });
}

test('a test that fails stands at its end, from where one goes into the failure; one that passes ends', async (t) => {
  const program = await DebuggedProgram.open(t, '', {
    'test_it.py':
      'import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        got = 1\n        self.assertEqual(got, 2)\n    def test_b(self): pass\n',
  });

  await program.launch([], { test: 'test_it.T.test_a' });
  assert.match(await program.stop(program.go), /^pause /);
  const toException = () => program.client.customRequest('hindsight/gotoException');
  assert.equal(await program.stop(toException), 'exception 1', 'SystemExit, of the framework');
  assert.equal(await program.stop(toException), 'exception 5');
  assert.equal(await program.value('got'), '1');
  await program.close();
  const passing = await DebuggedProgram.open(t, '', {
    'test_it.py': 'import unittest\nclass T(unittest.TestCase):\n    def test_b(self): pass\n',
  });
  await passing.launch([], { test: 'test_it.T.test_b' });

  assert.equal(await passing.end(passing.go), 0);
});

test('what cannot be run is refused before anything runs, in words', async (t) => {
  for (const [args, expected] of [
    [{ program: 'absent.py' }, /^there is no file .*absent\.py$/],
    [{ module: 'absent' }, /^No module named absent$/],
    [{ module: 'bare' }, /^bare is a package without a __main__, and cannot be run$/],
    [{ module: 'math' }, /^math has no Python source that could be debugged/],
    [{ program: 'program.py', python: 'no-such-python' }, /no-such-python/],
    [{ program: 'program.py', console: 'window' }, /^console must be one of internalConsole, .*"window"$/],
  ] as const) {
    const program = await DebuggedProgram.open(t, '', { 'bare/__init__.py': '' });
    await assert.rejects(program.launch([], args), { message: expected });
    await program.close();
  }
});

test('a syntax error is printed as Python prints it', async (t) => {
  const program = await DebuggedProgram.open(t, 'x = 1\ny = (\n');

  await program.launch();
  const exitCode = await program.end(program.go);

  assert.equal(exitCode, 1);
  assert.match(
    program.printed('stderr'),
    /program\.py", line 2\n.*\n.*\nSyntaxError: '\(' was never closed\n$/,
  );
});
