/** Finds the Python interpreters of this machine that Hindsight can use. Installs nothing. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { capture } from './process.ts';

/** An interpreter that answered. `version` is like `3.11.7`; `executable` is absolute, symbolic links resolved. */
export type Python = {
  readonly command: string;
  readonly executable: string;
  readonly version: string;
  readonly minor: number;
};

/** Oldest minor version of Python 3 that Hindsight supports. */
export const oldestMinor = 10;

/** What to tell a person on whose machine there is no suitable Python. */
export const noPythonMessage =
  'No Python 3.10 or newer was found. Install one from https://www.python.org (on Debian or Ubuntu: apt-get install python3 python3-pip python3-venv), or name one: HINDSIGHT_PYTHON=/path/to/python3';

/**
 * The first usable interpreter: `HINDSIGHT_PYTHON`, else `python3` or `python` of the PATH, else any other.
 * Undefined when there is none of version 3.10 or newer.
 */
export async function findPython(): Promise<Python | undefined> {
  for await (const python of usablePythons()) return python;
  return undefined;
}

/** The best interpreter of each minor version, oldest first: what the Python unit tests run on. */
export async function findAllPythons(): Promise<readonly Python[]> {
  const byMinor = new Map<number, Python>();
  for await (const python of usablePythons())
    if (!byMinor.has(python.minor)) byMinor.set(python.minor, python);
  return [...byMinor.values()].sort((a, b) => a.minor - b.minor);
}

async function* usablePythons(): AsyncGenerator<Python> {
  const seen = new Set<string>();
  for (const command of candidates()) {
    const python = await probe(command);
    if (python === undefined || python.minor < oldestMinor || seen.has(python.executable)) continue;
    seen.add(python.executable);
    yield python;
  }
}

function candidates(): string[] {
  const chosen = process.env['HINDSIGHT_PYTHON'];
  const minors = [13, 12, 11, 10, 14];
  return [
    ...(chosen === undefined ? [] : [chosen]),
    ...(process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python']),
    ...pyenvPythons(),
    ...minors.map((minor) => `python3.${minor}`),
  ];
}

/** pyenv keeps each version in a folder of its own, found without its shims (which refuse versions not selected). */
function pyenvPythons(): string[] {
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => /^3\.\d+\.\d+$/.test(name))
    .map((name) => join(versions, name, 'bin', 'python3'))
    .filter((path) => existsSync(path));
}

async function probe(command: string): Promise<Python | undefined> {
  const script =
    'import os, sys; print("%d.%d.%d" % sys.version_info[:3]); print(os.path.realpath(sys.executable))';
  const outcome = await capture(command, ['-I', '-c', script]).catch(() => undefined);
  const [version, executable] = outcome?.code === 0 ? outcome.output.trim().split(/\r?\n/) : [];
  if (version === undefined || executable === undefined || !version.startsWith('3.')) return undefined;
  return { command, executable, version, minor: Number(version.split('.')[1]) };
}
