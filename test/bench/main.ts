/**
 * `npm run bench [-- --quick]`: Hindsight and its peers (ipykernel, pickle, cloudpickle, dill) side by side, in one run on one
 * machine, with one Python. Prints a table and writes test/results/bench.json. It fails when something cannot be measured, not
 * when a goal is missed: a shared machine is no reason to stop a build.
 */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';
import { join } from 'node:path';
import { dist, results, root } from '../tools/paths.ts';
import { mustRun } from '../tools/process.ts';
import { ensureVenv } from '../tools/venv.ts';
import { measureDebugger, toDebuggerTables } from './debugging.ts';
import { measureOurs, type Samples } from './ours.ts';
import { align, type Row, toRows, toTable } from './report.ts';
import { type DurableFigures, toDurableTable, toFigures, toStateTable } from './state-report.ts';
import { measureStates, stateTasks } from './states.ts';
import { type Tasks, tasks } from './tasks.ts';

const quick = process.argv.includes('--quick');
const chosen = tasks({ quick });
const interpreter = await ensureVenv();
const machine = await describeMachine(interpreter);
console.log(
  `${machine.cpu} × ${machine.cores}, ${machine.system}, Node ${machine.node}, Python ${machine.python}, ipykernel ${machine.ipykernel}`,
);

console.log('Measuring Hindsight…');
const ours = await measureOurs(chosen, interpreter);
console.log('Measuring ipykernel…');
const peer = await measurePeer(chosen, interpreter);
console.log('Measuring states…');
const states = await measureStates(stateTasks({ quick }), interpreter);
console.log('Measuring durable checkpoints…');
const durable = await measureDurable(interpreter);
console.log('Measuring the debugger…');
const debugging = await measureDebugger({ quick });
const rows = toRows(ours, peer);
const others = await otherFigures();

console.log(
  `\nMedian times in ms\n\n${toTable(rows)}\n\n${align(others.map(({ title, value }) => [title, value]))}`,
);
console.log(`\nStates: median times in ms\n\n${toStateTable(states)}\n\n${align(toFigures(states))}`);
console.log(`\nDurable checkpoints of notebooks\n\n${toDurableTable(durable)}`);
console.log(`\nDebugger: times the bare time, and times to move\n\n${toDebuggerTables(debugging)}`);
await save({ machine, rows, others, states, durable, debugging });

interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  readonly python: string;
  readonly ipykernel: string;
}

interface OtherFigure {
  readonly title: string;
  readonly value: string;
}

async function measurePeer(sizes: Tasks, python: string): Promise<Samples> {
  const output = await mustRun(python, [join(root, 'test', 'bench', 'peer.py'), JSON.stringify(sizes)]);
  const start = output.indexOf('{"session"'); // Warnings of the peer's libraries may stand before it.
  return JSON.parse(output.slice(start)) as Samples; // What peer.py writes.
}

/** Each namespace in a Python of its own, so that one does not pay for another's memory. */
async function measureDurable(python: string): Promise<readonly DurableFigures[]> {
  const figures: DurableFigures[] = [];
  for (const namespace of ['arrays', 'frames', 'text', 'models', 'plots']) {
    const folders = [join(dist, 'python'), join(dist, 'python', 'vendor')];
    const output = await mustRun(python, [join(root, 'test/bench/namespaces.py'), namespace, ...folders]);
    figures.push(JSON.parse(output) as DurableFigures); // What namespaces.py writes.
  }
  return figures;
}

async function describeMachine(python: string): Promise<Machine> {
  const script = 'import sys, ipykernel; print("%d.%d.%d" % sys.version_info[:3], ipykernel.__version__)';
  const [pythonVersion = '', ipykernel = ''] = (await mustRun(python, ['-c', script])).trim().split(' ');
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    python: pythonVersion,
    ipykernel,
  };
}

/** What is not measured here but belongs beside it: each as its own file says, or that it is not known. */
async function otherFigures(): Promise<readonly OtherFigure[]> {
  return [
    { title: 'size of the .vsix (goal ≤ 6 MB)', value: await packageSize() },
    { title: 'activation (goal ≤ 100 ms)', value: await measuredInVSCode('activation.json', 'activationMs') },
    {
      title: 'Undo Last Run, from the key to the mark in the panel (goal ≤ 150 ms)',
      value: await measuredInVSCode('undo.json', 'undoMs'),
    },
  ];
}

async function packageSize(): Promise<string> {
  const folders = [dist, root];
  const names = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  const file = names.flat().find((name) => name.endsWith('.vsix'));
  if (file === undefined) return 'not packaged: npm run package';
  return `${((await stat(file)).size / 1e6).toFixed(2)} MB`;
}

/** What the end-to-end suite has measured, and written beside its pictures. */
async function measuredInVSCode(file: string, field: string): Promise<string> {
  const text = await readFile(join(results, file), 'utf8').catch(() => undefined);
  if (text === undefined) return 'not measured: npm test -- e2e';
  const measured = JSON.parse(text) as Record<string, number>; // What the suite writes.
  return `${measured[field]} ms`;
}

async function save(report: {
  machine: Machine;
  rows: readonly Row[];
  others: readonly OtherFigure[];
  states: object;
  durable: object;
  debugging: object;
}): Promise<void> {
  await mkdir(results, { recursive: true });
  const file = join(results, 'bench.json');
  await writeFile(file, `${JSON.stringify({ ...report, date: new Date().toISOString() }, undefined, 2)}\n`);
  console.log(`\n${file}`);
}
