/**
 * A terminal for the program that is debugged: the editor is asked to run `hindsight attach` in one, which shows what the session prints and
 * answers what it asks. Where the editor has no terminals, or the runtime cannot be reached from one, the debug console is used.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Context } from './context.ts';
import type { LaunchArguments } from './launch-arguments.ts';

const patienceMs = 20_000;

/** True when the session has a terminal; what is not possible is said. `since`: the last event that is none of its business. */
export async function openTerminal(
  { editor, connection, options }: Context,
  { console: wanted = 'internalConsole', cwd, name = 'Hindsight' }: LaunchArguments,
  { session, since }: { readonly session: string; readonly since: number },
): Promise<boolean> {
  if (wanted === 'internalConsole') return false;
  const command = connection?.terminal;
  if (editor.abilities.supportsRunInTerminalRequest !== true || command === undefined) {
    const why = command === undefined ? 'the runtime serves this debugger alone' : 'the editor opens none';
    editor.print(`There is no terminal: ${why}. The program reads and prints here, in the debug console.`);
    return false;
  }
  const attach = [
    'attach',
    '--session',
    session,
    '--since',
    String(since),
    '--state-file',
    command.stateFile,
  ];
  const args: DebugProtocol.RunInTerminalRequestArguments = {
    kind: wanted === 'integratedTerminal' ? 'integrated' : 'external',
    title: name,
    cwd: cwd ?? options.cwd,
    args: [...command.args, ...attach],
    ...(command.env === undefined ? {} : { env: command.env }),
  };
  const failure = await editor.runInTerminal(args, AbortSignal.timeout(patienceMs));
  if (failure === undefined) return true;
  editor.print(
    `The terminal did not open: ${failure}. The program reads and prints here, in the debug console.`,
  );
  return false;
}
