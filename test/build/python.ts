/**
 * Lays out dist/python: the worker package and the pure-Python libraries that it brings along.
 *
 * The libraries are installed by pip from the pinned list beside the worker, into the package only. The user's own
 * environment is never touched.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { dist, root } from '../tools/paths.ts';
import { CommandError, capture, mustRun } from '../tools/process.ts';
import { findAllPythons, noPythonMessage } from '../tools/pythons.ts';
import { replaceFile } from './bundles.ts';

const sources = join(root, 'runtime', 'engines', 'python');
const vendor = join(dist, 'python', 'vendor');
const stampName = '.requirements';

/** What was not possible on this machine, told to the person; the rest of the build is fine. */
export class PythonMissingError extends Error {
  override readonly name = 'PythonMissingError';
}

/** Copies the worker package to dist/python/hindsight_worker; files that are gone from the source go there, too. */
export async function copyWorker(): Promise<void> {
  const from = join(sources, 'worker');
  const to = join(dist, 'python', 'hindsight_worker');
  const wanted = new Set(await listFiles(from));
  for (const file of wanted) await replaceFile(join(to, file), await readFile(join(from, file)));
  for (const file of await listFiles(to)) if (!wanted.has(file)) await rm(join(to, file));
}

/**
 * Installs the pinned libraries into dist/python/vendor, unless they are there for the same list already.
 *
 * @throws {PythonMissingError} when no Python 3.10 or newer with pip is on this machine.
 */
export async function installLibraries(): Promise<void> {
  const requirements = join(sources, 'requirements.txt');
  const recipe = await readFile(new URL(import.meta.url));
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .update(recipe)
    .digest('hex');
  const present = await readFile(join(vendor, stampName), 'utf8').catch(() => '');
  if (present === stamp) return;
  console.log('  installing the bundled Python libraries…');
  const staging = `${vendor}.${process.pid}.tmp`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(join(dist, 'python'), { recursive: true });
  await pipInstall(requirements, staging);
  await slim(staging);
  await writeFile(join(staging, stampName), stamp);
  await rm(vendor, { recursive: true, force: true });
  await rename(staging, vendor);
}

/**
 * The wheels are those of one fixed platform, so that one list of hashes holds everywhere; what is compiled in them
 * is removed afterwards, and each of these libraries then falls back to its pure-Python form.
 */
async function pipInstall(requirements: string, target: string): Promise<void> {
  const wheels = [
    '--implementation',
    'cp',
    '--python-version',
    '3.11',
    '--abi',
    'cp311',
    '--platform',
    'manylinux_2_17_x86_64',
  ];
  const options = [
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--no-compile',
    '--only-binary',
    ':all:',
  ];
  await mustRun(await findPip(), [
    ...[
      '-m',
      'pip',
      'install',
      ...options,
      ...wheels,
      '--require-hashes',
      '--requirement',
      requirements,
      '--target',
      target,
    ],
  ]);
}

async function findPip(): Promise<string> {
  const pythons = await findAllPythons();
  if (pythons.length === 0) throw new PythonMissingError(noPythonMessage);
  for (const { executable } of pythons) {
    const { code } = await capture(executable, ['-m', 'pip', '--version']);
    if (code === 0) return executable;
  }
  const tried = pythons.map(({ executable }) => executable).join(', ');
  throw new PythonMissingError(
    `pip is missing from ${tried}. Install it (python3 -m ensurepip, or on Debian and Ubuntu: apt-get install python3-pip) and build again`,
  );
}

/** Removes what a worker never loads: compiled code, stubs of other people's packages, packaging data. */
async function slim(folder: string): Promise<void> {
  await rm(join(folder, 'bin'), { recursive: true, force: true });
  await rm(join(folder, 'jedi', 'third_party', 'django-stubs'), { recursive: true, force: true });
  // Live objects come first and a package's own source second: 25 MB of stubs for libraries are not worth their size.
  await rm(join(folder, 'jedi', 'third_party', 'typeshed', 'stubs'), { recursive: true, force: true });
  for (const file of await listFiles(folder)) {
    if (/\.(so|pyd|pyx|c|h)$/.test(file)) await rm(join(folder, file));
  }
  for (const name of await readdir(folder)) if (name.endsWith('.dist-info')) await keepLicences(folder, name);
}

async function keepLicences(folder: string, info: string): Promise<void> {
  const files = (await listFiles(join(folder, info))).filter((file) =>
    /(licen[cs]e|copying|authors|notice)/i.test(file),
  );
  if (files.length === 0) throw new CommandError(`No licence text found in ${info}`);
  const target = join(folder, 'licences', info.replace(/\.dist-info$/, ''));
  for (const file of files)
    await cp(join(folder, info, file), join(target, file.replace(/^licenses[\\/]/, '')));
  await rm(join(folder, info), { recursive: true });
}

/** Every file below a folder, as paths relative to it, without caches. Empty when there is no such folder. */
async function listFiles(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('__pycache__'));
}
