/** What processes there are below another, and when they are gone. Linux only: it reads /proc. */
import { readdirSync, readFileSync } from 'node:fs';

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly zombie: boolean;
}

/** Pids of all processes below this one, however deep. */
export function descendants(pid: number): number[] {
  const all = entries();
  const found = [pid];
  for (const ancestor of found) {
    found.push(...all.filter(({ parent }) => parent === ancestor).map((entry) => entry.pid));
  }
  return found.slice(1);
}

/** True while there is such a process, a zombie too. */
export function exists(pid: number): boolean {
  return entries().some((entry) => entry.pid === pid);
}

/** Descendants that ended and that nobody reaped. */
export function zombies(pid: number): number[] {
  const below = new Set(descendants(pid));
  return entries()
    .filter((entry) => entry.zombie && below.has(entry.pid))
    .map((entry) => entry.pid);
}

/**
 * Resolves when none of the processes exists any more; rejects after the deadline, naming those that do.
 * There is no event for the end of somebody else's process, so it looks every few milliseconds.
 */
export async function vanished(pids: readonly number[], deadlineMs = 60_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const left = pids.filter(exists);
    if (left.length === 0) return;
    if (Date.now() > end)
      throw new Error(`still there after ${deadlineMs} ms: ${left.map(describe).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function describe(pid: number): string {
  const [state] = read(pid);
  return `${pid} (${state?.zombie === true ? 'zombie, ' : ''}parent ${state?.parent})`;
}

function entries(): Entry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)));
}

function read(pid: number): Entry[] {
  try {
    // The command in parentheses may contain anything; state and parent follow the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [{ pid, parent: Number(parent), zombie: state === 'Z' }];
  } catch {
    return [];
  }
}
