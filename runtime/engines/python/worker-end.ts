/**
 * How the process of a session ends: its link closes, it exits, what is left in its pipes is read, its group is
 * ended. It says when all that is over, and why, and knows nothing of evaluations.
 */
import { deferred } from './deferred.ts';
import { causeOf, type Exit, unseenExit } from './exit.ts';
import type { BadFrame } from './link-messages.ts';
import type { OutputText } from './output.ts';
import { withinMs } from './within.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface Ended {
  readonly exit: Exit;
  /** A sentence for a person. */
  readonly cause: string;
}

export class WorkerEnd {
  readonly #worker: WorkerProcess;
  readonly #output: OutputText;
  readonly #exitGraceMs: number;
  readonly #linkClosed = deferred<void>();
  readonly #exited = deferred<Exit>();
  readonly #over: Promise<Ended>;
  #problem: string | undefined;

  constructor(worker: WorkerProcess, output: OutputText, exitGraceMs: number) {
    this.#worker = worker;
    this.#output = output;
    this.#exitGraceMs = exitGraceMs;
    void worker.exited.then((exit) => this.#exited.resolve(exit));
    this.#over = this.#exited.promise.then((exit) => this.#clear(exit));
  }

  /** Settles when the process is gone and all that it said has been taken. */
  get over(): Promise<Ended> {
    return this.#over;
  }

  /** What went wrong on the link, where something did. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The process said what it must not: its link is closed, which ends it. */
  breakLink(problem: string): void {
    this.#problem = problem;
    this.#worker.peer.link.close();
  }

  onLinkClose(cause: BadFrame | undefined): void {
    if (cause !== undefined) this.#problem = cause.message;
    this.#linkClosed.resolve();
    void this.#endWithoutLink();
  }

  /** Waits for the process to end by itself, and then no longer. */
  async endWithin(graceMs: number): Promise<void> {
    if (!(await withinMs(this.#exited.promise, graceMs))) this.#worker.kill('SIGKILL');
  }

  async #endWithoutLink(): Promise<void> {
    if (await withinMs(this.#exited.promise, this.#exitGraceMs)) return;
    // It lives, but nobody can talk to it any more: the program closed our descriptors, or broke the link.
    this.#problem ??= 'its connection was closed from inside';
    this.#worker.kill('SIGKILL');
    // Nobody may be there to tell of it: a system without subreapers, where another process has thawed it.
    if (!(await withinMs(this.#exited.promise, this.#exitGraceMs))) this.#exited.resolve(unseenExit);
  }

  async #clear(exit: Exit): Promise<Ended> {
    const { peer, fifos } = this.#worker;
    // The rest of the group has lost its session; then nothing new can come, and what is left is read.
    this.#worker.kill('SIGKILL');
    peer.link.resume();
    if (!(await withinMs(this.#linkClosed.promise, this.#exitGraceMs))) peer.link.close();
    this.#output.flush();
    fifos?.drain();
    this.#output.finish();
    this.#worker.release();
    const cause = this.#problem === undefined ? causeOf(exit) : `Python was ended: ${this.#problem}`;
    return { exit, cause };
  }
}
