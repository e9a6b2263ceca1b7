/** The bench's section about the debugger: what recording costs, beside debugpy and pyttd, and how fast one moves in a recording. */
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { findAllPythons, type Python } from '../tools/pythons.ts';
import type { Asked } from './arguments.ts';
import { measureAdapters, measureWorkerStep } from './debugging-dap.ts';
import {
  measureCondition,
  measureSlowdown,
  type PeerSlowdown,
  peersOf,
  type Slowdown,
} from './debugging-slowdown.ts';
import { type Figure, inMs, measureTravel } from './debugging-travel.ts';
import { align } from './report.ts';
import { startRuntime } from './runtime.ts';

export interface DebuggerFigures {
  readonly python: string;
  readonly slowdown: readonly Slowdown[];
  readonly figures: readonly Figure[];
}

/** Errors: there is no Python that was named. */
export async function measureDebugger({
  quick,
  pythons,
  recorder,
}: Asked): Promise<readonly DebuggerFigures[]> {
  const measured: DebuggerFigures[] = [];
  for (const python of await choose(pythons)) {
    const runtime = await startRuntime([], recorder === undefined ? {} : { HINDSIGHT_RECORDER: recorder });
    try {
      const { url, token } = runtime;
      const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack' }));
      const slowdown = await measureSlowdown(client, python, { quick });
      const condition = await measureCondition(client, python);
      const figures = await measureTravel(client, python, { quick: quick || python.minor < 12 });
      client.dispose();
      const view = await inDebugView(python);
      measured.push({
        python: python.version,
        slowdown,
        figures: [toFigure(condition), ...figures, ...view],
      });
    } finally {
      await runtime.stop();
    }
  }
  return measured;
}

/** What a person waits for, beside debugpy. */
async function inDebugView(python: Python): Promise<readonly Figure[]> {
  const { executable } = await peersOf(python);
  const { ours, debugpy } = await measureAdapters(executable);
  const beside = (ms: number): string => `(debugpy: ${ms.toPrecision(3)})`;
  return [
    inMs('step over in the worker, median', await measureWorkerStep(executable), 3),
    inMs(`step over through DAP, median ${beside(debugpy.step)}`, ours.step, 15),
    inMs(`  until stack and locals are there, median ${beside(debugpy.shown)}`, ours.shown),
    inMs(`  a page of 100 of a list of 10,000 ${beside(debugpy.page)}`, ours.page, 50),
  ];
}

/** Those that are named, else the newest of 3.12 and later, and the newest before. */
async function choose(named: readonly string[]): Promise<readonly Python[]> {
  const all = await findAllPythons();
  if (named.length === 0) {
    const newest = [
      all.findLast(({ minor }) => minor === 12 || minor === 13),
      all.findLast(({ minor }) => minor < 12),
    ];
    return newest.filter((python) => python !== undefined);
  }
  return named.map((name) => {
    const found = all.find(({ version }) => version === name || version.startsWith(`${name}.`));
    if (found === undefined)
      throw new Error(
        `There is no Python ${name}; there are: ${all.map(({ version }) => version).join(', ')}`,
      );
    return found;
  });
}

/** Tables for a terminal. */
export function toDebuggerTables(measured: readonly DebuggerFigures[]): string {
  return measured
    .map(({ python, slowdown, figures }) => {
      const rows = slowdown.map(({ program, bareSeconds, ours, recorder, debugpy, pyttd }) => [
        program,
        bareSeconds.toFixed(2),
        `${ours.toFixed(2)} (${recorder})`,
        shown(debugpy),
        shown(pyttd),
      ]);
      const told = figures.map(({ title, value, goal, measured: ms }) => [
        title,
        value,
        goal === undefined ? '' : `≤ ${goal}`,
        goal === undefined || ms === undefined ? '' : ms <= goal ? '✔' : '✘',
      ]);
      const head = [`Python ${python}`, 'bare s', 'ours ×', 'debugpy ×', 'pyttd ×'];
      return `${align([head, ...rows])}\n\n${align(told)}`;
    })
    .join('\n\n');
}

/** What part of the work it has done is said where it was not all. */
function shown(peer: PeerSlowdown | string): string {
  if (typeof peer === 'string') return peer;
  const { times, scale, dropped } = peer;
  const notes = [
    ...(scale === 1 ? [] : [`of ${scale} of it`]),
    ...(dropped === undefined ? [] : [`${dropped} dropped`]),
  ];
  const number = times >= 100 ? times.toFixed(0) : times.toFixed(2);
  return notes.length === 0 ? number : `${number} (${notes.join(', ')})`;
}

function toFigure({ ours, debugpy }: { ours: number; debugpy: number | string }): Figure {
  const peer = typeof debugpy === 'number' ? `${(debugpy * 1e6).toFixed(1)} µs` : debugpy;
  const micro = ours * 1e6;
  return {
    title: `false condition of a breakpoint, µs each (debugpy: ${peer})`,
    value: micro.toFixed(2),
    measured: micro,
    goal: 9,
  };
}
