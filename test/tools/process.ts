/** Runs other programs and says clearly how they failed. Knows nothing of what they do. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { root } from './paths.ts';

/** How a finished program ended. `code` is null when a signal ended it. */
export type Outcome = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
};

/** Options of {@link run} and {@link capture}. */
export type RunOptions = {
  /** Working folder; the checkout's own by default. */
  readonly cwd?: string;
  /** Variables on top of this process's own; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Stops the program when aborted. */
  readonly signal?: AbortSignal;
};

/** A program that could not be started or that failed; the message ends with what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Runs a program with our own standard streams and answers its exit code (a signal counts as 1). */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const child = spawn(command, args, { ...spawnOptions(options), stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

/**
 * As `run`, but what it prints goes into a file. A process that it leaves behind, with its streams open, is not waited for.
 */
export async function runInto(
  file: string,
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const output = await open(file, 'w');
  try {
    const child = spawn(command, args, {
      ...spawnOptions(options),
      stdio: ['ignore', output.fd, output.fd],
    });
    const [code] = await once(child, 'exit');
    return typeof code === 'number' ? code : 1;
  } finally {
    await output.close();
  }
}

/** Runs a program and answers all that it printed, both streams in order of arrival. Never throws for an exit code. */
export async function capture(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(command, args, { ...spawnOptions(options), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code, signal] = await once(child, 'close');
  return { code, signal, output };
}

/**
 * Runs a program that must succeed, and answers what it printed.
 *
 * @throws {CommandError} with all its output when it cannot be started or does not end with exit code 0.
 */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const shown = [command, ...args].join(' ');
  const outcome = await capture(command, args, options).catch((cause: unknown) => {
    throw new CommandError(`Cannot run: ${shown}`, { cause });
  });
  if (outcome.code === 0) return outcome.output;
  throw new CommandError(
    `Failed (${outcome.signal ?? `exit code ${outcome.code}`}): ${shown}\n${outcome.output}`,
  );
}

function spawnOptions({ cwd = root, env = {}, signal }: RunOptions): SpawnOptions {
  return { cwd, env: { ...process.env, ...env }, ...(signal === undefined ? {} : { signal }) };
}
