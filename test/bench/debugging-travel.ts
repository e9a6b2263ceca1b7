/** How fast one moves through a long recording: ten million lines, and one million for searches. Through RuntimeClient; times in ms. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { Debugging } from '../support/debugging.ts';
import { root } from '../tools/paths.ts';
import type { Python } from '../tools/pythons.ts';
import { lineOf } from './debugging-slowdown.ts';
import { summarize } from './statistics.ts';

const path = join(root, 'test/bench/debugged/long_run.py');
/** Five lines each. */
const long = 2_000_000;
const short = 200_000;

export interface Figure {
  readonly title: string;
  readonly value: string;
  /** In the unit of `measured`; absent where none is set. */
  readonly goal?: number;
  readonly measured?: number;
}

/** `quick`: a tenth of the lines. */
export async function measureTravel(
  client: RuntimeClient,
  python: Python,
  { quick }: { readonly quick: boolean },
): Promise<readonly Figure[]> {
  const scale = quick ? 10 : 1;
  return [
    ...(await inLongRun(client, python, long / scale)),
    ...(await searching(client, python, short / scale)),
    ...(await atStop(client, python)),
  ];
}

async function inLongRun(client: RuntimeClient, python: Python, count: number): Promise<Figure[]> {
  const debugging = await open(client, python, count);
  try {
    const run = await timed(() => debugging.run({ code: readFileSync(path, 'utf8'), path }, {}, 120_000));
    const first = await timed(() => debugging.move('step-back'));
    const following: number[] = [];
    for (let index = 0; index < 10; index += 1)
      following.push((await timed(() => debugging.move('step-back'))).ms);
    const counting = await timed(() => debugging.counted());
    const { steps, snapshots, memoryBytes } = counting.value;
    const gotos: number[] = [];
    for (let index = 1; index <= 30; index += 1) {
      const step = 1 + ((index * 7_919_191) % steps);
      const gone = await timed(() => debugging.goTo(step));
      if (gone.value.position.step !== step)
        throw new Error(`goto ${step} came to ${gone.value.position.step}`);
      gotos.push(gone.ms);
    }
    const { median, max } = summarize(gotos);
    await debugging.goTo(steps);
    const values = await timedValues(debugging);
    return [
      { title: 'lines of the long run', value: String(steps) },
      { title: '  recorded in', value: `${run.ms.toFixed(0)} ms` },
      { title: '  its lines counted in the background in', value: `${counting.ms.toFixed(0)} ms` },
      { title: '  held', value: `${snapshots} snapshots, ${(memoryBytes / 1e6).toFixed(0)} MB` },
      inMs('first step back', first.ms, 100),
      inMs('following steps back, median', summarize(following).median, 10),
      inMs('goto of 30 random steps, median', median, 20),
      inMs('goto of 30 random steps, worst', max, 100),
      values,
    ];
  } finally {
    await debugging.close();
  }
}

async function searching(client: RuntimeClient, python: Python, count: number): Promise<Figure[]> {
  const debugging = await open(client, python, count);
  try {
    const line = lineOf(path, '# once');
    await debugging.run({ code: readFileSync(path, 'utf8'), path }, {}, 120_000);
    await debugging.navigate('set-breakpoints', { breakpoints: { lines: [{ id: 1, file: path, line }] } });
    await debugging.counted();
    const reverse = await timed(() => debugging.move('reverse-continue'));
    if (reverse.value.position.sourceLoc.line !== line) throw new Error('the only hit was not found');
    await debugging.move('goto', { step: count * 5 });
    const change = await timed(() => debugging.move('last-change', { expression: "state['mode']" }));
    if (!change.value.text?.includes('changed at 100')) throw new Error('the change was not found');
    const values = await timedValues(debugging);
    const exact = await timed(() => debugging.navigate('history', { expression: "state['mode']" }));
    const logged = await timed(() =>
      debugging.navigate('history', {
        logMessage: '{number}',
        file: path,
        line: lineOf(path, 'number == 100'),
      }),
    );
    return [
      inMs(`reverse-continue over ${count * 5} lines to the only hit`, reverse.ms, 1000),
      inMs('last-change over them, the exact line', change.ms, 3000),
      values,
      inMs(
        exact.value.complete === true ? 'all of its changes' : 'its changes, given up for those in snapshots',
        exact.ms,
        3000,
      ),
      inMs(`logpoint at ${count} past hits, ${logged.value.history?.length ?? 0} told`, logged.ms, 1000),
    ];
  } finally {
    await debugging.close();
  }
}

/** The first picture of a history. */
async function timedValues(debugging: Debugging): Promise<Figure> {
  const asked = { expression: "state['mode']", sampled: true };
  const { value, ms } = await timed(() => debugging.navigate('history', asked));
  return inMs(`the value in all ${value.history?.length ?? 0} snapshots`, ms, 300);
}

/** What a person does at a stop. */
async function atStop(client: RuntimeClient, python: Python): Promise<Figure[]> {
  const debugging = await open(client, python, 1000);
  try {
    const line = lineOf(path, 'total += scaled(number)');
    await debugging.navigate('set-breakpoints', { breakpoints: { lines: [{ id: 1, file: path, line }] } });
    const ended = debugging.run({ code: readFileSync(path, 'utf8'), path }, {}, 120_000);
    await debugging.stopped();
    await debugging.navigate('set-breakpoints', { breakpoints: {} });
    const steps: number[] = [];
    for (let index = 0; index < 40; index += 1)
      steps.push((await timed(() => debugging.move('step-over'))).ms);
    const more = { frame: 0, expression: 'items' };
    const pages = await timed(async () => {
      for (let start = 0; start < 10_000; start += 1000)
        await debugging.navigate('variables', { ...more, start, count: 1000 });
    });
    const one = await timed(() => debugging.navigate('variables', { ...more, start: 5000, count: 100 }));
    await debugging.move('continue');
    await ended;
    return [
      inMs('step over, forwards, through navigate, median', summarize(steps).median, 15),
      inMs('a page of 100 of a list of 10,000', one.ms, 50),
      inMs('all of it, by pages of 1,000', pages.ms),
    ];
  } finally {
    await debugging.close();
  }
}

function open(client: RuntimeClient, { executable }: Python, count: number): Promise<Debugging> {
  const env = { BENCH_COUNT: String(count) };
  return Debugging.open(client, { interpreter: executable, env, snapshots: 'never' });
}

/** A time in ms, and the goal that it is measured by, where there is one. */
export function inMs(title: string, ms: number, goal?: number): Figure {
  const value = `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`;
  return { title, value, measured: ms, ...(goal === undefined ? {} : { goal }) };
}

async function timed<T>(task: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begin = performance.now();
  const value = await task();
  return { value, ms: performance.now() - begin };
}
