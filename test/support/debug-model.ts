/**
 * The model check of the debugger: what `goto` shows at random steps of every program of test/programs, and where the movements
 * from there lead, is what plain Python says (test/programs/reference.py); and recording changes neither output nor result. On every
 * Python of this machine that has the recorder. `HINDSIGHT_SEED` chooses other steps, `HINDSIGHT_SAMPLES` makes it thorough,
 * `HINDSIGHT_PROGRAM` and `HINDSIGHT_MODEL` (as `3.13`) narrow it.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { Stop, Trace } from '../../runtime/protocol/debug.ts';
import { findAllPythons, type Python } from '../tools/pythons.ts';
import { Debugging, differenceIn } from './debugging.ts';
import { InProcessRuntime } from './in-process-runtime.ts';
import { openEngine } from './python-engine.ts';
import {
  type Moves,
  type Program,
  programsFolder,
  programsIn,
  type Reference,
  referencesOf,
  type Sample,
} from './reference.ts';

type Recorder = Trace['recorder'];

/**
 * What is not as it should be, in one place. These programs are recorded, and print and return the same; their steps are not
 * compared with these recorders.
 */
const knownDifferences: Readonly<Record<string, readonly Recorder[]>> = {
  // Only the recorder in C keeps what it does apart from the memory of the program; with the others objects have other addresses.
  set_of_objects: ['monitoring', 'tracing'],
  objects_as_keys: ['monitoring', 'tracing'],
  identities: ['monitoring', 'tracing'],
  cycles_collected: ['monitoring', 'tracing'],
  // At the limit what hears of the exception fails as well where it is called by the interpreter itself; a trace function is taken away
  // then, and lines are not counted to the end.
  recursion_limit: ['monitoring', 'tracing'],
};

const seed = process.env['HINDSIGHT_SEED'] ?? '1';
const samples = Number(process.env['HINDSIGHT_SAMPLES'] ?? 3);
const only = process.env['HINDSIGHT_PROGRAM'];
const onlyOn = process.env['HINDSIGHT_MODEL'] ?? '';

/** Declares the tests of one recorder. */
export async function checkModel(recorder: Recorder): Promise<void> {
  const programs = programsIn('corpus').filter(({ name }) => only === undefined || name === only);
  const able = (await findAllPythons()).filter(
    ({ minor, version }) => minor >= 12 === (recorder !== 'tracing') && version.includes(onlyOn),
  );
  // What `native` is in C, `monitoring` is in Python: the newest will do, unless one is asked for.
  const pythons = recorder === 'monitoring' && onlyOn === '' ? able.slice(-1) : able;

  test('there are programs of all kinds, and a Python to run them', () => {
    assert.ok(only !== undefined || programs.length >= 60, `${programs.length} programs`);
    assert.notEqual(pythons.length, 0);
  });

  for (const python of pythons) {
    test(`Python ${python.version}, ${recorder}, seed ${seed}`, { concurrency: 2 }, async (t) => {
      const chosen = programs.filter(({ fromMinor }) => python.minor >= fromMinor);
      const references = await referencesOf(python, chosen, { seed, samples });
      const client = connect(t, recorder);
      await Promise.all(
        chosen.map((program) =>
          t.test(program.name, async () => {
            const reference = references.get(program.name);
            assert.ok(reference !== undefined);
            await check(client, python, recorder, program, reference);
          }),
        ),
      );
    });
  }
}

function connect(t: TestContext, recorder: Recorder): RuntimeClient {
  const env = { ...process.env, HINDSIGHT_RECORDER: recorder, PYTHONPATH: programsFolder };
  const runtime = new InProcessRuntime(openEngine(t, { env }));
  t.after(() => runtime.dispose());
  return runtime.connect();
}

