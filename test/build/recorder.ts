/**
 * Compiles what the debugger counts with, runtime/engines/python/recorder/, into dist/python/.
 *
 * The recorder is one library for every CPython from 3.12 on; 3.10 and 3.11 have a tracer each. They need a C compiler and the headers of such
 * a Python. What cannot be made on this machine is left out, which is said in one line, and the worker then counts in Python.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dist, root } from '../tools/paths.ts';
import { CommandError, capture, mustRun } from '../tools/process.ts';
import { findAllPythons } from '../tools/pythons.ts';
import { replaceFile } from './bundles.ts';

/** One library: its source, its name in dist/python/, and the minor versions of Python 3 by whose headers it can be made. */
type Library = {
  readonly source: string;
  readonly file: string;
  readonly fits: (minor: number) => boolean;
  readonly versions: string;
};

const libraries: readonly Library[] = [
  {
    source: 'hindsight_recorder.c',
    file: 'hindsight_recorder.abi3.so',
    fits: (minor) => minor >= 12,
    versions: '3.12 or newer',
  },
  ...[10, 11].map((version) => ({
    source: 'hindsight_tracer.c',
    file: `hindsight_tracer.cp3${version}.so`,
    fits: (minor: number) => minor === version,
    versions: `3.${version}`,
  })),
];

const sources = join(root, 'runtime', 'engines', 'python', 'recorder');
const flags = ['-std=c11', '-O3', '-fPIC', '-fno-plt', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra'];

/** Builds each library that is not there for the same sources; an older one that cannot be built again is removed. */
export async function buildRecorder(): Promise<void> {
  const stamp = await stampOfSources();
  for (const library of libraries) {
    const made = join(dist, 'python', library.file);
    // Beside each stands what it was built from; the package leaves that out.
    const stampFile = `${made}.stamp`;
    const isCurrent = existsSync(made) && (await readFile(stampFile, 'utf8').catch(() => '')) === stamp;
    if (isCurrent) continue;
    const problem = await compile(library, made);
    if (problem === undefined) {
      await writeFile(stampFile, stamp);
    } else {
      await rm(made, { force: true });
      console.log(`  For Python ${library.versions}, the debugger counts in Python instead of C: ${problem}`);
    }
  }
}

async function stampOfSources(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of (await readdir(sources)).sort()) hash.update(await readFile(join(sources, name)));
  return hash.update(await readFile(new URL(import.meta.url))).digest('hex');
}

/** Answers why it could not be made. */
async function compile(library: Library, target: string): Promise<string | undefined> {
  // Debugging backwards rests on fork(), which Windows has not.
  if (process.platform === 'win32') return 'it is not for Windows';
  const headers = await findHeaders(library.fits);
  if (headers === undefined)
    return 'its headers were not found (on Debian or Ubuntu: apt-get install python3-dev)';
  const compiler = await findCompiler();
  if (compiler === undefined)
    return 'no C compiler was found (on Debian or Ubuntu: apt-get install gcc libc6-dev)';
  const made = join(tmpdir(), `${library.file}.${process.pid}`);
  const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  try {
    const source = join(sources, library.source);
    await mustRun(compiler, [...flags, ...undefinedSymbols, `-I${headers}`, source, '-o', made]);
    await replaceFile(target, await readFile(made));
    return undefined;
  } catch (error) {
    // All that the compiler printed would be a page.
    if (error instanceof CommandError) return error.message.replaceAll(/\s*\n\s*/g, ' ').slice(0, 500);
    throw error;
  } finally {
    await rm(made, { force: true });
  }
}

/** The folder with the `Python.h` of the oldest Python that will do. */
async function findHeaders(fits: (minor: number) => boolean): Promise<string | undefined> {
  const script = 'import sysconfig; print(sysconfig.get_path("include"))';
  for (const { executable, minor } of await findAllPythons()) {
    if (!fits(minor)) continue;
    const { code, output } = await capture(executable, ['-I', '-c', script]);
    const folder = output.trim();
    if (code === 0 && existsSync(join(folder, 'Python.h'))) return folder;
  }
  return undefined;
}

async function findCompiler(): Promise<string | undefined> {
  const chosen = process.env['CC'];
  for (const command of [...(chosen ? [chosen] : []), 'cc', 'gcc', 'clang']) {
    const { code } = await capture(command, ['--version']).catch(() => ({ code: null }));
    if (code === 0) return command;
  }
  return undefined;
}
