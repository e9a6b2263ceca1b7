/** Whole conversations, message by message: a program that fails is walked through in both directions, and a variable is looked for. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createDebugAdapter } from '../../debug-adapter/adapter.ts';
import { connectOrStart } from '../../debug-adapter/own-runtime.ts';
import { assertGolden } from '../support/dap-conversation.ts';
import { DapEditor } from '../support/dap-editor.ts';
import { testPython } from '../support/python-engine.ts';
import { dist } from '../tools/paths.ts';

const main = { threadId: 1 };

interface Talk {
  readonly editor: DapEditor;
  readonly folder: string;
  readonly file: string;
}

/** Launches the program and sets these breakpoints; it runs with `configurationDone`. */
async function launch(
  t: TestContext,
  text: string,
  breakpoints: readonly object[],
  more: object = {},
): Promise<Talk> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'hindsight-dap-')));
  const file = path.join(folder, 'program.py');
  await writeFile(file, text);
  const place = {
    cwd: folder,
    env: { ...process.env, XDG_STATE_HOME: folder },
    platform: process.platform,
    node: process.execPath,
    program: path.join(dist, 'hindsight.js'),
  };
  const adapter = createDebugAdapter({ cwd: folder, connect: (signal) => connectOrStart(place, signal) });
  t.after(async () => {
    adapter.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const editor = new DapEditor(adapter);
  const python = testPython === undefined ? {} : { python: testPython };
  await editor.launch({ program: file, ...python, ...more }, { supportsInvalidatedEvent: true });
  await editor.request('setBreakpoints', { source: { path: file }, breakpoints });
  await editor.request('setExceptionBreakpoints', { filters: [], filterOptions: [{ filterId: 'uncaught' }] });
  return { editor, folder, file };
}

/** Moves, and looks at where it stands, as an editor does. */
async function moveAndLook(
  editor: DapEditor,
  command: 'next' | 'stepBack' | 'continue' | 'reverseContinue' | 'configurationDone',
) {
  await editor.request(command, main);
  await editor.event('stopped');
  const { stackFrames } = await editor.request('stackTrace', { ...main, startFrame: 0, levels: 20 });
  const { scopes } = await editor.request('scopes', { frameId: stackFrames[0]?.id });
  await editor.request('variables', { variablesReference: scopes[0]?.variablesReference });
}

test('forwards to a breakpoint, on to an error, and back to its cause', async (t) => {
  const { editor, folder } = await launch(
    t,
    'def half(number):\n    result = 10 // number\n    return result\n\nfor number in [2, 1, 0]:\n    print(half(number))\n',
    [{ line: 3, condition: 'number == 1' }],
  );

  await moveAndLook(editor, 'configurationDone');
  await moveAndLook(editor, 'continue');
  await editor.request('exceptionInfo', main);
  await moveAndLook(editor, 'stepBack');
  await moveAndLook(editor, 'reverseContinue');
  await moveAndLook(editor, 'next');
  await editor.request('terminate');
  await editor.event('terminated');
  await editor.request('disconnect');

  await assertGolden(editor, 'error', folder);
});

test('a logpoint, a watch, a console, a changed variable, the end and back', async (t) => {
  const { editor, folder } = await launch(
    t,
    'total = 0\nfor number in range(3):\n    total += number\nprint(total)\n',
    [{ line: 3, logMessage: 'adding {number} to {total}' }, { line: 4 }],
    { stopAtEnd: true },
  );

  await moveAndLook(editor, 'configurationDone');
  const { stackFrames } = await editor.request('stackTrace', main);
  const frameId = stackFrames[0]?.id;
  await editor.request('evaluate', { expression: 'total * 2', frameId, context: 'watch' });
  await editor.ask('evaluate', { expression: 'absent', frameId, context: 'watch' });
  await editor.request('evaluate', { expression: 'print("seen")', frameId, context: 'repl' });
  await editor.request('setExpression', { expression: 'total', value: '40 + 2', frameId });
  await moveAndLook(editor, 'continue');
  await moveAndLook(editor, 'reverseContinue');
  await editor.request('disconnect', { terminateDebuggee: true });

  await assertGolden(editor, 'console', folder);
});
