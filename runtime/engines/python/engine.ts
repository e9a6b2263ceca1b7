/**
 * The Python engine: sessions of any interpreter, by processes that it starts when the first session of an
 * environment is opened. It knows no transport, no connection and no client.
 */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type {
  Engine,
  EngineHost,
  EngineSession,
  LoadedState,
  SavedState,
  SessionOptions,
} from '../../core/engine.ts';
import type { Logger } from '../../core/logger.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import { RecordingBudget } from './debugging/budget.ts';
import { Environment } from './environment.ts';
import { Environments } from './environments.ts';
import type { Adopted, AdoptedSession, Home, Resumable, SessionLimits, SnapshotPolicy } from './home.ts';
import { findInterpreter, type Interpreter, minimumVersion } from './interpreter.ts';
import { Listener } from './listener.ts';
import { requireReadable } from './saved-state.ts';
import { type Beginning, PythonSession, type SessionParts } from './session.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface PythonEngineOptions {
  /** Folder of the Python package `hindsight_worker`. */
  readonly workerPath: string;
  /** Folder of its vendored libraries. Default: `vendor` beside the package. */
  readonly vendorPath?: string;
  /** What processes inherit, and where `PATH` and `VIRTUAL_ENV` are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** False: fresh processes instead of forks, as on Windows. Default: the platform's own. */
  readonly fork?: boolean;
  /** True: loopback TCP instead of a Unix socket. Default: on Windows. */
  readonly tcp?: boolean;
  /** Workers kept ready for each environment that has been used. */
  readonly minIdle?: number;
  readonly maxSessions?: number;
  readonly lookTimeoutMs?: number;
  /** For other questions to a state, and for capturing one. */
  readonly stateTimeoutMs?: number;
  /** How long a look waits for the present to be captured before it takes an older state. */
  readonly shadowWaitMs?: number;
  readonly startTimeoutMs?: number;
  /** How long a process may take to end by itself; the worker gives `atexit` functions up to a second. */
  readonly exitGraceMs?: number;
}

const defaults = {
  minIdle: 1,
  maxSessions: 64,
  lookTimeoutMs: 2000,
  stateTimeoutMs: 10_000,
  shadowWaitMs: 250,
  startTimeoutMs: 30_000,
  exitGraceMs: 1500,
};
const analystTimeoutMs = 10_000;
const helloTimeoutMs = 5000;
const maxUnusedEnvironments = 2;
/** Longer than a session takes to its first answer, so that it does not have to share the processor. */
const warmAnalystAfterMs = 100;

/** Starts nothing until the first session is opened or the first place is located. */
export function createPythonEngine(options: PythonEngineOptions): Engine {
  return new PythonEngine(options);
}

class PythonEngine implements Engine {
  readonly name = 'python';
  readonly #options: PythonEngineOptions &
    typeof defaults & { readonly fork: boolean; readonly tcp: boolean };
  readonly #env: Readonly<Record<string, string>>;
  readonly #limits: SessionLimits;
  readonly #environments = new Environments<Environment>(maxUnusedEnvironments);
  readonly #interpreters = new Map<string, Promise<Interpreter>>();
  readonly #sessions = new Set<PythonSession>();
  readonly #recordings = new RecordingBudget();
  #opening = 0;
  #listener: Promise<Listener> | undefined;
  #disposed: Promise<void> | undefined;

  constructor(options: PythonEngineOptions) {
    const windows = process.platform === 'win32';
    this.#options = { ...defaults, fork: !windows, tcp: windows, ...options };
    this.#env = definedOnly(options.env);
    const { lookTimeoutMs, stateTimeoutMs, shadowWaitMs, startTimeoutMs, exitGraceMs } = this.#options;
    this.#limits = { lookTimeoutMs, stateTimeoutMs, shadowWaitMs, startTimeoutMs, exitGraceMs };
  }

  describe(): Readonly<Record<string, unknown>> {
    const { fork, tcp, maxSessions, lookTimeoutMs } = this.#options;
    return {
      language: 'python',
      minimumVersion,
      capabilities: { fork, looksWhileBusy: fork, tcp, ...stateCapabilities(fork) },
      limits: { maxSessions, lookTimeoutMs },
    };
  }

