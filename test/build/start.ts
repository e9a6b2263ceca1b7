/**
 * `npm start`: builds and packages Hindsight, and opens VS Code with it and an example workspace.
 *
 * On a desktop that is the `code` command; elsewhere, or with `--browser`, VS Code in the browser at a printed
 * address. `--port N` chooses that address, `--no-open` leaves opening a browser to the person.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, toolCache } from '../tools/paths.ts';
import { capture, mustRun } from '../tools/process.ts';
import { findPython } from '../tools/pythons.ts';
import {
  ensureVSCodeServer,
  installExtension,
  startVSCodeServer,
  writeUserSettings,
} from '../tools/vscode-server.ts';
import { buildAll } from './build.ts';
import { packageExtension } from './package.ts';
import { PythonMissingError } from './python.ts';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8640' },
    open: { type: 'boolean', default: true },
    browser: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

async function main(): Promise<void> {
  const port = readPort(options.port);
  await tellPython();
  await build();
  const vsix = await packageExtension();
  const example = await prepareExample();
  if (!options.browser && (await hasDesktop())) await openDesktop(vsix, example);
  else await openBrowser(vsix, example, port);
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--port must be a number from 0 (any free one) to 65535, and is '${text}'`);
}

async function tellPython(): Promise<void> {
  const python = await findPython();
  if (python !== undefined) console.log(`Python ${python.version} (${python.executable})`);
}

/** The package has its Python libraries only when pip could be run, so choosing an interpreter later is not enough. */
const afterwards =
  'VS Code opens all the same, but cannot run Python yet. Run `npm start` again once this is solved; ' +
  'which Python a session then uses is chosen in VS Code: command palette, "Hindsight: Select Interpreter…".';

/** Without pip the bundled libraries cannot be installed; everything else can be looked at. */
async function build(): Promise<void> {
  try {
    await buildAll();
  } catch (error) {
    if (!(error instanceof PythonMissingError)) throw error;
    console.log(`\n${error.message}\n${afterwards}\n`);
  }
}

/** The person may change the example freely, so they get a copy; an earlier copy is left as it is. */
async function prepareExample(): Promise<string> {
  const folder = join(toolCache, 'example');
  await mkdir(toolCache, { recursive: true });
  if (!existsSync(folder)) await cp(join(root, 'test', 'example'), folder, { recursive: true });
  return folder;
}

async function hasDesktop(): Promise<boolean> {
  const { code } = await capture('code', ['--version']).catch(() => ({ code: 1 }));
  return code === 0;
}

async function openDesktop(vsix: string, example: string): Promise<void> {
  await mustRun('code', ['--install-extension', vsix, '--force']);
  if (options.open) await mustRun('code', ['--new-window', example, '--goto', join(example, 'tour.py')]);
  console.log(`Hindsight is installed in VS Code; the example is ${join(example, 'tour.py')}`);
}

async function openBrowser(vsix: string, example: string, port: number): Promise<void> {
  await ensureVSCodeServer();
  const dataFolder = join(toolCache, 'start-data');
  if (!existsSync(dataFolder)) await writeUserSettings(dataFolder, browserSettings);
  await installExtension(vsix, dataFolder);
  const stopped = waitForStop();
  const server = await startVSCodeServer({ dataFolder, port });
  const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1${join(example, 'tour.py')}`]]);
  const address = `${server.url}/?folder=${encodeURIComponent(example)}&payload=${encodeURIComponent(payload)}`;
  console.log(`\nVS Code with Hindsight: ${address}\nStop it with Ctrl+C.`);
  if (options.open) await openAddress(address);
  await Promise.race([stopped, new Promise((resolve) => server.process.once('exit', resolve))]);
  await server.stop();
}

const browserSettings = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  // The example lies inside this checkout, which is of no interest there.
  'git.openRepositoryInParentFolders': 'never',
} as const;

function waitForStop(): Promise<unknown> {
  return Promise.race(
    (['SIGINT', 'SIGTERM'] as const).map((signal) => new Promise((resolve) => process.once(signal, resolve))),
  );
}

/** Opens the person's browser where the system knows one; the printed address is there in any case. */
async function openAddress(address: string): Promise<void> {
  const opener = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform as string] ?? [
    'xdg-open',
  ];
  const [command = 'xdg-open', ...args] = opener;
  await capture(command, [...args, address]).catch(() => undefined);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
