/**
 * Compiles the recorder of the debugger, runtime/engines/python/recorder/, into dist/python/hindsight_recorder.abi3.so.
 *
 * It is one library for every CPython from 3.12 on. It needs a C compiler and the headers of any such Python; a machine without either
 * gets none, which is said in one line, and the worker then counts in Python.
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

const sources = join(root, 'runtime', 'engines', 'python', 'recorder');
const library = join(dist, 'python', 'hindsight_recorder.abi3.so');
/** What the library was built from, so that it is not built again; the package leaves it out. */
const stampFile = `${library}.stamp`;

const firstMinor = 12;
const flags = ['-std=c11', '-O3', '-fPIC', '-fno-plt', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra'];

/** Builds the library unless it is there for the same sources. Answers why it could not be built, and then removes an older one. */
export async function buildRecorder(): Promise<string | undefined> {
  const stamp = await stampOfSources();
  if (existsSync(library) && (await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return undefined;
  const problem = await compile();
  if (problem === undefined) {
    await writeFile(stampFile, stamp);
  } else {
    await rm(library, { force: true });
    console.log(`  The debugger's recorder in C was not built, and counts in Python instead: ${problem}`);
  }
  return problem;
}

async function stampOfSources(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of (await readdir(sources)).sort()) hash.update(await readFile(join(sources, name)));
  return hash.update(await readFile(new URL(import.meta.url))).digest('hex');
}

async function compile(): Promise<string | undefined> {
  // Debugging backwards rests on fork(), which Windows has not.
  if (process.platform === 'win32') return 'it is not for Windows';
  const headers = await findHeaders();
  if (headers === undefined)
    return `no headers of Python 3.${firstMinor} or newer were found (on Debian or Ubuntu: apt-get install python3-dev)`;
  const compiler = await findCompiler();
  if (compiler === undefined)
    return 'no C compiler was found (on Debian or Ubuntu: apt-get install gcc libc6-dev)';
  const made = join(tmpdir(), `hindsight-recorder.${process.pid}.so`);
  const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  try {
    const source = join(sources, 'hindsight_recorder.c');
    await mustRun(compiler, [...flags, ...undefinedSymbols, `-I${headers}`, source, '-o', made]);
    await replaceFile(library, await readFile(made));
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
async function findHeaders(): Promise<string | undefined> {
  const script = 'import sysconfig; print(sysconfig.get_path("include"))';
  for (const { executable, minor } of await findAllPythons()) {
    if (minor < firstMinor) continue;
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
