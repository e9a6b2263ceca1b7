/** The built `hindsight` command as a process of its own, for tests that need the whole. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { RuntimeState } from '../../runtime/protocol/client/state-file.ts';
import { dist } from '../tools/paths.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts it; the process is ended with the test at the latest. */
export function startHindsight(
  t: TestContext,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): ChildProcessWithoutNullStreams {
  const program = path.join(dist, 'hindsight.js');
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build`);
  const child = spawn(process.execPath, [program, ...args], options);
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return child;
}

/** Runs it to its end, with `input` on its standard input. */
export async function runHindsight(
  t: TestContext,
  args: readonly string[],
  input = '',
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const child = startHindsight(t, args, options);
  child.stdin.on('error', () => {}); // It may end before it has read all.
  child.stdin.end(input);
  return finished(child);
}

export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null ? once(child, 'exit') : undefined,
  ]);
  return { code: child.exitCode, stdout, stderr };
}

/** What `serve --json` says once it listens; rejects when it ends before. The rest of its output stays readable. */
export function listening(child: ChildProcessWithoutNullStreams): Promise<RuntimeState> {
  return new Promise((resolve, reject) => {
    let said = '';
    const take = (chunk: Buffer): void => {
      said += String(chunk);
      if (!said.includes('\n')) return;
      child.stdout.off('data', take);
      const state: RuntimeState = JSON.parse(said.slice(0, said.indexOf('\n')));
      assert.equal(state.event, 'listening');
      resolve(state);
    };
    child.stdout.on('data', take);
    // Not `exit`: that can come before the last of what it said.
    child.once('close', (code) => reject(new Error(`it ended with ${code} and listened nowhere`)));
  });
}
