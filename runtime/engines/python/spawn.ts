/**
 * Starts one Python process of ours and waits for its hello: the zygote, and without fork each worker and
 * analyst. It does not know what the process does afterwards.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ProtocolError } from '../../protocol/errors.ts';
import { type Exit, unseenExit } from './exit.ts';
import type { Link, LinkListener } from './link.ts';
import type { Frame } from './link-messages.ts';
import type { Listener } from './listener.ts';
import { Peer } from './peer.ts';
import { tellingLine } from './telling-line.ts';

const keptOutputBytes = 16 * 1024;

export interface SpawnOptions {
  readonly id: string;
  readonly role: 'zygote' | 'worker' | 'analyst';
  readonly fork: boolean;
  /** Absolute path of the interpreter. */
  readonly interpreter: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workerPath: string;
  readonly vendorPath: string;
  readonly startTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** Takes hellos that are not the process's own: those of a worker's shadows. */
  readonly onOtherHello?: (hello: Frame<'hello'>, link: Link) => LinkListener | undefined;
}

export interface Spawned {
  readonly peer: Peer;
  /** The process, and its group. */
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Signals the whole group where there are groups. */
  kill(signal: NodeJS.Signals): void;
  /** The end of what it wrote to standard output and standard error before or instead of its hello. */
  earlyOutput(): string;
}

/** Errors: `interpreter-failed` with `details.output`; `cancelled` when the signal fires. The process is gone then. */
export async function spawnPython(listener: Listener, options: SpawnOptions): Promise<Spawned> {
  options.signal?.throwIfAborted();
  const child = spawn(options.interpreter, [join(options.workerPath, '__main__.py')], {
    // A folder of ours, so that no file of the current folder can shadow a module before the session begins.
    cwd: listener.folder,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: a signal for it must not reach the runtime, and the other way round.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const output = keepOutput(child);
  const exited = exitOf(child);
  const pid = child.pid;
  try {
    const peer = await hello(listener, child, exited, output, options);
    if (pid === undefined) throw new Error('a process without a pid said hello');
    return { peer, pid, exited, kill: (signal) => killGroup(pid, signal), earlyOutput: output };
  } catch (error) {
    listener.forget(options.id);
    if (pid !== undefined) killGroup(pid, 'SIGKILL');
    throw error;
  }
}

/** Signals a process group; a group that is gone is no error. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It ended meanwhile, which is what a signal is for.
  }
}

/** Kills one process and not its group; one that is gone is no error. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

function hello(
  listener: Listener,
  child: ChildProcess,
  exited: Promise<Exit>,
  output: () => string,
  options: SpawnOptions,
): Promise<Peer> {
  return new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown) =>
      settle(() => reject(startError(options.interpreter, what, output(), cause)));
    const cancel = () =>
      settle(() =>
        reject(new ProtocolError('cancelled', 'the session was cancelled while Python was starting')),
      );
    const deadline = setTimeout(
      () => fail(`said nothing for ${options.startTimeoutMs} ms`),
      options.startTimeoutMs,
    );
    const settle = (then: () => void) => {
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', cancel);
      then();
    };
    options.signal?.addEventListener('abort', cancel, { once: true });
    child.once('error', (error) => fail(spawnProblem(error), error));
    void exited.then((exit) => fail(`ended with ${exit.signal ?? `exit code ${exit.code}`} while starting`));
    // Once: the program of a session might find the token and call again.
    let admitted = false;
    listener.expect(options.id, (frame, link) => {
      if (frame.role !== options.role) return options.onOtherHello?.(frame, link);
      if (admitted) return undefined;
      admitted = true;
      const peer = new Peer(frame, link);
      settle(() => resolve(peer));
      return peer;
    });
    child.stdin?.on('error', () => {}); // The process ended before it read its line; `exited` says so.
    child.stdin?.end(`${startLine(listener, options)}\n`);
  });
}

function startLine(listener: Listener, options: SpawnOptions): string {
  const { address, token } = listener;
  const { id, role, fork, vendorPath } = options;
  return JSON.stringify({ address, token, id, role, fork, vendor: vendorPath });
}

function startError(interpreter: string, what: string, output: string, cause: unknown): ProtocolError {
  const telling = tellingLine(output);
  const shown = telling === '' ? '' : `: ${telling}`;
  const advice = 'run it in a terminal to see whether it works, or choose another interpreter';
  return new ProtocolError('interpreter-failed', `${interpreter} ${what}${shown}; ${advice}`, {
    details: { interpreter, output },
    cause,
  });
}

function spawnProblem(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return 'may not be started (no permission)';
  if (code === 'ENOENT') return 'does not exist';
  return `could not be started (${error.message})`;
}

// Read for ever, so that a library that writes at import can never block on a full pipe.
function keepOutput(child: ChildProcess): () => string {
  let kept = Buffer.alloc(0);
  const keep = (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-keptOutputBytes);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => kept.toString('utf8');
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // A process that could not be started never exits.
    child.once('error', () => {
      if (child.pid === undefined) resolve(unseenExit);
    });
  });
}
