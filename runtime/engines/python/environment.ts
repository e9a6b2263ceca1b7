/**
 * One interpreter with one environment: its zygote (where there is fork), its idle workers and its analyst.
 * It knows how each of them is started and restarted, and no session.
 */
import { join } from 'node:path';
import type { Logger } from '../../core/logger.ts';
import { Analyst, type AnalystProcess } from './analyst.ts';
import { deferred } from './deferred.ts';
import type { Listener } from './listener.ts';
import { ObjectShelf } from './object-shelf.ts';
import { Peer } from './peer.ts';
import { Pool } from './pool.ts';
import { killGroup, type SpawnOptions, spawnPython } from './spawn.ts';
import { withinMs } from './within.ts';
import { forkWorker, type Nursery, spawnWorker, type WorkerProcess } from './worker-process.ts';
import { Zygote } from './zygote.ts';

export interface EnvironmentOptions {
  /** Absolute path of the interpreter. */
  readonly interpreter: string;
  readonly env: Readonly<Record<string, string>>;
  readonly fork: boolean;
  readonly listener: Listener;
  readonly workerPath: string;
  readonly vendorPath: string;
  readonly minIdle: number;
  readonly startTimeoutMs: number;
  readonly exitGraceMs: number;
  readonly analystTimeoutMs: number;
  readonly logger: Logger;
}

let lastId = 0;

/** Owns all processes of it that are not a session's. */
export class Environment {
  readonly analyst: Analyst;
  readonly shelf: ObjectShelf;
  readonly #options: EnvironmentOptions;
  readonly #pool: Pool;
  #zygote: Promise<Zygote> | undefined;
  #disposed = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    const { minIdle, exitGraceMs, analystTimeoutMs, listener, logger } = options;
    this.shelf = new ObjectShelf(join(listener.folder, `objects-${nextId('o')}`));
    this.#pool = new Pool({ start: () => this.#startWorker(), minIdle, exitGraceMs, logger });
    this.analyst = new Analyst({ start: () => this.#startAnalyst(), timeoutMs: analystTimeoutMs, logger });
  }

  /** Only for this user. */
  get folder(): string {
    return this.#options.listener.folder;
  }

  /** A worker for a session. Errors: `interpreter-failed`, the signal's reason. */
  takeWorker(signal: AbortSignal): Promise<WorkerProcess> {
    return this.#pool.take(signal);
  }

  /** Ends everything. The sessions of it are ended before. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.analyst.dispose();
    await this.#pool.dispose();
    const zygote = await this.#zygote?.catch(() => undefined);
    await zygote?.dispose(this.#options.exitGraceMs);
  }

  async #startWorker(): Promise<WorkerProcess> {
    const { fork, listener } = this.#options;
    return fork
      ? forkWorker(this.#nurseryOf(await this.#livingZygote()))
      : spawnWorker(listener, this.#spawnOptions(nextId('w')));
  }

  #nurseryOf(zygote: Zygote): Nursery {
    const { listener, startTimeoutMs } = this.#options;
    return { zygote, listener, startTimeoutMs, nextId: (kind) => nextId(prefixes[kind]) };
  }

  // One at a time; one that ended is replaced when the next process is needed.
  async #livingZygote(): Promise<Zygote> {
    const current = await this.#zygote?.catch(() => undefined);
    if (current?.alive === true) return current;
    this.#zygote = this.#startingZygote ??= this.#startZygote();
    return this.#zygote;
  }

  #startingZygote: Promise<Zygote> | undefined;

  async #startZygote(): Promise<Zygote> {
    try {
      const zygote = await Zygote.start(
        this.#options.listener,
        this.#spawnOptions(nextId('z')),
        this.#options.logger,
      );
      if (this.#disposed) void zygote.dispose(this.#options.exitGraceMs);
      return zygote;
    } finally {
      this.#startingZygote = undefined;
    }
  }

  async #startAnalyst(): Promise<AnalystProcess> {
    const { fork, listener } = this.#options;
    const id = nextId('a');
    if (!fork) {
      const spawned = await spawnPython(listener, { ...this.#spawnOptions(id), role: 'analyst', fork });
      listener.forget(id);
      return { peer: spawned.peer, kill: () => spawned.kill('SIGKILL') };
    }
    const zygote = await this.#livingZygote();
    const said = deferred<Peer>();
    listener.expect(id, (hello, link) => {
      const peer = new Peer(hello, link);
      said.resolve(peer);
      return peer;
    });
    try {
      const { pid, exited } = await zygote.fork({ id, role: 'analyst' });
      void exited.then(() => said.reject(new Error('the reader of source code ended while starting')));
      if (await withinMs(said.promise, this.#options.startTimeoutMs))
        return { peer: await said.promise, kill: () => killGroup(pid, 'SIGKILL') };
      killGroup(pid, 'SIGKILL');
      throw new Error('the reader of source code did not get ready');
    } finally {
      listener.forget(id);
    }
  }

  #spawnOptions(id: string): Omit<SpawnOptions, 'role' | 'fork'> {
    const { interpreter, env, workerPath, vendorPath, startTimeoutMs } = this.#options;
    return { id, interpreter, env, workerPath, vendorPath, startTimeoutMs };
  }
}

const prefixes = { worker: 'w', shadow: 's', cursor: 'c' } as const;

function nextId(prefix: string): string {
  lastId += 1;
  return `${prefix}${lastId}`;
}
