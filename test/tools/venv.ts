/** The project's own virtual environment with the libraries that tests use. Never touches the user's Python. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, venv } from './paths.ts';
import { capture, mustRun } from './process.ts';
import { findAllPythons, findPython, noPythonMessage, type Python } from './pythons.ts';

/** The environment's interpreter, whether or not it is there yet. */
export const venvPython =
  process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python3');

/**
 * Makes .venv from test/requirements.txt unless it is there for the same list already, and answers its interpreter.
 *
 * @throws {Error} that says what to install, when no Python on this machine can make one.
 */
export async function ensureVenv(): Promise<string> {
  const requirements = join(root, 'test', 'requirements.txt');
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const stampFile = join(venv, '.requirements');
  const present = await readFile(stampFile, 'utf8').catch(() => '');
  if (present === stamp && existsSync(venvPython)) return venvPython;
  console.log('Making .venv with numpy, pandas, matplotlib and ipykernel (a minute, the first time)…');
  await createVenv();
  await mustRun(venvPython, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-compile',
    '--only-binary',
    ':all:',
    '--requirement',
    requirements,
  ]);
  // Without the tests that libraries bring, which are half of what pip would compile. What fails here is compiled on import.
  await capture(venvPython, ['-m', 'compileall', '-q', '-j', '0', '-x', '[/\\\\]tests?[/\\\\]', venv]);
  await writeFile(stampFile, stamp);
  return venvPython;
}

async function createVenv(): Promise<void> {
  const pythons = await pythonsByPreference();
  const failures: string[] = [];
  for (const { executable, version } of pythons) {
    await rm(venv, { recursive: true, force: true });
    const { code, output } = await capture(executable, ['-m', 'venv', venv]);
    if (code === 0) return;
    failures.push(`${executable} (${version}): ${output.trim()}`);
  }
  if (pythons.length === 0) throw new Error(noPythonMessage);
  throw new Error(
    `No Python here can make a virtual environment (on Debian and Ubuntu: apt-get install python3-venv).\n${failures.join('\n')}`,
  );
}

/** The machine's usual Python first, then newer ones before older. */
async function pythonsByPreference(): Promise<readonly Python[]> {
  const usual = await findPython();
  const others = (await findAllPythons())
    .filter(({ executable }) => executable !== usual?.executable)
    .reverse();
  return usual === undefined ? others : [usual, ...others];
}
