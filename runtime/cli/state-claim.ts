/**
 * Sees to it that one runtime at most serves a state file. A lock beside the file holds the id of the process
 * that owns it; it is made whole in one step (`link`), so that of two that start at once exactly one wins.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RuntimeState, readStateFile } from '../protocol/client/state-file.ts';
import { CommandError } from './program.ts';

/** How long another process may take from its lock to its state file. */
const startTimeoutMs = 10_000;
const pollMs = 50;
/** How soon a file that was removed under a running runtime is back. */
const restoreMs = 1000;
const probeTimeoutMs = 2000;

export interface StateClaim {
  /** Writes the file, readable by its user alone, and again should it vanish. */
  publish(state: RuntimeState): Promise<void>;
  /** Removes file and lock. Twice is harmless. */
  release(): Promise<void>;
}

/** Claims the file for this process; throws a `CommandError` that names the runtime that has it already. */
export async function claimStateFile(file: string, pid: number): Promise<StateClaim> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const lock = `${file}.lock`;
  while (!(await createWhole(lock, String(pid), { replace: false }))) {
    const owner = await ownerOf(lock);
    const winner = owner === undefined ? undefined : await servingRuntime(file, owner);
    if (winner !== undefined)
      throw new CommandError(
        `a runtime serves this workspace already: process ${winner.pid} at ${winner.url}`,
      );
    await removeStale(lock, owner);
  }
  let restoring: NodeJS.Timeout | undefined;
  return {
    async publish(state) {
      const text = JSON.stringify(state);
      await createWhole(file, text, { replace: true });
      restoring = setInterval(() => void restore(file, text), restoreMs).unref();
    },
    async release() {
      clearInterval(restoring);
      // Both are ours only while the lock names us.
      if ((await ownerOf(lock)) !== pid) return;
      await rm(file, { force: true });
      await rm(lock, { force: true });
    },
  };
}

// A client that found the file useless may have removed it, or a person; without it nobody finds the runtime,
// and the lock keeps others from starting. Should it fail, the next time may do better.
async function restore(file: string, text: string): Promise<void> {
  const isThere = await stat(file).then(
    () => true,
    (error: unknown) => !hasCode(error, 'ENOENT'),
  );
  if (!isThere) await createWhole(file, text, { replace: true }).catch(() => {});
}

/** What the owner of the lock says once it serves; undefined when it has ended, or never comes to it. */
async function servingRuntime(file: string, owner: number): Promise<RuntimeState | undefined> {
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs && isAlive(owner)) {
    const state = await readStateFile(file);
    const answer = state?.pid === owner ? await ask(state) : 'late';
    // The id may have passed to an unrelated process since: only what answers is a runtime.
    if (answer !== 'late') return answer === 'serves' ? state : undefined;
    await delay(pollMs);
  }
  return undefined;
}

/** `late` says nothing: on a busy machine a runtime may take long to answer. */
async function ask({ http, token }: RuntimeState): Promise<'serves' | 'refuses' | 'late'> {
  try {
    const response = await fetch(http, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    return response.ok ? 'serves' : 'refuses';
  } catch (error) {
    // Else nobody listens there.
    return error instanceof Error && error.name === 'TimeoutError' ? 'late' : 'refuses';
  }
}

/** False when the file is there already and must not be replaced. */
async function createWhole(file: string, text: string, { replace }: { replace: boolean }): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  if (replace) {
    await rename(draft, file);
    return true;
  }
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function ownerOf(lock: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(lock, 'utf8'), 10);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

// Moved away first: only one of several can do that. Should it have been another's fresh lock, it goes back.
async function removeStale(lock: string, owner: number | undefined): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await ownerOf(aside)) !== owner) await link(aside, lock).catch(() => {}); // Then another has it by now.
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
