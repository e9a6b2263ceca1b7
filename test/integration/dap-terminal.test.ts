/** A terminal for the program that is debugged: what the editor is asked for, and what is seen and typed there. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { stateFilePath } from '../../runtime/protocol/client/state-file.ts';
import { openTalk, type Talk } from '../support/dap-talk.ts';
import { finished, listening, startHindsight } from '../support/hindsight-command.ts';

const greeting = 'import sys\nname = input("who? ")\nprint("hello", name)\nsys.exit(3)\n';

/** A runtime for the folder of the program, as an editor has one. */
async function serve(t: TestContext, { folder }: Talk): Promise<void> {
  const env = { ...process.env, XDG_STATE_HOME: folder };
  const stateFile = stateFilePath(folder, env, process.platform);
  const args = ['serve', '--json', '--state-file', stateFile, '--log-level', 'error'];
  await listening(startHindsight(t, args, { cwd: folder, env }));
}

test('a program that is debugged reads and prints in a terminal, and its exit code is that of the terminal’s command', async (t) => {
  const talk = await openTalk(t, greeting);
  await serve(t, talk);
  const { editor, file } = talk;
  let asked: DebugProtocol.RunInTerminalRequestArguments | undefined;
  let terminal: ChildProcessWithoutNullStreams | undefined;
  editor.onRequest = ({ arguments: args }) => {
    asked = args;
    const [command = '', ...rest] = args.args;
    terminal = spawn(command, rest, { cwd: args.cwd, env: { ...process.env, ...args.env } });
    return { processId: terminal.pid };
  };

  await talk.launch({ name: 'Greet', console: 'integratedTerminal' }, { supportsRunInTerminalRequest: true });
  await editor.request('setBreakpoints', { source: { path: file }, breakpoints: [{ line: 3 }] });
  await editor.request('configurationDone');
  assert.ok(terminal);
  const ended = finished(terminal);
  await once(terminal.stdout, 'data');
  terminal.stdin.write('Ada\n');
  await editor.event('stopped');
  await editor.request('stepBack', { threadId: 1 });
  await editor.event('stopped');
  await editor.request('continue', { threadId: 1 });
  await editor.event('stopped');
  await editor.request('continue', { threadId: 1 });
  const { exitCode } = await editor.event('exited');

  assert.deepEqual([asked?.kind, asked?.title, asked?.cwd], ['integrated', 'Greet', talk.folder]);
  assert.deepEqual(await ended, { code: 3, stdout: 'who? hello Ada\n', stderr: '' });
  assert.equal(exitCode, 3);
  assert.equal(editor.printed('stdout'), '', 'it is not shown twice');
});

test('where there is no terminal the program reads and prints in the debug console, and that is said', async (t) => {
  for (const [abilities, why] of [
    [{}, /There is no terminal: the editor opens none/],
    [{ supportsRunInTerminalRequest: true }, /The terminal did not open: Error: no room/],
  ] as const) {
    const talk = await openTalk(t, 'print("hello")\n');
    await serve(t, talk);
    const { editor } = talk;
    editor.onRequest = () => Promise.reject(new Error('no room'));

    await talk.launch({ console: 'externalTerminal' }, abilities);
    await editor.request('configurationDone');
    await editor.event('terminated');

    assert.match(editor.printed('console'), why);
    assert.equal(editor.printed('stdout'), 'hello\n');
  }
});
