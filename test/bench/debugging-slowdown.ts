/**
 * What recording costs: six programs bare, recorded by us, under debugpy with one breakpoint that is never hit, and recorded by
 * pyttd. Each measures itself, so that no start of a process counts. Peers that are a hundred times slower run a part of the work,
 * and so does the bare run that they are compared with.
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
const peerTimeoutMs = 20_000;

/** Times the bare time; a text says why there is none. */
export interface Slowdown {
  readonly program: string;
  readonly bareSeconds: number;
  readonly ours: number;
  readonly recorder: string;
  readonly debugpy: number | string;
  /** Events that it has not kept are said with it. */
  readonly pyttd: string;
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
  { runs, peerScale }: { readonly runs: number; readonly peerScale: number },
): Promise<readonly Slowdown[]> {
  const { executable, pyttd } = await peersOf(python);
  const found: Slowdown[] = [];
  for (const program of debuggedPrograms) {
    const path = join(folder, `${program}.py`);
    const bareSeconds = await best(runs, () => bare(executable, path, 1));
    let recorder = '';
    const ours = await best(runs, async () => {
      const recorded = await recordOnce(client, executable, path);
      recorder = recorded.recorder;
      return recorded.seconds;
    });
    const partial = await best(runs, () => bare(executable, path, peerScale));
    found.push({
      program,
      bareSeconds,
      ours: ours / bareSeconds,
      recorder,
      debugpy: await underDebugpy(executable, path, peerScale).then((seconds) =>
        typeof seconds === 'number' ? seconds / partial : seconds,
      ),
      pyttd: pyttd
        ? await underPyttd(executable, path, peerScale, partial)
        : 'cannot be installed on this Python',
    });
  }
  return found;
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
    debugpy:
      typeof withOne === 'number' && typeof without === 'number' ? (withOne - without) / count : 'too slow',
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

async function underDebugpy(
  executable: string,
  path: string,
  scale: number,
  point: readonly string[] = [String(lineOf(path, '# breakpoint'))],
): Promise<number | string> {
  const args = [join(root, 'test/bench/debugpy_peer.py'), path, ...point];
  const options = { env: { BENCH_SCALE: String(scale) }, signal: AbortSignal.timeout(peerTimeoutMs) };
  return capture(executable, args, options).then(
    ({ code, output }) => (code === 0 ? secondsIn(output) : 'failed'),
    () => `over ${peerTimeoutMs / 1000} s`,
  );
}

async function underPyttd(
  executable: string,
  path: string,
  scale: number,
  bareSeconds: number,
): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'hindsight-bench-'));
  try {
    const args = ['-m', 'pyttd', 'record', '--db-path', join(home, 'trace.db'), path];
    const options = { env: { BENCH_SCALE: String(scale) }, signal: AbortSignal.timeout(peerTimeoutMs) };
    const { code, output } = await capture(executable, args, options);
    if (code !== 0) return 'failed';
    const dropped = /'dropped_frames': (\d+)/.exec(output)?.[1] ?? '?';
    return `${(secondsIn(output) / bareSeconds).toFixed(0)} (${dropped} dropped)`;
  } catch {
    return `over ${peerTimeoutMs / 1000} s`;
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
