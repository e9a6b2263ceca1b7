/** The bench's section about the debugger: what recording costs, beside debugpy and pyttd, and how fast one moves in a recording. */
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { findAllPythons } from '../tools/pythons.ts';
import { measureCondition, measureSlowdown, type Slowdown } from './debugging-slowdown.ts';
import { type Figure, measureTravel } from './debugging-travel.ts';
import { align } from './report.ts';
import { startRuntime } from './runtime.ts';

export interface DebuggerFigures {
  readonly python: string;
  readonly slowdown: readonly Slowdown[];
  readonly figures: readonly Figure[];
}

/** On the newest Python of 3.12 and later, and on the newest before. */
export async function measureDebugger({
  quick,
}: {
  readonly quick: boolean;
}): Promise<readonly DebuggerFigures[]> {
  const pythons = await findAllPythons();
  const chosen = [
    pythons.findLast(({ minor }) => minor === 12 || minor === 13),
    pythons.findLast(({ minor }) => minor < 12),
  ];
  const measured: DebuggerFigures[] = [];
  for (const python of chosen) {
    if (python === undefined) continue;
    const runtime = await startRuntime();
    try {
      const { url, token } = runtime;
      const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack' }));
      const slowdown = await measureSlowdown(client, python, { runs: quick ? 1 : 3, peerScale: 0.01 });
      const condition = await measureCondition(client, python);
      const figures = await measureTravel(client, python, { quick: quick || python.minor < 12 });
      client.dispose();
      measured.push({ python: python.version, slowdown, figures: [toFigure(condition), ...figures] });
    } finally {
      await runtime.stop();
    }
  }
  return measured;
}

/** Tables for a terminal. */
export function toDebuggerTables(measured: readonly DebuggerFigures[]): string {
  return measured
    .map(({ python, slowdown, figures }) => {
      const rows = slowdown.map(({ program, bareSeconds, ours, recorder, debugpy, pyttd }) => [
        program,
        bareSeconds.toFixed(2),
        `${ours.toFixed(2)} (${recorder})`,
        typeof debugpy === 'number' ? debugpy.toFixed(2) : debugpy,
        pyttd,
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
