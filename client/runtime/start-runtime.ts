/**
 * Starts the runtime as a process of its own that outlives this window, and waits until it listens. It
 * knows no protocol: what it returns is what the state file says.
 */
import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RuntimeState, readStateFile } from '../../runtime/protocol/client/state-file.ts';

export interface StartOptions {
  /** The bundle of the runtime. */
  readonly program: string;
  readonly stateFile: string;
  /** Where its output goes; a file is what still works when this window is gone. */
  readonly logFile: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Memory for snapshots in MB; undefined: the runtime decides. */
  readonly snapshotMemory?: number;
  readonly signal: AbortSignal;
}

const pollMs = 25;
/** How long the runtime of another window may take to write its state file, after ours gave way to it. */
const otherWindowMs = 2000;
/** A runtime that nobody has talked to for a day ends. */
const idleMinutes = String(24 * 60);

/**
 * Resolves with the address of the runtime; throws when it ends before it listens. When another window starts one
 * at the same moment, only one of the two runtimes stays, and both windows get its address.
 */
export async function startRuntime(options: StartOptions): Promise<RuntimeState> {
  await mkdir(dirname(options.stateFile), { recursive: true, mode: 0o700 });
  // Whoever calls this could not reach that one; the new runtime replaces its file.
  const unreachable = await readStateFile(options.stateFile);
  const ended = await spawnDetached(options);
  let endedAt: number | undefined;
  for (;;) {
    const state = await readStateFile(options.stateFile);
    if (state !== undefined && state.token !== unreachable?.token) return state;
    const reason = ended();
    if (reason !== undefined) endedAt ??= performance.now();
    if (endedAt !== undefined && performance.now() - endedAt > otherWindowMs)
      throw new Error(`the runtime ended while it started (${reason}), see ${options.logFile}`);
    options.signal.throwIfAborted();
    await delay(pollMs, undefined, { signal: options.signal });
  }
}

/** Starts the process; the answer says how it ended, once it has. */
async function spawnDetached(options: StartOptions): Promise<() => string | undefined> {
  const log = await open(options.logFile, 'a', 0o600);
  const args = ['serve', '--json', '--state-file', options.stateFile, '--workspace', options.cwd];
  if (options.snapshotMemory !== undefined) args.push('--snapshot-memory', String(options.snapshotMemory));
  const child = spawn(process.execPath, [options.program, ...args, '--idle-timeout', idleMinutes], {
    cwd: options.cwd,
    detached: true,
    // In a desktop VS Code, execPath is Electron: this makes it a plain Node.
    env: { ...options.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', log.fd, log.fd],
    windowsHide: true,
  });
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ??= signal === null ? `exit code ${code}` : signal));
  child.unref();
  await log.close();
  return () => ended;
}
