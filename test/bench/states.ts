/**
 * Measures states: capturing, restoring, rolling back, comparing, and what a hundred of them take in memory. Through
 * RuntimeClient, as everything here; times in milliseconds. The namespaces are those of state_peers.py.
 */
import { join } from 'node:path';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { root } from '../tools/paths.ts';
import { mustRun } from '../tools/process.ts';
import { startRuntime } from './runtime.ts';

export interface StateTasks {
  /** Code that makes each namespace, by title. */
  readonly namespaces: Readonly<Record<string, string>>;
  readonly samples: number;
  /** Of the peers, where one takes seconds. */
  readonly peerSamples: number;
  readonly cells: number;
  readonly chain: number;
  readonly chainMegabytes: number;
  readonly variables: number;
}

export function stateTasks({ quick }: { quick: boolean }): StateTasks {
  const numbers = (count: number): string =>
    `import numpy as np\nstate = np.random.default_rng(1).random(${count})`;
  return {
    namespaces: {
      empty: 'state = 0',
      '100 MB of numpy': numbers(12_500_000),
      '1 GB of numpy': numbers(125_000_000),
      '1 M small dicts': "state = [{'key': number} for number in range(1_000_000)]",
    },
    ...(quick
      ? { samples: 5, peerSamples: 1, cells: 20, chain: 10, chainMegabytes: 50, variables: 1000 }
      : { samples: 30, peerSamples: 3, cells: 100, chain: 100, chainMegabytes: 500, variables: 1000 }),
  };
}

export interface StateFigures {
  /** By namespace and operation. */
  readonly ours: Readonly<Record<string, Readonly<Record<StateOperation, readonly number[]>>>>;
  /** By namespace, library, and `dump` or `load`. */
  readonly peers: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** What automatic snapshots add to one cell of many, run one right after the other. */
  readonly overheadPerCellMs: number;
  /** All snapshots of the chain together, and the state itself, by the state's size. */
  readonly chainTimesState: number;
  readonly diffMs: readonly number[];
}

export type StateOperation = 'snapshot' | 'restore' | 'in place' | 'rollback';

export async function measureStates(tasks: StateTasks, interpreter: string): Promise<StateFigures> {
  const runtime = await startRuntime();
  try {
    const client = new RuntimeClient(
      await openWebSocket({ url: runtime.url, token: runtime.token, encoding: 'msgpack' }),
    );
    const ours: Record<string, Record<StateOperation, number[]>> = {};
    for (const [title, code] of Object.entries(tasks.namespaces))
      ours[title] = await measureNamespace(client, interpreter, code, tasks.samples);
    const figures = {
      ours,
      overheadPerCellMs: await overheadPerCell(client, interpreter, tasks.cells),
      chainTimesState: await memoryOfChain(client, interpreter, tasks),
      diffMs: await differences(client, interpreter, tasks),
    };
    client.dispose();
    return { ...figures, peers: await measurePeers(tasks, interpreter) };
  } finally {
    await runtime.stop();
  }
}

async function measurePeers(tasks: StateTasks, python: string): Promise<StateFigures['peers']> {
  const output = await mustRun(python, [join(root, 'test/bench/state_peers.py'), JSON.stringify(tasks)]);
  return JSON.parse(output) as StateFigures['peers']; // What state_peers.py writes.
}

async function measureNamespace(
  client: RuntimeClient,
  interpreter: string,
  code: string,
  samples: number,
): Promise<Record<StateOperation, number[]>> {
  const { session } = await client.request('clone', { interpreter });
  await client.request('eval', { session, code });
  await captured(client, session);
  const figures: Record<StateOperation, number[]> = {
    snapshot: [],
    restore: [],
    'in place': [],
    rollback: [],
  };
  for (let index = 0; index < samples; index += 1) {
    await client.request('eval', { session, code: `step = ${index}` });
    const taken = await timed(() => client.request('snapshot', { session }));
    const { snapshotId } = taken.value;
    const restored = await timed(() => client.request('restore', { snapshotId }));
    await client.request('close', { session: restored.value.session });
    await client.request('eval', { session, code: 'step = -1' });
    const inPlace = await timed(() => client.request('restore', { snapshotId, inPlace: true }));
    await client.request('begin', { session });
    await client.request('eval', { session, code: 'step = -2' });
    const rolledBack = await timed(() => client.request('rollback', { session }));
    const { value } = await client.request('eval', { session, code: 'step', silent: true });
    if (value !== String(index)) throw new Error(`the state is ${value} instead of ${index}`);
    figures.snapshot.push(taken.ms);
    figures.restore.push(restored.ms);
    figures['in place'].push(inPlace.ms);
    figures.rollback.push(rolledBack.ms);
  }
  await client.request('close', { session });
  return figures;
}

