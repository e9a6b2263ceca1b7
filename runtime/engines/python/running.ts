/**
 * The evaluation that a worker runs: its end, its interrupt, and the nudges that keep its gathered output
 * from being late. It does not know what the evaluation prints or returns.
 */
import type { Outcome } from '../../core/engine.ts';
import type { ProtocolError } from '../../protocol/errors.ts';
import { deferred } from './deferred.ts';
import type { WorkerProcess } from './worker-process.ts';

/** How often a worker that gathers its output is told to flush. */
const nudgeMs = 20;
/** A worker that has not said `started` by then is interrupted before, too. */
const startedWithinMs = 50;

export class Running {
  readonly id: string;
  readonly #worker: WorkerProcess;
  readonly #outcome = deferred<Outcome>();
  #hasStarted = false;
  /** An interrupt came before user code ran. */
  #interruptIsDue = false;
  #waitingInterrupt: NodeJS.Timeout | undefined;
  #nudging: NodeJS.Timeout | undefined;

  constructor(id: string, worker: WorkerProcess) {
    this.id = id;
    this.#worker = worker;
  }

  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }

  /** User code runs from now on, so that a SIGINT is not ignored. */
  started(id: string): void {
    if (id !== this.id) return;
    this.#hasStarted = true;
    if (this.#interruptIsDue) this.#signal();
  }

  /**
   * SIGINT for the group, at once or as soon as user code runs. A worker that is late to start gets one more
   * before: a background task may keep it from starting. It may also just be slow, and then it ignores that
   * one; so the one that is due is sent in any case.
   */
  interrupt(): void {
    if (this.#hasStarted) this.#signal();
    this.#interruptIsDue = true;
    if (!this.#hasStarted) this.#waitingInterrupt ??= setTimeout(() => this.#signal(), startedWithinMs);
  }

  /** While it gathers output, the worker is nudged, so that a program that blocks shows what it wrote. */
  burst(on: boolean): void {
    clearInterval(this.#nudging);
    this.#nudging = on ? setInterval(() => this.#nudge(), nudgeMs) : undefined;
  }

  settle(outcome: Outcome): void {
    this.#stop();
    this.#outcome.resolve(outcome);
  }

  fail(error: ProtocolError): void {
    this.#stop();
    this.#outcome.reject(error);
  }

  #signal(): void {
    clearTimeout(this.#waitingInterrupt);
    this.#waitingInterrupt = undefined;
    // Windows has no SIGINT for another process: the worker's helper thread takes the frame.
    if (process.platform === 'win32') this.#worker.peer.link.send({ type: 'interrupt' });
    else this.#worker.kill('SIGINT');
  }

  #stop(): void {
    clearInterval(this.#nudging);
    clearTimeout(this.#waitingInterrupt);
    this.#waitingInterrupt = undefined;
  }

  // Only for the worker itself: SIGURG is ignored by default, but its children may have a use of their own.
  #nudge(): void {
    try {
      process.kill(this.#worker.pid, 'SIGURG');
    } catch {
      this.burst(false);
    }
  }
}
