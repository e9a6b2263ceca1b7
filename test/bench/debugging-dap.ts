/**
 * What a person waits for in the debug view: steps, and what is shown after each, over DAP, of our adapter and of debugpy's in
 * one run on the same program; and steps in our worker alone. Times in ms.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { dist, root } from '../tools/paths.ts';
import { mustRun } from '../tools/process.ts';
import { lineOf } from './debugging-slowdown.ts';
import { summarize } from './statistics.ts';

const program = join(root, 'test/bench/debugged/long_run.py');
const stepCount = 40;
const patienceMs = 60_000;

export interface AdapterFigures {
  /** Median from `next` to `stopped`. */
  readonly step: number;
  /** Median from `stopped` until the stack, the scopes and the locals are there. */
  readonly shown: number;
  /** 100 of a list of 10,000, from its middle. */
  readonly page: number;
}

/** `executable`: a Python with debugpy. */
export async function measureAdapters(
  executable: string,
): Promise<{ ours: AdapterFigures; debugpy: AdapterFigures }> {
  return {
    ours: await measure([process.execPath, join(dist, 'debug-adapter.js')], executable),
    debugpy: await measure([executable, await debugpyAdapter(executable)], executable),
  };
}

/** A folder that Python runs. */
async function debugpyAdapter(executable: string): Promise<string> {
  const script = 'import debugpy.adapter, os; print(os.path.dirname(debugpy.adapter.__file__))';
  return (await mustRun(executable, ['-c', script])).trim();
}

/** Median of a step over in the worker, from the frame that asks for it to the one that says that it stands. */
export async function measureWorkerStep(executable: string): Promise<number> {
  const output = await mustRun(executable, [join(root, 'test/bench/worker_steps.py'), String(stopLine())], {
    env: {
      BENCH_COUNT: '1000',
      PYTHONPATH: [join(dist, 'python'), join(dist, 'python', 'vendor')].join(delimiter),
    },
  });
  return summarize(output.trim().split('\n').map(Number)).median;
}

async function measure([command, script]: [string, string], executable: string): Promise<AdapterFigures> {
  const home = await mkdtemp(join(tmpdir(), 'hindsight-bench-'));
  const env = { ...process.env, BENCH_COUNT: '1000', XDG_STATE_HOME: home };
  const client = new DebugClient(command, script, 'bench', { cwd: home, env });
  client.defaultTimeout = patienceMs;
  try {
    await client.start();
    await launch(client, executable);
    return await walk(client);
  } finally {
    await client.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** Stands in the loop then, without a breakpoint. */
async function launch(client: DebugClient, python: string): Promise<void> {
  await client.initializeRequest({ adapterID: 'bench', pathFormat: 'path', linesStartAt1: true });
  const [initialized, stopped] = [once(client, 'initialized'), once(client, 'stopped')];
  const launched = client.launchRequest({
    ...{ program, python, console: 'internalConsole', justMyCode: true },
  } as DebugProtocol.LaunchRequestArguments);
  await initialized;
  const source = { path: program };
  await client.setBreakpointsRequest({ source, breakpoints: [{ line: stopLine() }] });
  await client.configurationDoneRequest();
  await Promise.all([launched, stopped]);
  await client.setBreakpointsRequest({ source, breakpoints: [] });
}

async function walk(client: DebugClient): Promise<AdapterFigures> {
  const threadId = (await client.threadsRequest()).body.threads[0]?.id ?? 1;
  const [steps, shown]: [number[], number[]] = [[], []];
  for (let index = 0; index < stepCount; index += 1) {
    const began = performance.now();
    await Promise.all([once(client, 'stopped'), client.nextRequest({ threadId })]);
    const stood = performance.now();
    await look(client, threadId);
    steps.push(stood - began);
    shown.push(performance.now() - stood);
  }
  const frameId = await look(client, threadId);
  const items = { expression: 'items', frameId, context: 'watch' };
  const { variablesReference } = (await client.evaluateRequest(items)).body;
  const began = performance.now();
  await client.variablesRequest({ variablesReference, filter: 'indexed', start: 5000, count: 100 });
  return {
    step: summarize(steps).median,
    shown: summarize(shown).median,
    page: performance.now() - began,
  };
}

/** As an editor does at each stop. Answers the innermost frame. */
async function look(client: DebugClient, threadId: number): Promise<number> {
  const { stackFrames } = (await client.stackTraceRequest({ threadId, startFrame: 0, levels: 20 })).body;
  const frameId = stackFrames[0]?.id ?? 0;
  const { scopes } = (await client.scopesRequest({ frameId })).body;
  const variablesReference = scopes[0]?.variablesReference ?? 0;
  await client.variablesRequest({ variablesReference });
  return frameId;
}

function stopLine(): number {
  return lineOf(program, 'total += scaled(number)');
}
