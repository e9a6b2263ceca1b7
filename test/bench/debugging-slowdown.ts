/**
 * What recording costs: six programs bare, recorded by us, under debugpy, both with one breakpoint in the hot function that is never hit, and
 * recorded by pyttd. Each measures itself, so that no start of a process counts; the best of some runs. A peer that is too slow for all of the
 * work runs a part of it, which is said, and is compared with the bare run of this part.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { Debugging } from '../support/debugging.ts';
import { root, toolCache } from '../tools/paths.ts';
import { capture, mustRun } from '../tools/process.ts';
import type { Python } from '../tools/pythons.ts';

export const debuggedPrograms = ['arithmetic', 'calls', 'objects', 'arrays', 'parser', 'sorting'] as const;

const folder = join(root, 'test/bench/debugged');
const debugpyTimeoutMs = 15_000;
const pyttdTimeoutMs = 60_000;

/** Times the bare time; a text says why there is none. */
export interface Slowdown {
  readonly program: string;
  readonly bareSeconds: number;
  readonly ours: number;
  readonly recorder: string;
  readonly debugpy: PeerSlowdown | string;
  readonly pyttd: PeerSlowdown | string;
}

export interface PeerSlowdown {
  readonly times: number;
  /** How much of the work it has done: 1 is all. */
  readonly scale: number;
  /** Events that it has not kept; undefined: it keeps none, or does not say. */
  readonly dropped?: number;
}

