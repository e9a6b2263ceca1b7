/**
 * Finds the Python to use and asks it for its version: the one that was named, else that of an active virtual
 * environment, else the first usable one on PATH. It starts no session.
 */
import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { ProtocolError } from '../../protocol/errors.ts';
import { tellingLine } from './telling-line.ts';

/** The oldest that is supported. */
export const minimumVersion = '3.10';
const [minimumMajor, minimumMinor] = [3, 10];
const probeTimeoutMs = 20_000;

export interface Interpreter {
  /** Absolute path, as the interpreter itself says it. */
  readonly path: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

export interface Search {
  /** A path, a command on PATH, or the folder of a virtual environment. */
  readonly wanted: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Relative paths are relative to it. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
}

/** Errors: `interpreter-not-found`, `interpreter-too-old`, `interpreter-failed`, each with what to do. */
export async function findInterpreter(search: Search): Promise<Interpreter> {
  const candidates = await existing(candidatesOf(search));
  const failures: ProtocolError[] = [];
  for (const candidate of candidates) {
    try {
      return await probe(candidate);
    } catch (error) {
      failures.push(ProtocolError.from(error));
      if (search.wanted !== undefined) break;
    }
  }
  // One that is too old or broken says more than that none was found.
  throw failures.find(({ code }) => code === 'interpreter-too-old') ?? failures[0] ?? notFound(search);
}

interface Candidate {
  readonly path: string;
  readonly args: readonly string[];
}

function candidatesOf({ wanted, env, cwd, platform }: Search): Candidate[] {
  const windows = platform === 'win32';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const inFolder = (folder: string) =>
    windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const onPath = (command: string, args: readonly string[] = []) =>
    folders.map((folder) => ({
      path: join(folder, windows && !command.endsWith('.exe') ? `${command}.exe` : command),
      args,
    }));
  if (wanted !== undefined) {
    if (!isAbsolute(wanted) && !/[/\\]/.test(wanted)) return onPath(wanted);
    const path = resolve(cwd, underHome(wanted, env));
    return [
      { path: inFolder(path), args: [] },
      { path, args: [] },
    ];
  }
  const active = env['VIRTUAL_ENV'];
  return [
    ...(active === undefined || active === '' ? [] : [{ path: inFolder(active), args: [] }]),
    ...onPath('python3'),
    ...onPath('python'),
    ...(windows ? onPath('py', ['-3']) : []),
  ];
}

// As a shell has it: settings are written by hand, and no shell reads them.
function underHome(path: string, env: Search['env']): string {
  const home = env['HOME'] ?? env['USERPROFILE'];
  return home !== undefined && /^~[/\\]/.test(path) ? join(home, path.slice(2)) : path;
}

async function existing(candidates: readonly Candidate[]): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const candidate of candidates) {
    const isFile = await stat(candidate.path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (isFile) found.push(candidate);
  }
  return found;
}

// Understood by every Python since 2.6, so that an old one can say how old it is.
const script = 'import json, sys; print(json.dumps([sys.executable, "%d.%d.%d" % sys.version_info[:3]]))';

async function probe({ path, args }: Candidate): Promise<Interpreter> {
  await access(path, constants.X_OK).catch((cause: unknown) => {
    throw new ProtocolError(
      'interpreter-failed',
      `${path} may not be started (no permission); make it executable or choose another interpreter`,
      {
        details: { interpreter: path, output: '' },
        cause,
      },
    );
  });
  const output = await run(path, [...args, '-I', '-S', '-c', script]).catch((failure: Failure) =>
    run(path, [...args, '-c', script]).catch(() => Promise.reject(failed(path, failure))),
  );
  const [executable, version] = parse(path, output);
  if (!isSupported(version)) throw tooOld(path, version);
  return { path: executable === '' ? path : executable, version };
}

interface Failure {
  readonly message: string;
  readonly output: string;
}

function run(path: string, args: readonly string[]): Promise<string> {
  return new Promise((resolved, rejected) => {
    const child = execFile(
      path,
      args,
      { timeout: probeTimeoutMs, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) resolved(stdout);
        else
          rejected({
            message:
              error.killed === true
                ? `did not answer within ${probeTimeoutMs} ms`
                : `ended with ${error.signal ?? `exit code ${error.code}`}`,
            output: `${stdout}${stderr}`,
          });
      },
    );
    child.stdin?.end();
  });
}

function parse(path: string, output: string): [executable: string, version: string] {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    const value: unknown = JSON.parse(last);
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string')
      return [value[0], value[1]];
  } catch {
    // Not a Python at all; reported below with what it wrote.
  }
  throw failed(path, { message: 'does not answer like a Python', output });
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > minimumMajor || (major === minimumMajor && minor >= minimumMinor);
}

function tooOld(path: string, version: string): ProtocolError {
  return new ProtocolError(
    'interpreter-too-old',
    `${path} is Python ${version}, and Python ${minimumVersion} or newer is needed; choose another interpreter`,
    {
      details: { interpreter: path, version, minimum: minimumVersion },
    },
  );
}

function failed(path: string, { message, output }: Failure): ProtocolError {
  const telling = tellingLine(output);
  const shown = telling === '' ? '' : `: ${telling}`;
  return new ProtocolError(
    'interpreter-failed',
    `${path} ${message}${shown}; run it in a terminal to see whether it works, or choose another interpreter`,
    {
      details: { interpreter: path, output: output.slice(-4000) },
    },
  );
}

function notFound(search: Search): ProtocolError {
  const searched = [...new Set(candidatesOf(search).map(({ path }) => path))];
  const what =
    search.wanted === undefined ? 'no Python was found' : `no Python was found at '${search.wanted}'`;
  return new ProtocolError(
    'interpreter-not-found',
    `${what}; install Python ${minimumVersion} or newer, or choose an interpreter`,
    { details: { searched } },
  );
}
