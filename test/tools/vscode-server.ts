/**
 * Brings a real VS Code that runs in the browser into .vscode-test/, and runs its server program.
 *
 * The npm package code-server ships the whole of VS Code; its wrapper and its own install script (which
 * compiles native modules that are not needed here) are left out. Knows nothing of Hindsight.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { node, toolCache } from './paths.ts';
import { capture, mustRun, type RunOptions } from './process.ts';

const version = '4.139.1';
const installation = join(toolCache, `code-server-${version}`);
const vscode = join(installation, 'node_modules', 'code-server', 'lib', 'vscode');
const program = join(vscode, 'out', 'server-main.js');

/** A VS Code server that listens. `stop` ends it with all that it started, and may be called twice. */
export type VSCodeServer = {
  readonly url: string;
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
};

/** Where and how a server runs. `port` 0 takes a free one. */
export type ServerOptions = {
  readonly dataFolder: string;
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Takes each line that the server prints. */
  readonly onLine?: (line: string) => void;
};

/** Downloads VS Code for the browser unless it is there already (about two minutes), telling each step. */
export async function ensureVSCodeServer(): Promise<void> {
  const finished = join(installation, '.complete');
  if (existsSync(finished)) return;
  await mkdir(installation, { recursive: true });
  // The lock file of npm inside would be that of an interrupted attempt.
  await writeFile(join(installation, 'package.json'), '{ "private": true }\n');
  console.log(`Downloading VS Code for the browser (code-server ${version}; two minutes, the first time)…`);
  await npm(['install', '--ignore-scripts', `code-server@${version}`], installation);
  console.log('  its libraries…');
  await npm(['install', '--omit=dev', '--ignore-scripts'], vscode);
  console.log('  its built-in extensions…');
  await npm(['install', '--omit=dev', '--ignore-scripts'], join(vscode, 'extensions'));
  await buildLogWriter();
  await writeFile(finished, '');
}

/** Without this native module VS Code has no log files and its output channels stay empty; it needs a compiler. */
async function buildLogWriter(): Promise<void> {
  const { code } = await npmOutcome(['rebuild', '@vscode/spdlog'], vscode);
  if (code !== 0) console.log('  (no compiler here: VS Code will run without log files)');
}

/** Writes the user's settings of a server that has not been started with this data folder yet. */
export function writeUserSettings(dataFolder: string, settings: Settings): Promise<void> {
  return writeSettings(join(dataFolder, 'data', 'User'), settings);
}

/** As `writeUserSettings`, for settings that belong to the machine, such as the path of a program. */
export function writeMachineSettings(dataFolder: string, settings: Settings): Promise<void> {
  return writeSettings(join(dataFolder, 'data', 'Machine'), settings);
}

type Settings = Readonly<Record<string, unknown>>;

async function writeSettings(folder: string, settings: Settings): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** Installs a .vsix as a person would: with VS Code's own command. */
export async function installExtension(vsix: string, dataFolder: string): Promise<void> {
  await mustRun(node, [
    program,
    '--server-data-dir',
    dataFolder,
    '--accept-server-license-terms',
    '--install-extension',
    vsix,
    '--force',
  ]);
}

/**
 * Starts the server on loopback, without a connection token (nobody else reaches it there).
 *
 * @throws {Error} with what it printed, when it ends before it listens.
 */
export async function startVSCodeServer({
  dataFolder,
  port,
  env = {},
  onLine,
}: ServerOptions): Promise<VSCodeServer> {
  const chosenPort = port === 0 ? await findFreePort() : port;
  const args = ['--host', '127.0.0.1', '--port', String(chosenPort), '--without-connection-token'];
  const more = [
    '--accept-server-license-terms',
    '--disable-workspace-trust',
    '--telemetry-level',
    'off',
    '--server-data-dir',
    dataFolder,
  ];
  const child = spawn(node, [program, ...args, ...more], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that Ctrl+C in our terminal is answered by us alone, in our order.
    detached: process.platform !== 'win32',
  });
  await listening(child, onLine);
  return { url: `http://127.0.0.1:${chosenPort}`, process: child, stop: () => stopServer(child) };
}

function listening(child: ChildProcess, onLine: ((line: string) => void) | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const take = (text: string): void => {
      for (const line of text.split(/\r?\n/)) if (line !== '') onLine?.(line);
      if (printed.length < 100_000) printed += text;
      if (printed.includes('Extension host agent listening on')) resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`VS Code ended with exit code ${code} before it listened:\n${printed}`)),
    );
  });
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  // The group holds its extension hosts; what an extension has detached from it is the extension's own affair.
  if (process.platform === 'win32') child.kill();
  else process.kill(-child.pid, 'SIGTERM');
  await ended;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  return address.port;
}

/** npm as a program of its own: the one that runs us, so that a machine's settings are the same. */
function npmCommand(args: readonly string[]): readonly [string, readonly string[]] {
  const script = process.env['npm_execpath'];
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  if (script?.endsWith('.js')) return [node, [script, ...args, ...quiet]];
  return ['npm', [...args, ...quiet]];
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const [command, all] = npmCommand(args);
  await mustRun(command, all, npmOptions(cwd));
}

async function npmOutcome(args: readonly string[], cwd: string): Promise<{ readonly code: number | null }> {
  const [command, all] = npmCommand(args);
  return capture(command, all, npmOptions(cwd));
}

/** npm tells its scripts where the project is; a second npm in another folder must not believe it. */
function npmOptions(cwd: string): RunOptions {
  return { cwd, env: { npm_config_local_prefix: cwd, npm_package_json: '' } };
}
