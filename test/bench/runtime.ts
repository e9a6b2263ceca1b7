/** The built runtime as a process of its own, as an editor starts it. Knows nothing of what is asked of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dist, node } from '../tools/paths.ts';

export interface RunningRuntime {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Ends it and waits until it has ended. */
  stop(): Promise<void>;
}

/** Starts `hindsight serve`, with `env` on top of the environment, and waits until it listens. Errors: it is not built, or it ends before. */
export async function startRuntime(
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningRuntime> {
  const program = join(dist, 'hindsight.js');
  if (!existsSync(program)) throw new Error(`${program} is not there: npm run build`);
  const child = spawn(node, [program, 'serve', '--json', '--log-level', 'warn', ...options], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(([code]) => fail(code)),
  ]);
  const { url, token, pid } = JSON.parse(String(line)) as { url: string; token: string; pid: number }; // As docs/protocol.md says.
  return {
    url,
    token,
    pid,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function fail(code: unknown): never {
  throw new Error(`the runtime ended with ${String(code)} before it listened`);
}
