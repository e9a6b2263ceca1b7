/** What plain Python says of the programs in test/programs: the specification of the debugger. Knows no runtime. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../tools/paths.ts';
import { mustRun } from '../tools/process.ts';
import type { Python } from '../tools/pythons.ts';

export const programsFolder = join(root, 'test/programs');

/** Whither one movement leads: a step, or null where it leaves the program. */
export type Moves = Readonly<
  Record<'step-in' | 'step-over' | 'step-out' | 'back-in' | 'back-over' | 'back-out', number | null>
>;

/** What is to be seen before one line is executed. */
export interface Sample {
  readonly step: number;
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** Name and line of each frame of the program, innermost first. */
  readonly stack: readonly (readonly [string, number])[];
  /** Of the innermost frame's variables: their names, what rendering.py makes of them, and its digest. */
  readonly names: readonly string[];
  readonly variables: string;
  readonly digest: string;
  /** Absent in generators, whose order of lines is not that of the stack. */
  readonly moves?: Moves;
}

export interface Reference {
  readonly value?: string | null;
  readonly error?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Absent where a program has an order of its own in every process. */
  readonly lines?: number;
  readonly samples?: readonly Sample[];
}

export interface Program {
  readonly name: string;
  readonly path: string;
  readonly code: string;
  /** Whether it has threads besides the main one: they cannot be travelled. */
  readonly threads: boolean;
  /** Whether its order depends on addresses, hashes or the depth of the machine's stack; it notes in `seen` what it saw. */
  readonly ownOrder: boolean;
  readonly fromMinor: number;
}

/** The programs of a folder of test/programs, in order of name. */
export function programsIn(folder: string): readonly Program[] {
  const paths = globSync('*.py', { cwd: join(programsFolder, folder) }).sort();
  return paths.map((name) => {
    const path = join(programsFolder, folder, name);
    const code = readFileSync(path, 'utf8');
    return {
      name: basename(name, '.py'),
      path,
      code,
      threads: code.includes('\n# threads\n'),
      ownOrder: code.includes('\n# order of its own\n'),
      fromMinor: Number(/\n# from 3\.(\d+)\n/.exec(code)?.[1] ?? 10),
    };
  });
}

/** The references of programs that this Python can run, by name. The seed chooses the samples. */
export async function referencesOf(
  python: Python,
  programs: readonly Program[],
  options: { readonly seed: string; readonly samples: number },
): Promise<ReadonlyMap<string, Reference>> {
  const run = async (chosen: readonly Program[], samples: number): Promise<[string, Reference][]> => {
    const script = join(programsFolder, 'reference.py');
    const args = [script, options.seed, String(samples), ...chosen.map(({ path }) => path)];
    const output = await mustRun(python.executable, args, { env: { PYTHONDONTWRITEBYTECODE: '1' } });
    const told = JSON.parse(output) as Record<string, Reference>; // What reference.py writes.
    return Object.entries(told).map(([file, reference]) => [basename(file, '.py'), reference]);
  };
  const fixed = await run(
    programs.filter(({ ownOrder }) => !ownOrder),
    options.samples,
  );
  const own = await run(
    programs.filter(({ ownOrder }) => ownOrder),
    0,
  );
  return new Map([...fixed, ...own]);
}
