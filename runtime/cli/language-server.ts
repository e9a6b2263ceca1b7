/**
 * `hindsight lsp`: the language server of the package on this process's own standard streams, for editors
 * other than VS Code. It imports nothing of the server: that is a program of its own beside the runtime.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface LanguageServerOptions {
  /** Path of `server.js`. */
  readonly program: string;
  /** The Node to run it with. */
  readonly node: string;
}

/**
 * Runs the language server until the editor ends it, and answers its exit code; a signal counts as 1. The
 * server ends by itself when its standard input does, so that it never outlives the editor.
 *
 * Errors: the program cannot be started.
 */
export async function runLanguageServer({ program, node }: LanguageServerOptions): Promise<number> {
  const child: ChildProcess = spawn(node, [program, '--stdio'], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}