/** As after a run of a person, whose state is taken before the next one comes. */
async function captured(client: RuntimeClient, session: string): Promise<void> {
  for (;;) {
    const { snapshots } = await client.request('ls-snapshots', { session });
    if (snapshots.at(-1)?.run !== undefined && snapshots.at(-1)?.tier === 'live') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function overheadPerCell(client: RuntimeClient, interpreter: string, cells: number): Promise<number> {
  const run = async (snapshots: 'always' | 'never'): Promise<number> => {
    const { session } = await client.request('clone', { interpreter, snapshots });
    const { ms } = await timed(async () => {
      for (let cell = 0; cell < cells; cell += 1)
        await client.request('eval', { session, code: `x${cell} = ${cell} ** 2\nprint(x${cell})` });
    });
    await client.request('close', { session });
    return ms;
  };
  await run('always'); // Warms up.
  const never = Math.min(await run('never'), await run('never'));
  const always = Math.min(await run('always'), await run('always'));
  return (always - never) / cells;
}

/** The state changes by a hundredth between any two of them, each time elsewhere. */
async function memoryOfChain(
  client: RuntimeClient,
  interpreter: string,
  { chain, chainMegabytes }: StateTasks,
): Promise<number> {
  const { session } = await client.request('clone', { interpreter });
  const count = (chainMegabytes * 1_000_000) / 8;
  await client.request('eval', {
    session,
    code: `import numpy as np\nstate = np.random.default_rng(1).random(${count})`,
  });
  for (let step = 0; step < chain; step += 1) {
    const [from, to] = [step / 100, (step + 1) / 100].map((share) => Math.floor(share * count));
    await client.request('eval', { session, code: `state[${from}:${to}] += 1` });
    await client.request('snapshot', { session });
  }
  // They are measured in the background, one by one, and again when what they share has changed.
  for (let before = -1; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { snapshots } = await client.request('ls-snapshots', { session });
    const live = snapshots.filter((node) => node.session === session && node.tier !== 'none');
    if (live.length < chain) throw new Error(`only ${live.length} of ${chain} snapshots are held`);
    const used = live.reduce((sum, node) => sum + (node.size_bytes ?? Number.NaN), 0);
    if (used === before) {
      await client.request('close', { session });
      return used / (chainMegabytes * 1_000_000);
    }
    before = used;
  }
}

async function differences(
  client: RuntimeClient,
  interpreter: string,
  { variables, samples }: StateTasks,
): Promise<number[]> {
  const { session } = await client.request('clone', { interpreter });
  const code = `for i in range(${variables}): globals()[f'v{i}'] = [i, {'text': 'x' * i}, (i, i + 1)]\ndel i`;
  await client.request('eval', { session, code });
  const { snapshotId: from } = await client.request('snapshot', { session });
  const changes = `for i in range(0, ${variables}, 20): globals()[f'v{i}'].append(i)\ndel i, v1\nnew = 1`;
  await client.request('eval', { session, code: changes });
  const times: number[] = [];
  for (let index = 0; index < samples; index += 1) {
    const { ms, value } = await timed(() => client.request('diff', { from, session }));
    if (value.changed.length !== Math.ceil(variables / 20)) throw new Error('a difference was missed');
    times.push(ms);
  }
  await client.request('close', { session });
  return times;
}

async function timed<T>(task: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begin = performance.now();
  const value = await task();
  return { value, ms: performance.now() - begin };
}
