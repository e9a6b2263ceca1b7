/**
 * Idle workers, ready before they are asked for. It starts nothing before the first `take`; afterwards it
 * keeps `minIdle` ready. It does not know how a worker is started.
 */
import type { Logger } from '../../core/logger.ts';
import { withinMs } from './within.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  readonly start: () => Promise<WorkerProcess>;
  readonly minIdle: number;
  readonly exitGraceMs: number;
  readonly logger: Logger;
}

/** Longer than a session takes to open and to give its first answer. */
const refillAfterMs = 30;

/** Owns the workers that nobody has taken. */
export class Pool {
  readonly #options: PoolOptions;
  /** Ready or still starting, oldest first. */
  readonly #idle: Promise<WorkerProcess>[] = [];
  #disposed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** A worker, which is the caller's from now on. Errors: those of starting one; the signal's reason. */
  async take(signal: AbortSignal): Promise<WorkerProcess> {
    signal.throwIfAborted();
    // One that failed while nobody waited for it is no reason to fail now.
    const taken = this.#idle.shift()?.catch(() => this.#options.start()) ?? this.#options.start();
    const inTime = await withinMs(taken, 2 ** 31 - 1, signal);
    if (!inTime) {
      // It comes too late for this caller and in time for the next.
      this.#keep(taken);
      signal.throwIfAborted();
    }
    this.#refillSoon();
    return taken;
  }

  /** Ends the idle ones. Twice is harmless. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all(this.#idle.splice(0).map((idle) => this.#end(idle)));
  }

  /** Not at once: starting the next worker would take its time from the one that was just given away. */
  #refillSoon(): void {
    setTimeout(() => this.#refill(), refillAfterMs).unref();
  }

  #refill(): void {
    while (!this.#disposed && this.#idle.length < this.#options.minIdle) this.#keep(this.#options.start());
  }

  #keep(starting: Promise<WorkerProcess>): void {
    this.#idle.push(starting);
    const drop = () => {
      const place = this.#idle.indexOf(starting);
      if (place >= 0) this.#idle.splice(place, 1);
      return place >= 0;
    };
    starting.then(
      async (worker) => {
        if (this.#disposed && drop()) return this.#end(starting);
        await worker.exited;
        // Still ours: it died while idle. Whoever took it looks after it.
        if (drop()) worker.release();
      },
      (error: unknown) => {
        drop();
        this.#options.logger.warn(
          { error: error instanceof Error ? error.message : String(error) },
          'no idle worker',
        );
      },
    );
  }

  async #end(idle: Promise<WorkerProcess>): Promise<void> {
    const worker = await idle.catch(() => undefined);
    if (worker === undefined) return;
    worker.peer.link.close();
    if (!(await withinMs(worker.exited, this.#options.exitGraceMs))) worker.kill('SIGKILL');
    await worker.exited;
    worker.release();
  }
}
