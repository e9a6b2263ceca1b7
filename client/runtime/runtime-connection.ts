/**
 * The window's one connection to the runtime of its workspace: found by the state file, started when a
 * command needs it, found again when it broke. It knows nothing of sessions.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { RuntimeState } from '../../runtime/protocol/client/state-file.ts';
import type { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Log } from '../logging/log.ts';

const startTimeoutMs = 20_000;

export interface Connected {
  readonly client: RuntimeClient;
  readonly state: RuntimeState;
}

export class RuntimeConnection implements vscode.Disposable {
  readonly #didConnect = new vscode.EventEmitter<Connected>();
  readonly #didClose = new vscode.EventEmitter<ProtocolError>();
  readonly #log: Log;
  readonly #extensionPath: string;
  readonly #env: NodeJS.ProcessEnv;
  #connected: Connected | undefined;
  #connecting: Promise<Connected> | undefined;

  /** A new runtime, or the same one again after it was lost. Sessions are opened after this. */
  readonly onDidConnect = this.#didConnect.event;
  readonly onDidClose = this.#didClose.event;

  constructor(extensionPath: string, env: NodeJS.ProcessEnv, log: Log) {
    this.#extensionPath = extensionPath;
    this.#env = env;
    this.#log = log;
  }

  /** The connection there is. */
  get current(): Connected | undefined {
    return this.#connected;
  }

  /** The folder whose runtime this is. */
  get workspace(): string {
    return (
      vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ??
      this.#env['HOME'] ??
      this.#env['USERPROFILE'] ??
      dirname(this.#extensionPath)
    );
  }

  /** The `hindsight` command of this extension. */
  get program(): string {
    return join(this.#extensionPath, 'dist', 'hindsight.js');
  }

  /** The connection, made when there is none; starts the runtime when none runs. */
  connect(): Promise<Connected> {
    if (this.#connected !== undefined) return Promise.resolve(this.#connected);
    this.#connecting ??= this.#findOrStart().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  /** The connection to a runtime that runs already, or undefined. Starts nothing. */
  async find(): Promise<Connected | undefined> {
    if (this.#connected !== undefined) return this.#connected;
    if (this.#connecting !== undefined) return this.#connecting;
    const found = await this.#open();
    if (found === undefined || this.#connected === undefined) return found && this.#accept(found);
    // Another caller was quicker while this one waited: one connection is enough.
    found.client.dispose();
    return this.#connected;
  }

  dispose(): void {
    this.#connected?.client.dispose();
    this.#connected = undefined;
    this.#didConnect.dispose();
    this.#didClose.dispose();
  }

  async #findOrStart(): Promise<Connected> {
    const found = await this.#open();
    if (found !== undefined) return this.#accept(found);
    if (!vscode.workspace.isTrusted) {
      throw new Error(vscode.l10n.t('Hindsight runs nothing in a workspace that is not trusted.'));
    }
    const started = Date.now();
    const { startRuntime } = await import('./runtime-library.ts');
    const stateFile = await this.stateFile();
    await startRuntime({
      program: this.program,
      stateFile,
      logFile: `${stateFile}.log`,
      cwd: this.workspace,
      env: this.#env,
      ...snapshotMemory(),
      signal: AbortSignal.timeout(startTimeoutMs),
    });
    const opened = await this.#open();
    if (opened === undefined)
      throw new Error(
        vscode.l10n.t(
          'The Hindsight runtime started, but does not answer; its log is {0}',
          `${stateFile}.log`,
        ),
      );
    this.#log.info('runtime started', {
      pid: opened.state.pid,
      durationMs: Date.now() - started,
      workspace: digest(this.workspace),
    });
    return this.#accept(opened);
  }

  #accept(connected: Connected): Connected {
    this.#connected = connected;
    connected.client.onDidClose((reason) => {
      if (this.#connected !== connected) return;
      this.#connected = undefined;
      this.#log.warn('runtime connection closed', { code: reason.code, message: reason.message });
      this.#didClose.fire(reason);
    });
    connected.client.onDidReconnect(() => this.#log.info('runtime reconnected'));
    this.#didConnect.fire(connected);
    return connected;
  }

  // The RuntimeClient and its codecs are loaded here and not with the extension: activation stays short.
  async #open(): Promise<Connected | undefined> {
    const { openWebSocket, readStateFile, RuntimeClient } = await import('./runtime-library.ts');
    const state = await readStateFile(await this.stateFile());
    if (state === undefined) return undefined;
    const open = () => openWebSocket({ url: state.url, token: state.token, encoding: 'msgpack' });
    const isSame = async () => (await readStateFile(await this.stateFile()))?.token === state.token;
    try {
      // The same process only: a new one would have a new log, and is met by `connect`.
      const client = new RuntimeClient(await open(), {
        reconnect: async (attempt) =>
          attempt <= 8 && (await isSame()) ? await unlessRefused(open()) : undefined,
      });
      return { client, state };
    } catch (error) {
      // A state file can outlive a runtime that was killed.
      this.#log.info('runtime not reachable', { url: state.url, error: String(error) });
      return undefined;
    }
  }

  /** Where the runtime says how it is reached. */
  async stateFile(): Promise<string> {
    const { stateFilePath } = await import('./runtime-library.ts');
    return stateFilePath(this.workspace, this.#env, process.platform);
  }
}

// Where nobody listens on this machine, the runtime has ended: waiting longer would only keep code from a new one.
async function unlessRefused<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED') return undefined;
    throw error;
  }
}

// Empty, which is the default, leaves it to the runtime.
function snapshotMemory(): { readonly snapshotMemory?: number } {
  const megabytes = vscode.workspace
    .getConfiguration('hindsight')
    .get<number | null>('snapshots.memoryLimit', null);
  return megabytes === null ? {} : { snapshotMemory: megabytes };
}

// Paths can hold names; the log says only which workspace is the same as another.
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