async function check(
  client: RuntimeClient,
  python: Python,
  recorder: Recorder,
  program: Program,
  reference: Reference,
): Promise<void> {
  const cwd = `${programsFolder}/corpus`;
  const debugging = await Debugging.open(client, { interpreter: python.executable, cwd, snapshots: 'never' });
  try {
    const { value, ...ended } = await debugging.run(program, {});
    const { error, stdout, stderr } = reference;
    assert.deepEqual(ended, { ...(error === undefined ? {} : { error }), stdout, stderr });
    if (!program.ownOrder) assert.equal(value ?? null, reference.value ?? null);
    assert.equal((await debugging.trace()).recorder, recorder);
    if (knownDifferences[program.name]?.includes(recorder)) return;
    if (program.ownOrder) await checkOwnOrder(debugging, recorder, String(value));
    else if (!program.threads) await checkSteps(debugging, recorder, reference);
  } finally {
    await debugging.close();
  }
}

async function checkSteps(
  debugging: Debugging,
  recorder: Recorder,
  { lines = 0, samples = [] }: Reference,
): Promise<void> {
  // The last step first: then all lines have been counted.
  for (const [index, sample] of samples.toReversed().entries()) {
    const { warning } = await checkSample(debugging, recorder, sample);
    // That addresses are not kept is said once.
    assert.equal(warning !== undefined, recorder !== 'native' && index === 0);
    const moves = Object.entries(sample.moves ?? {});
    // One of the movements from each, and all of them over the whole corpus.
    const [move, step] = moves[(sample.step + index) % moves.length] ?? [];
    if (move !== undefined) await checkMove(debugging, sample, move as keyof Moves, step ?? null); // A key of `moves`.
  }
  assert.equal((await debugging.counted()).steps, lines, 'lines of the whole run');
}

async function checkSample(debugging: Debugging, recorder: Recorder, sample: Sample): Promise<Stop> {
  const stop = await debugging.goTo(sample.step);
  const { position } = stop;
  assert.deepEqual(
    {
      step: position.step,
      file: position.sourceLoc.file,
      line: position.sourceLoc.line,
      name: position.name,
    },
    { step: sample.step, file: sample.file, line: sample.line, name: sample.name },
  );
  assert.equal(differenceIn(stop, recorder), undefined);
  const frames = await debugging.frames();
  const stack = frames.map(({ name, sourceLoc }) => [name, sourceLoc.line]);
  assert.deepEqual(stack, sample.stack, `stack at step ${sample.step}`);
  const variables = await debugging.variables(sample.name === '<module>');
  const names = variables.map(({ name }) => name).filter((name) => !/^(__|\.)|^_$/.test(name));
  assert.deepEqual(names.sort(), [...sample.names].sort(), `variables at step ${sample.step}`);
  const digest = await debugging.evaluate("__import__('rendering').digest(locals())");
  if (digest === `'${sample.digest}'`) return stop;
  const seen = await debugging.evaluate("__import__('rendering').render(locals())", 'clipboard');
  assert.equal(seen, sample.variables, `variables at step ${sample.step}`);
  assert.fail(`at step ${sample.step} the digest is ${digest}, though the variables are the same`);
}

async function checkMove(
  debugging: Debugging,
  from: Sample,
  move: keyof Moves,
  expected: number | null,
): Promise<void> {
  const stop = await (move === 'step-in' || move === 'step-over' || move === 'step-out'
    ? debugging.move(move)
    : debugging.move('step-back', { granularity: granularities[move] }));
  const what = `${move} from step ${from.step}, ${from.name} line ${from.line}`;
  const isOut = stop.reason === 'start' || stop.reason === 'end';
  if (isOut || expected === null) assert.equal(isOut ? null : stop.position.at, expected, what);
  else assert.equal(stop.position.at, (await debugging.goTo(expected)).position.at, what);
}

const granularities = { 'back-in': 'in', 'back-over': 'over', 'back-out': 'out' } as const;

/** What such a program had seen at any moment is the beginning of all that it saw: a replay sees it in the same order. */
async function checkOwnOrder(debugging: Debugging, recorder: Recorder, whole: string): Promise<void> {
  const { steps } = await debugging.counted();
  for (let index = 0; index < samples; index += 1) {
    const step = 1 + (((Number(seed) + 1) * 7919 * (index + 1)) % steps);
    assert.equal(differenceIn(await debugging.goTo(step), recorder), undefined);
    const seen = (await debugging.printed("print(globals().get('seen', []))")).trimEnd();
    assert.ok(
      whole.startsWith(seen.slice(0, -1)),
      `at step ${step} it had seen ${seen}, and in the end ${whole}`,
    );
  }
}
