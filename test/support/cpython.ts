/** CPython's own tests in a session of ours, recorded and not: what differs. Knows not which tests are worth it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { root } from '../tools/paths.ts';
import { capture } from '../tools/process.ts';
import { Debugging } from './debugging.ts';

/** The modules that test what a debugger might disturb. */
export const cpythonModules = [
  'test_with',
  'test_scope',
  'test_generators',
  'test_coroutines',
  'test_exceptions',
  'test_sys_settrace',
  'test_bdb',
  'test_pdb',
] as const;

/** By test, `ok` or why not. */
export type Outcomes = Readonly<Record<string, string>>;

export interface Compared {
  /** How many tests ended alike. */
  readonly alike: number;
  /** Test, how it ends without recording, and with it. */
  readonly differing: readonly (readonly [string, string | undefined, string | undefined])[];
}

/** The environment in which a session finds what it runs. */
export const cpythonPath = join(root, 'test/python');

/** Which of the modules this interpreter has; some systems leave its tests out. */
export async function modulesOf(executable: string): Promise<readonly string[]> {
  const script = `import importlib.util as u; print(*[m for m in ${JSON.stringify(cpythonModules)} if u.find_spec('test') and u.find_spec('test.' + m)])`;
  const { code, output } = await capture(executable, ['-c', script]);
  return code === 0 ? output.trim().split(' ').filter(Boolean) : [];
}

/** Runs a module with and without recording, and once more where that differs: a test that fails now and then is no difference. */
export async function compareModule(
  client: RuntimeClient,
  interpreter: string,
  module: string,
): Promise<Compared> {
  const first = await compareOnce(client, interpreter, module);
  if (first.differing.length === 0) return first;
  const second = await compareOnce(client, interpreter, module);
  const again = new Set(second.differing.map(([name]) => name));
  return { ...second, differing: first.differing.filter(([name]) => again.has(name)) };
}

async function compareOnce(client: RuntimeClient, interpreter: string, module: string): Promise<Compared> {
  const bare = await outcomesOf(client, interpreter, module, false);
  const recorded = await outcomesOf(client, interpreter, module, true);
  const names = [...new Set([...Object.keys(bare), ...Object.keys(recorded)])];
  const differing = names.filter((name) => bare[name] !== recorded[name]);
  return {
    alike: names.length - differing.length,
    differing: differing.map((name) => [name, bare[name], recorded[name]] as const),
  };
}

/** All code is recorded, the tests' own and the library's. */
async function outcomesOf(
  client: RuntimeClient,
  interpreter: string,
  module: string,
  recorded: boolean,
): Promise<Outcomes> {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-cpython-'));
  const debugging = await Debugging.open(client, { interpreter, cwd: folder, snapshots: 'never' });
  // There is no person, and some tests ask for one.
  const asking = client.onEvent((event) => {
    if (event.type === 'input' && event.session === debugging.session)
      void client.request('stdin', { session: event.session, input_id: event.input_id });
  });
  try {
    const answer = join(folder, 'answer.json');
    const code = `import cpython_tests\ncpython_tests.run(${JSON.stringify(module)}, ${JSON.stringify(answer)})`;
    const record = recorded ? { justMyCode: false, breakpoints: false } : undefined;
    const { error, stderr } = await debugging.run({ code, path: join(folder, 'main.py') }, record, 240_000);
    if (recorded) await debugging.trace(); // Or it was not recorded, which would prove nothing.
    if (error !== undefined) throw new Error(`${module} ended with ${error}\n${stderr}`);
    return JSON.parse(await readFile(answer, 'utf8')) as Outcomes; // What cpython_tests.py writes.
  } finally {
    asking.dispose();
    await debugging.close();
    await rm(folder, { recursive: true, force: true });
  }
}
