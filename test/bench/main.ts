/**
 * `npm run bench [-- SECTION… --quick]`: Hindsight and its peers (ipykernel, pickle, cloudpickle, dill, debugpy, pyttd) side by side,
 * in one run on one machine. Prints tables and writes test/results/bench.json (of some sections alone, bench-SECTION.json). It fails when
 * something cannot be measured, not when a goal is missed: a shared machine is no reason to stop a build.
 */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';
import { join } from 'node:path';
import { dist, results, root } from '../tools/paths.ts';
import { mustRun } from '../tools/process.ts';
import { ensureVenv } from '../tools/venv.ts';
import { type Asked, askedFor, type Section, sections, usage } from './arguments.ts';
import { measureDebugger, toDebuggerTables } from './debugging.ts';
import { measureOurs, type Samples } from './ours.ts';
import { align, toRows, toTable } from './report.ts';
import { type DurableFigures, toDurableTable, toFigures, toStateTable } from './state-report.ts';
import { measureStates, stateTasks } from './states.ts';
import { type Tasks, tasks } from './tasks.ts';

/** What a section has measured: for the file, and for a person. */
interface Measured {
  readonly figures: object;
  readonly text: string;
}

const measure: Readonly<Record<Section, (asked: Asked, interpreter: string) => Promise<Measured>>> = {
  async evaluation({ quick }, interpreter) {
    const chosen = tasks({ quick });
    const rows = toRows(await measureOurs(chosen, interpreter), await measurePeer(chosen, interpreter));
    const others = await otherFigures();
    const told = align(others.map(({ title, value }) => [title, value]));
    return { figures: { rows, others }, text: `Median times in ms\n\n${toTable(rows)}\n\n${told}` };
  },
  async states({ quick }, interpreter) {
    const states = await measureStates(stateTasks({ quick }), interpreter);
    const text = `States: median times in ms\n\n${toStateTable(states)}\n\n${align(toFigures(states))}`;
    return { figures: { states }, text };
  },
  async durable(_, interpreter) {
    const durable = await measureDurable(interpreter);
    return {
      figures: { durable },
      text: `Durable checkpoints of notebooks\n\n${toDurableTable(durable)}`,
    };
  },
  async debugger(asked) {
    const debugging = await measureDebugger(asked);
    const text = `Debugger: times the bare time, and times to move\n\n${toDebuggerTables(debugging)}`;
    return { figures: { debugging }, text };
  },
};

await main();

async function main(): Promise<void> {
  const asked = readArguments();
  if (asked === undefined) return;
  const interpreter = await ensureVenv();
  const machine = await describeMachine(interpreter);
  console.log(
    `${machine.cpu} × ${machine.cores}, ${machine.system}, Node ${machine.node}, Python ${machine.python}, ipykernel ${machine.ipykernel}`,
  );
  const measured: Measured[] = [];
  for (const section of asked.sections) {
    console.log(`Measuring: ${section}…`);
    measured.push(await measure[section](asked, interpreter));
  }
  for (const { text } of measured) console.log(`\n${text}`);
  await save(asked.sections, Object.assign({ machine }, ...measured.map(({ figures }) => figures)));
}

/** Undefined: there is nothing to measure, and that was said. */
function readArguments(): Asked | undefined {
  try {
    const asked = askedFor(process.argv.slice(2));
    if (asked === undefined) console.log(usage);
    return asked;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
    return undefined;
  }
}

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

async function save(measured: readonly Section[], report: object): Promise<void> {
  await mkdir(results, { recursive: true });
  const name = measured.length === sections.length ? 'bench' : `bench-${measured.join('-')}`;
  const file = join(results, `${name}.json`);
  await writeFile(file, `${JSON.stringify({ ...report, date: new Date().toISOString() }, undefined, 2)}\n`);
  console.log(`\n${file}`);
}
