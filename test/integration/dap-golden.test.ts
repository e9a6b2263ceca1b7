/** Whole conversations, message by message: a program that fails is walked through in both directions, and a variable is looked for. */
import { type TestContext, test } from 'node:test';
import { assertGolden } from '../support/dap-conversation.ts';
import type { DapEditor } from '../support/dap-editor.ts';
import { openTalk, type Talk } from '../support/dap-talk.ts';

const main = { threadId: 1 };

/** Launches the program and sets these breakpoints; it runs with `configurationDone`. */
async function launch(
  t: TestContext,
  text: string,
  breakpoints: readonly object[],
  more: object = {},
): Promise<Talk> {
  const talk = await openTalk(t, text);
  const { editor, file } = talk;
  await talk.launch(more);
  await editor.request('setBreakpoints', { source: { path: file }, breakpoints });
  await editor.request('setExceptionBreakpoints', { filters: [], filterOptions: [{ filterId: 'uncaught' }] });
  return talk;
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
