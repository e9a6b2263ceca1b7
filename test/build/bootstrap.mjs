/**
 * Runs one task of the project on whatever Node the machine has: `node bootstrap.mjs TASK [arguments]`.
 *
 * This is the one script that may meet an empty checkout and an old Node (20 or newer), so it uses nothing
 * but Node itself. It installs the npm packages where they are missing or differ from the lock file, then hands
 * over to the task, which is TypeScript and runs on the Node 24 among those packages. It knows the names
 * of the tasks' files and nothing of what they do.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tasks = {
  build: 'test/build/build.ts',
  package: 'test/build/package.ts',
  start: 'test/build/start.ts',
  docs: 'test/build/docs.ts',
  test: 'test/run.ts',
  bench: 'test/bench/main.ts',
  'test:cpython': 'test/tools/cpython.ts',
  'test:desktop': 'test/e2e/inside/desktop.ts',
};

const [task = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(tasks, task)) fail(`Unknown task '${task}'; there are: ${Object.keys(tasks).join(', ')}`);
if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(
    `Hindsight needs Node 20 or newer to be built, and this is ${process.version}; see https://nodejs.org`,
  );
}
installPackages();
handOver(join(root, tasks[task]), rest);

/** Brings node_modules to what the lock file says; does nothing when it is there already. */
function installPackages() {
  const missing = !existsSync(join(root, 'node_modules'));
  if (!missing && isInstalled()) return;
  console.log(missing ? 'Installing npm packages (a minute, the first time)…' : 'Updating npm packages…');
  // `npm ci` empties node_modules first, which would break whatever runs from there; so only the first time.
  const args = [missing ? 'ci' : 'install', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = runNpm(args);
  if (status !== 0) fail(`npm ${args[0]} failed (exit code ${status}); its own message is above`);
}

/** Compares the lock file with the one that npm leaves inside node_modules. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** Runs the npm that runs us where there is one; else the one on the PATH, which on Windows is a batch file. */
function runNpm(args) {
  const options = { cwd: root, stdio: 'inherit' };
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return spawnSync(process.execPath, [npm, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function handOver(script, args) {
  const child = spawn(findNode(), [script, ...args], { cwd: root, stdio: 'inherit' });
  // Ctrl+C reaches the child directly; we stay until it has cleaned up. Anything else we pass on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`Cannot run ${script}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** The Node 24 of the npm package `node`; the machine's own where that has none for this platform and is new enough. */
function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = join(root, 'node_modules', 'node', 'bin', name);
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  fail('The npm package node@24 has no program for this platform; install Node 24 and try again');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