/** A throw-away environment of this Python with the peers. Made once; what cannot be installed is left out. */
export async function peersOf(
  python: Python,
): Promise<{ readonly executable: string; readonly pyttd: boolean }> {
  const home = join(toolCache, `bench-${python.version}`);
  const executable = join(home, 'bin', 'python3');
  if (!existsSync(join(home, 'bin', 'debugpy'))) {
    await mkdir(toolCache, { recursive: true });
    await mustRun(python.executable, ['-m', 'venv', home]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:'];
    await mustRun(executable, [...pip, 'debugpy', 'numpy']);
    await capture(executable, [...pip, 'py-tt-debug']);
  }
  return { executable, pyttd: existsSync(join(home, 'bin', 'pyttd')) };
}

export async function measureSlowdown(
  client: RuntimeClient,
  python: Python,
  { quick }: { readonly quick: boolean },
): Promise<readonly Slowdown[]> {
  const runs = quick ? 1 : 3;
  const { executable, pyttd } = await peersOf(python);
  const found: Slowdown[] = [];
  for (const program of debuggedPrograms) {
    const path = join(folder, `${program}.py`);
    const bareSeconds = await best(runs, () => bare(executable, path, 1));
    let recorder = '';
    const ours = await best(runs, async () => {
      const recorded = await recordOnce(client, executable, path, { points: neverHit(path) });
      recorder = recorded.recorder;
      return recorded.seconds;
    });
    found.push({
      program,
      bareSeconds,
      ours: ours / bareSeconds,
      recorder,
      debugpy: await debugpySlowdown(executable, path, { runs, scales: quick ? [0.01] : [1, 0.1, 0.01] }),
      pyttd: pyttd
        ? await pyttdSlowdown(executable, path, quick ? [0.001] : [0.01, 0.001])
        : 'cannot be installed on this Python',
    });
  }
  return found;
}

async function debugpySlowdown(
  executable: string,
  path: string,
  { runs, scales }: { readonly runs: number; readonly scales: readonly number[] },
): Promise<PeerSlowdown | string> {
  await mustStopUnderDebugpy(executable, path);
  for (const scale of scales) {
    const first = await underDebugpy(executable, path, scale);
    if (first === undefined) continue;
    const others = await best(runs - 1, async () => (await underDebugpy(executable, path, scale)) ?? first);
    const bareSeconds = await best(runs, () => bare(executable, path, scale));
    return { times: Math.min(first, others) / bareSeconds, scale };
  }
  return `over ${debugpyTimeoutMs / 1000} s`;
}

/** Once at a scale: it is so much slower that the noise of a machine does not matter. */
async function pyttdSlowdown(
  executable: string,
  path: string,
  scales: readonly number[],
): Promise<PeerSlowdown | string> {
  let failed = '';
  for (const scale of scales) {
    const recorded = await underPyttd(executable, path, scale);
    if (typeof recorded === 'string') failed = recorded;
    if (typeof recorded === 'string' || recorded === undefined) continue;
    const bareSeconds = await best(3, () => bare(executable, path, scale));
    return { times: recorded.seconds / bareSeconds, scale, dropped: recorded.dropped };
  }
  return failed || `over ${pyttdTimeoutMs / 1000} s`;
}

/** Seconds of one line's false condition, ours and debugpy's. */
export async function measureCondition(
  client: RuntimeClient,
  python: Python,
): Promise<{ readonly ours: number; readonly debugpy: number | string }> {
  const { executable } = await peersOf(python);
  const path = join(folder, 'arithmetic.py');
  const count = 150_000; // A twentieth of what the program does.
  const env = { BENCH_SCALE: '0.05' };
  const line = lineOf(path, '# conditional');
  const plain = (await recordOnce(client, executable, path, { env })).seconds;
  const points = { lines: [{ id: 1, file: path, line, condition: 'number == -1' }] };
  const conditional = (await recordOnce(client, executable, path, { env, points })).seconds;
  const without = await underDebugpy(executable, path, 0.05);
  const withOne = await underDebugpy(executable, path, 0.05, [String(line), 'number == -1']);
  return {
    ours: (conditional - plain) / count,
    debugpy: withOne === undefined || without === undefined ? 'too slow' : (withOne - without) / count,
  };
}

interface Recorded {
  readonly seconds: number;
  readonly recorder: string;
}

async function recordOnce(
  client: RuntimeClient,
  interpreter: string,
  path: string,
  { env = {}, points }: { env?: Record<string, string>; points?: object } = {},
): Promise<Recorded> {
  const debugging = await Debugging.open(client, { interpreter, cwd: folder, env, snapshots: 'never' });
  try {
    if (points !== undefined) await debugging.navigate('set-breakpoints', { breakpoints: points });
    const { stdout } = await debugging.run({ code: readFileSync(path, 'utf8'), path }, {});
    return { seconds: secondsIn(stdout), recorder: (await debugging.trace()).recorder };
  } finally {
    await debugging.close();
  }
}

async function bare(executable: string, path: string, scale: number): Promise<number> {
  return secondsIn(await mustRun(executable, [path], { env: { BENCH_SCALE: String(scale) } }));
}

/** The breakpoint of debugpy, as ours. */
function neverHit(path: string): object {
  return { lines: [{ id: 1, file: path, line: lineOf(path, '# breakpoint') }] };
}

/** Undefined where it takes too long. */
async function underDebugpy(
  executable: string,
  path: string,
  scale: number,
  point: readonly string[] = [String(lineOf(path, '# breakpoint'))],
): Promise<number | undefined> {
  const output = await debugpy(executable, [path, ...point], scale, debugpyTimeoutMs);
  return output === undefined ? undefined : secondsIn(output);
}

/** That breakpoints count in the hot function: one in the line before that which is never reached stops the program. */
async function mustStopUnderDebugpy(executable: string, path: string): Promise<void> {
  const line = lineOf(path, '# breakpoint') - 1;
  const output = await debugpy(executable, ['--stops', path, String(line)], 0.001, debugpyTimeoutMs);
  if (output === undefined) throw new Error(`debugpy does not stop at ${path}:${line}`);
}

/** What the program printed. Errors: it fails, or stops where it must not. */
async function debugpy(
  executable: string,
  args: readonly string[],
  scale: number,
  timeoutMs: number,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { env: { BENCH_SCALE: String(scale) }, signal };
  try {
    return await mustRun(executable, [join(root, 'test/bench/debugpy_peer.py'), ...args], options);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Undefined where it takes too long; a text where it fails. */
async function underPyttd(
  executable: string,
  path: string,
  scale: number,
): Promise<{ readonly seconds: number; readonly dropped: number } | string | undefined> {
  const home = await mkdtemp(join(tmpdir(), 'hindsight-bench-'));
  const signal = AbortSignal.timeout(pyttdTimeoutMs);
  try {
    const args = ['-m', 'pyttd', 'record', '--db-path', join(home, 'trace.db'), path];
    const { code, output } = await capture(executable, args, {
      env: { BENCH_SCALE: String(scale) },
      signal,
    });
    const dropped = /'dropped_frames': (\d+)/.exec(output)?.[1];
    if (code !== 0 || dropped === undefined) return 'failed';
    return { seconds: secondsIn(output), dropped: Number(dropped) };
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function best(runs: number, task: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) least = Math.min(least, await task());
  return least;
}

function secondsIn(output: string): number {
  const seconds = Number(/SECONDS (\S+)/.exec(output)?.[1]);
  if (Number.isNaN(seconds)) throw new Error(`the program did not say how long it took:\n${output}`);
  return seconds;
}

/** The line of a program that a comment marks. */
export function lineOf(path: string, mark: string): number {
  return (
    readFileSync(path, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(mark)) + 1
  );
}
