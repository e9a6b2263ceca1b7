/**
 * One real VS Code server with the packaged extension for the whole end-to-end suite.
 *
 * Its data, and all that the extension keeps for a user, live in a temporary folder; nothing of the person who runs
 * the tests is read or changed. Knows no test and no page.
 */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { results, toolCache } from '../../tools/paths.ts';
import {
  installExtension,
  startVSCodeServer,
  writeMachineSettings,
  writeUserSettings,
} from '../../tools/vscode-server.ts';

/** What a test file needs to know of the server; travels as JSON in the variable {@link sharedVariable}. */
export type SharedVSCode = {
  readonly url: string;
  readonly chromium: string;
  readonly python: string;
  /** The server's data, with the machine's settings. */
  readonly dataFolder: string;
  /** The folder in which programs keep their state (XDG_STATE_HOME). */
  readonly stateHome: string;
};

/** Name of the variable by which test files find the server. */
export const sharedVariable = 'HINDSIGHT_E2E';

/** A VS Code with every welcome, tip and chat switched off, so that a test sees what it asks for. */
const userSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.reduceMotion': 'on',
  'window.commandCenter': false,
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.accessibilitySupport': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
} as const;

/** What {@link startSharedVSCode} needs: the packages to install, the browser, and the Python that sessions shall find. */
export type SharedOptions = {
  readonly vsix: string;
  readonly moreVsix?: readonly string[];
  readonly chromium: string;
  /** Absolute path of an interpreter; its folder comes first on the PATH of VS Code. */
  readonly python: string;
};

/** A running server: the variables to hand to test files, and how it ends. */
export type RunningVSCode = {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
};

/** Installs the packages into a fresh VS Code and starts it. `stop` ends it and every process that came out of it. */
export async function startSharedVSCode(options: SharedOptions): Promise<RunningVSCode> {
  // Short, because Unix sockets inside may have about 100 characters of path.
  const folder = await mkdtemp(join(tmpdir(), 'hs-'));
  const dataFolder = join(folder, 'data');
  await writeUserSettings(dataFolder, userSettings);
  await writePythonSetting(dataFolder, options.python);
  for (const vsix of [options.vsix, ...(options.moreVsix ?? [])]) await installExtension(vsix, dataFolder);
  await mkdir(results, { recursive: true });
  const server = await startVSCodeServer({
    dataFolder,
    port: 0,
    env: await environment(folder, options.python),
  });
  const shared: SharedVSCode = {
    url: server.url,
    chromium: options.chromium,
    python: options.python,
    dataFolder,
    stateHome: join(folder, 'state'),
  };
  return {
    env: { [sharedVariable]: JSON.stringify(shared), HINDSIGHT_TEST_PYTHON: options.python },
    stop: async () => {
      await server.stop();
      await endDetached(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What the test files of this run share. @throws {Error} when no server was prepared. */
export function readShared(): SharedVSCode {
  const text = process.env[sharedVariable];
  if (text === undefined) throw new Error('No VS Code is running for tests; start them by: npm test -- e2e');
  return JSON.parse(text);
}

/** Names the interpreter. The PATH alone would not do: VS Code takes that of a login shell, with another Python in front. */
export function writePythonSetting(dataFolder: string, python: string): Promise<void> {
  return writeMachineSettings(dataFolder, { 'hindsight.python.interpreter': python });
}

async function environment(folder: string, python: string): Promise<Record<string, string>> {
  const runtimeFolder = join(folder, 'run');
  await mkdir(runtimeFolder, { mode: 0o700 });
  return {
    PATH: `${dirname(python)}${delimiter}${process.env['PATH'] ?? ''}`,
    XDG_RUNTIME_DIR: runtimeFolder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_DATA_HOME: join(folder, 'share'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    // matplotlib looks through all fonts once and keeps what it found; kept between runs.
    MPLCONFIGDIR: join(toolCache, 'matplotlib'),
    [marker]: folder,
  };
}

/** Every process that descends from our VS Code has this variable, so that those that outlive it are found. */
const marker = 'HINDSIGHT_E2E_FOLDER';

/** Runtimes outlive their window on purpose; those of this run end with it. Linux only: elsewhere they end by themselves. */
async function endDetached(folder: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environ.split('\0').includes(`${marker}=${folder}`)) end(Number(pid));
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
