/**
 * `hindsight dap`: the debug adapter of the package on this process's own standard streams, for editors other than VS Code. It
 * imports nothing of the adapter: that is a program of its own beside the runtime.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface DebugAdapterOptions {
  /** Path of `debug-adapter.js`. */
  readonly program: string;
  /** The Node to run it with. */
  readonly node: string;
  /** The file in which the runtime to use says where it is. Default: that of the working directory. */
  readonly stateFile?: string;
}

/**
 * Runs the debug adapter until the editor ends it, and answers its exit code; a signal counts as 1. It ends by itself when its
 * standard input does, so that it never outlives the editor.
 *
 * Errors: the program cannot be started.
 */
export async function runDebugAdapter({ program, node, stateFile }: DebugAdapterOptions): Promise<number> {
  const args = stateFile === undefined ? [] : [stateFile];
  const child: ChildProcess = spawn(node, [program, ...args], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}