  async openSession(options: SessionOptions, host: EngineHost, signal: AbortSignal): Promise<EngineSession> {
    return (await this.#openFresh(options, undefined, host, signal)).session;
  }

  async load(
    saved: SavedState,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<LoadedState> {
    requireReadable(saved);
    const { session, report } = await this.#openFresh(options, saved, host, signal);
    return { session, report: report ?? saved.report };
  }

  async locate(request: Params<'locate'>, signal: AbortSignal): Promise<Returns<'locate'>> {
    if (this.#disposed !== undefined) throw shuttingDown();
    const { engine: _engine, interpreter, ...params } = request;
    const environment = await this.#environment(interpreter, {}, process.cwd());
    const answer = await environment.analyst.ask('locate', params, signal);
    if (answer.kind === 'found') return answer.fields;
    if (answer.kind === 'unknown') return {};
    if (answer.kind === 'late')
      throw new ProtocolError('timeout', 'the place could not be located in time; send a selection instead');
    const why = answer.kind === 'failed' ? answer.error : 'the reader of source code ended';
    throw new ProtocolError('internal', `the place could not be located: ${why}`);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#end();
    return this.#disposed;
  }

  async #openFresh(
    options: SessionOptions,
    saved: SavedState | undefined,
    host: EngineHost,
    signal: AbortSignal,
  ) {
    return this.#withRoom(async () => {
      const cwd = await checkedFolder(options.cwd ?? process.cwd());
      requireVariables(options.env ?? {});
      const environment = await this.#environment(options.interpreter, options.env ?? {}, cwd);
      const begin: Beginning = saved === undefined ? { cwd } : { cwd, saved };
      const open = () => this.#openIn(environment, options, begin, host, signal);
      return this.#keep(environment, open);
    });
  }

