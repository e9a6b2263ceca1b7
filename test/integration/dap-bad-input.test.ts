/** Programs, breakpoints and expressions that a debugger stumbles over: each is said where one looks, and debugging goes on. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DebuggedProgram } from '../support/dap-program.ts';

interface Changed {
  readonly breakpoint: { readonly id: number; readonly verified: boolean; readonly message?: string };
}

test('an empty program ends at once', async (t) => {
  const program = await DebuggedProgram.open(t, '');

  await program.launch([1]);

  assert.equal(await program.end(program.go), 0);
});

test('a program forks, starts others, moves, replaces stdout and traces itself, and is debugged up to there', async (t) => {
  const program = await DebuggedProgram.open(
    t,
    [
      'import io, os, subprocess, sys',
      'child = os.fork()',
      'if child == 0: os._exit(7)',
      'code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])',
      'other = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout',
      'os.chdir("/")',
      'real, sys.stdout = sys.stdout, io.StringIO()',
      'print("hidden")',
      'text = sys.stdout.getvalue()',
      'sys.stdout = real',
      'print(code, other.strip(), text.strip(), os.getcwd())',
      'sys.settrace(lambda frame, event, argument: None)',
      'sys.settrace(None)',
      'print("still here")',
    ].join('\n'),
  );

  await program.launch([8, 11, 14]);
  assert.equal(await program.stop(program.go), 'breakpoint 8');
  assert.equal(await program.value('(code, other)'), "(7, '42\\n')");
  assert.equal(await program.stop(program.stepBack), 'step 7');
  assert.equal(await program.stop(program.continue), 'breakpoint 8');
  assert.equal(await program.stop(program.continue), 'breakpoint 11');
  assert.equal(await program.end(program.continue), 0);

  assert.equal(program.printed('stdout'), '7 42 hidden /\nstill here\n');
  assert.match(program.printed('important'), /called sys\.settrace.*it runs unrecorded/);
});

test('a hundred megabytes are printed, and one goes back over them', async (t) => {
  const program = await DebuggedProgram.open(
    t,
    'line = "x" * 99\nfor part in range(100):\n    print("\\n".join([line] * 10_000))\ndone = True\n',
  );
  let characters = 0;
  program.client.on('output', ({ body }) => {
    if (body.category === 'stdout') characters += body.output.length;
  });

  await program.launch([4]);
  assert.equal(await program.stop(program.go), 'breakpoint 4');
  assert.equal(characters, 100_000_000);
  await program.client.setBreakpointsRequest({
    source: { path: program.file },
    breakpoints: [{ line: 3, condition: 'part == 98' }],
  });
  assert.equal(await program.stop(program.back), 'breakpoint 3');
  assert.equal(await program.value('part'), '98');
  assert.equal(await program.stop(program.continue), 'breakpoint 4');
  assert.equal(await program.end(program.continue), 0);
  assert.equal(characters, 100_000_000);
});

test('a call that does not return is said when one pauses, can be interrupted, and is ended with the debugger', async (t) => {
  const pausedWithin = async (call: string, where: string): Promise<DebuggedProgram> => {
    const program = await DebuggedProgram.open(t, `x = 10\nprint("on", flush=True) or ${call}\n`);
    await program.launch([2]);
    await program.stop(program.go);
    await Promise.all([program.wrote('on'), program.continue()]);
    await Promise.all([program.said('console', where), program.client.pauseRequest({ threadId: 1 })]);
    return program;
  };

  for (const call of ['__import__("time").sleep(1e9)', '__import__("re").match("(a+)+$", "a" * 60 + "b")']) {
    const program = await pausedWithin(call, 'within line 2 of program.py');
    assert.equal(await program.end(() => program.client.terminateRequest()), 130);
    await program.close();
  }
  const program = await pausedWithin('sum(map(abs, iter(int, 1)))', 'in code that does not return to Python');
  await program.disconnect({ terminateDebuggee: true });
});

test('a breakpoint that cannot be met says why, and that it can once it can', async (t) => {
  const program = await DebuggedProgram.open(t, 'x = 1\nimport other\ny = 2\n', {
    'other.py': 'z = 3\n',
    'unused.py': 'u = 1\n',
    'broken.py': 'def (\n',
  });
  const changed: Changed[] = [];
  program.client.on('breakpoint', ({ body }: { body: Changed }) => changed.push(body));
  const set = async (file: string, ...breakpoints: object[]) => {
    const { body } = await program.client.setBreakpointsRequest({
      source: { path: path.join(program.folder, file) },
      breakpoints: breakpoints.map((each) => ({ line: 1, ...each })),
    });
    return body.breakpoints;
  };
  const toldOf = (id: number | undefined) =>
    changed
      .filter(({ breakpoint }) => breakpoint.id === id)
      .map(({ breakpoint }) => `${breakpoint.verified} ${breakpoint.message ?? ''}`.trim());

  await program.launch([1, 3]);
  const [absent] = await set('absent.py', {});
  const [broken] = await set('broken.py', {});
  const [unused] = await set('unused.py', {});
  const [condition, count, message, other] = await set(
    'other.py',
    { condition: 'x ==' },
    { hitCondition: 'often' },
    { logMessage: 'a {b' },
    { condition: 'False' },
  );

  assert.deepEqual([absent?.verified, absent?.message], [false, 'there is no such file']);
  assert.deepEqual([broken?.verified, broken?.message], [false, 'there is no code in this file']);
  assert.equal(await program.stop(program.go), 'breakpoint 1');
  const notYet = 'the program has not come to this file so far';
  assert.deepEqual(toldOf(unused?.id), [`false ${notYet}`]);
  assert.equal(await program.stop(program.continue), 'breakpoint 1'); // of other.py
  assert.equal(await program.stop(program.continue), 'breakpoint 3');
  assert.equal(await program.end(program.continue), 0);
  assert.deepEqual(toldOf(unused?.id), [`false ${notYet}`]);
  assert.deepEqual(toldOf(other?.id), [`false ${notYet}`, 'true']);
  for (const [id, problem] of [
    [condition?.id, "the condition 'x ==' is not understood, so it stops each time: invalid syntax"],
    [count?.id, "the hit condition 'often' is not understood, so it stops each time: it is a number"],
    [message?.id, "the message 'a {b' is not understood, so it stops each time: expected '}'"],
  ] as const) {
    assert.ok(toldOf(id)[0]?.startsWith(`true ${problem}`), toldOf(id).join('\n'));
    assert.equal(program.printed('important').split(problem).length, 2, 'said once');
  }
});

test('a watch that fails, never ends or changes something is answered in words, and changes nothing', async (t) => {
  const program = await DebuggedProgram.open(t, 'x = [1]\ny = 2\nz = len(x)\n');
  const made = path.join(program.folder, 'made.txt');
  await program.launch([2]);
  assert.equal(await program.stop(program.go), 'breakpoint 2');

  assert.equal(await program.value('x.append(2) or x'), '[1, 2]');
  for (const [expression, expected] of [
    ['1 / 0', 'ZeroDivisionError: division by zero'],
    ['x ==', 'SyntaxError: invalid syntax'],
    ['sum(iter(int, 1))', 'it was given up after 5 s'],
    ['__import__("os")._exit(3)', 'it ended the process that evaluated it'],
    ['input("?")', 'EOFError'],
    [`open(${JSON.stringify(made)}, "w")`, 'PermissionError: this is the past: no file is written here'],
  ] as const)
    await assert.rejects(program.value(expression), { message: new RegExp(expected) });

  assert.equal(existsSync(made), false);
  assert.equal(await program.value('x'), '[1]');
  assert.equal(await program.stop(program.next), 'step 3');
  assert.equal(await program.end(program.continue), 0);
});