  async #reopen(
    environment: Environment,
    state: Resumable,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<EngineSession> {
    signal.throwIfAborted();
    return this.#withRoom(async () => {
      const open = async () => {
        const parts = this.#partsOf(environment, options, host, await state.worker());
        return PythonSession.open(parts, { resumed: state }, signal);
      };
      return (await this.#keep(environment, open)).session;
    });
  }

  async #adopt(
    environment: Environment,
    adopted: Adopted,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<AdoptedSession> {
    signal.throwIfAborted();
    return this.#withRoom(async () => {
      const open = async () => {
        const parts = this.#partsOf(environment, options, host, await adopted.worker());
        return PythonSession.open(parts, { adopted }, signal);
      };
      const { session, outcome } = await this.#keep(environment, open);
      return { session, ...(outcome === undefined ? {} : { outcome }) };
    });
  }

  async #loadIn(
    environment: Environment,
    saved: SavedState,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<LoadedState> {
    return this.#withRoom(async () => {
      const cwd = await checkedFolder(options.cwd ?? process.cwd());
      const open = () => this.#openIn(environment, options, { cwd, saved }, host, signal);
      const { session, report } = await this.#keep(environment, open);
      return { session, report: report ?? saved.report };
    });
  }

  async #withRoom<Opened>(open: () => Promise<Opened>): Promise<Opened> {
    this.#requireRoom();
    this.#opening += 1;
    try {
      return await open();
    } finally {
      this.#opening -= 1;
    }
  }

  // The environment is held from here until the session is gone, so that it is not ended as unused.
  async #keep<Opened extends { readonly session: PythonSession }>(
    environment: Environment,
    open: () => Promise<Opened>,
  ): Promise<Opened> {
    const release = this.#environments.hold(environment);
    try {
      const opened = await open();
      const { session } = opened;
      if (this.#disposed !== undefined) {
        await session.dispose();
        throw shuttingDown();
      }
      this.#sessions.add(session);
      void session.gone.then(() => {
        this.#sessions.delete(session);
        release();
      });
      // Whoever opens a session is about to look; the first answer would be late without this.
      setTimeout(() => environment.analyst.warm(), warmAnalystAfterMs).unref();
      return opened;
    } catch (error) {
      release();
      throw error;
    }
  }

  // A pooled process may have died without our knowing it yet: then a second one is taken.
  async #openIn(
    environment: Environment,
    options: SessionOptions,
    beginning: Beginning,
    host: EngineHost,
    signal: AbortSignal,
  ) {
    const open = async () => {
      const parts = this.#partsOf(environment, options, host, await environment.takeWorker(signal));
      return PythonSession.open(parts, beginning, signal);
    };
    try {
      return await open();
    } catch (error) {
      const { code, message } = ProtocolError.from(error);
      if (signal.aborted || code !== 'interpreter-failed') throw error;
      this.#options.logger.warn({ error: message }, 'session did not open and is tried again');
      return open();
    }
  }

  #partsOf(
    environment: Environment,
    options: SessionOptions,
    host: EngineHost,
    worker: WorkerProcess,
  ): SessionParts {
    const { sessionId } = options;
    return { sessionId, worker, host, home: this.#homeIn(environment), policy: policyOf(options, host) };
  }

  #homeIn(environment: Environment): Home {
    return {
      analyst: environment.analyst,
      limits: this.#limits,
      logger: this.#options.logger,
      folder: environment.folder,
      shelf: environment.shelf,
      recordings: this.#recordings,
      hold: () => this.#environments.hold(environment),
      reopen: (state, options, host, signal) => this.#reopen(environment, state, options, host, signal),
      adopt: (adopted, options, host, signal) => this.#adopt(environment, adopted, options, host, signal),
      load: (saved, options, host, signal) => this.#loadIn(environment, saved, options, host, signal),
    };
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.dispose()));
    await this.#environments.dispose();
    await (await this.#listener?.catch(() => undefined))?.close();
  }

  async #environment(
    interpreter: string | undefined,
    added: Readonly<Record<string, string>>,
    cwd: string,
  ): Promise<Environment> {
    const env = { ...this.#env, ...added };
    const { path } = await this.#interpreter(interpreter, env, cwd);
    if (this.#disposed !== undefined) throw shuttingDown();
    const { tcp, logger } = this.#options;
    this.#listener ??= Listener.open({ tcp, helloTimeoutMs, logger });
    const listener = await this.#listener;
    if (this.#disposed !== undefined) throw shuttingDown();
    return this.#environments.of(path, env, () => this.#createEnvironment(path, env, listener));
  }

  #createEnvironment(
    interpreter: string,
    env: Readonly<Record<string, string>>,
    listener: Listener,
  ): Environment {
    const vendorPath = this.#options.vendorPath ?? join(dirname(this.#options.workerPath), 'vendor');
    return new Environment({ ...this.#options, interpreter, env, listener, vendorPath, analystTimeoutMs });
  }

  // A success is remembered, since asking takes longer than a session; a failure is asked again.
  #interpreter(
    wanted: string | undefined,
    env: Readonly<Record<string, string>>,
    cwd: string,
  ): Promise<Interpreter> {
    const key = JSON.stringify([wanted, env['PATH'], env['VIRTUAL_ENV'], cwd]);
    const known = this.#interpreters.get(key);
    if (known !== undefined) return known;
    const finding = findInterpreter({ wanted, env, cwd, platform: process.platform });
    this.#interpreters.set(key, finding);
    finding.then(
      ({ path, version }) => this.#options.logger.info({ wanted, path, version }, 'interpreter found'),
      () => this.#interpreters.delete(key),
    );
    return finding;
  }

  #requireRoom(): void {
    if (this.#disposed !== undefined) throw shuttingDown();
    const { maxSessions } = this.#options;
    if (this.#sessions.size + this.#opening < maxSessions) return;
    throw new ProtocolError(
      'session-limit',
      `${maxSessions} Python sessions are open, which is the limit; close one`,
      { details: { maxSessions } },
    );
  }
}

/** Without fork a state is written as objects by the session itself, and loaded into a fresh process. */
function stateCapabilities(fork: boolean) {
  const how = fork ? 'forked' : 'serialized';
  return { snapshots: how, looksAtSnapshots: fork, evaluatesAtSnapshots: fork, diff: fork, durable: true };
}

// Where nobody wants states, they are still needed for looks while the session is busy.
function policyOf({ snapshots = 'always' }: SessionOptions, host: EngineHost): SnapshotPolicy {
  return snapshots === 'always' && host.captured === undefined ? 'cheap' : snapshots;
}

async function checkedFolder(cwd: string): Promise<string> {
  const isFolder = await stat(cwd).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw new ProtocolError('invalid-request', `clone: field 'cwd' names no folder: ${cwd}`, {
      details: { field: 'cwd' },
    });
  return cwd;
}

// Node refuses a NUL with an error of its own; a name with `=` would silently set another variable.
function requireVariables(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (/^[^=\0]+$/.test(name) && !value.includes('\0')) continue;
    throw new ProtocolError(
      'invalid-request',
      `clone: field 'env' holds ${JSON.stringify(name)}, which cannot be set; a name is not empty and has no '=', and nothing holds a NUL`,
      { details: { field: 'env', name } },
    );
  }
}

function shuttingDown(): ProtocolError {
  return new ProtocolError('shutting-down', 'the Python engine is ending');
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
