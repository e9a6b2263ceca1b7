/**
 * One Python session: a worker process seen as an `EngineSession`. It translates between the engine's
 * interface and the worker's frames, and says how the process died. It does not start processes and does not
 * know the queue, the log or any client.
 */
import type { EngineHost, EngineSession, Evaluation, Outcome } from '../../core/engine.ts';
import type { Logger } from '../../core/logger.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import type { Analyst } from './analyst.ts';
import { deferred } from './deferred.ts';
import { causeOf, type Exit } from './exit.ts';
import { BadFrame, type Frame, outcomeOf } from './link-messages.ts';
import { LookLink } from './look-link.ts';
import { Looks } from './looks.ts';
import { OutputText } from './output.ts';
import { Running } from './running.ts';
import { ShadowKeeper } from './shadow-keeper.ts';
import { withinMs } from './within.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface SessionLimits {
  /** For the live part of a look. */
  readonly lookTimeoutMs: number;
  /** How long a look waits for a fresh shadow. */
  readonly shadowWaitMs: number;
  /** How long a process may take to end by itself before it is killed. */
  readonly exitGraceMs: number;
  readonly startTimeoutMs: number;
}

export interface SessionParts {
  readonly sessionId: string;
  readonly worker: WorkerProcess;
  readonly host: EngineHost;
  readonly analyst: Analyst;
  readonly limits: SessionLimits;
  readonly logger: Logger;
  readonly cwd: string | undefined;
}

/** Owns its worker: when the session is disposed or dies, the process and its group are gone. */
export class PythonSession implements EngineSession {
  readonly about: Readonly<Record<string, unknown>>;
  readonly #worker: WorkerProcess;
  readonly #host: EngineHost;
  readonly #limits: SessionLimits;
  readonly #logger: Logger;
  readonly #output: OutputText;
  readonly #shadows: ShadowKeeper | undefined;
  readonly #looks: Looks;
  readonly #workerLook: LookLink;
  readonly #configured = deferred<void>();
  readonly #linkClosed = deferred<void>();
  readonly #gone = deferred<void>();
  #running: Running | undefined;
  #state: 'live' | 'disposing' | 'dead' = 'live';
  #linkProblem: string | undefined;

  constructor(parts: SessionParts) {
    const { worker, host, limits, logger } = parts;
    const { python } = worker.peer.hello;
    this.about = {
      language: 'python',
      version: python.version,
      interpreter: python.executable,
      prefix: python.prefix,
      pid: worker.pid,
    };
    this.#worker = worker;
    this.#host = host;
    this.#limits = limits;
    this.#logger = logger;
    this.#output = new OutputText((stream, data) => host.emit({ type: 'output', stream, data }));
    this.#workerLook = new LookLink(worker.peer.link);
    const forks = worker.fifos !== undefined;
    this.#shadows = forks ? new ShadowKeeper(() => worker.peer.link.send({ type: 'shadow' })) : undefined;
    this.#looks = new Looks({
      sessionId: parts.sessionId,
      shadows: this.#shadows,
      worker: forks ? undefined : this.#workerLook,
      isIdle: () => this.#running === undefined,
      analyst: parts.analyst,
      liveTimeoutMs: limits.lookTimeoutMs,
      shadowWaitMs: limits.shadowWaitMs,
      logger,
    });
  }

  /** Takes the worker over and prepares it. Errors: `interpreter-failed`, the signal's reason. */
  static async open(parts: SessionParts, signal: AbortSignal): Promise<PythonSession> {
    const session = new PythonSession(parts);
    try {
      await session.#take(parts.cwd, signal);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return session;
  }

  /** Settles when the process is gone, for whatever reason. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  evaluate(evaluation: Evaluation): Promise<Outcome> {
    if (this.#state !== 'live')
      return Promise.reject(new ProtocolError('worker-died', 'the Python process of this session has ended'));
    this.#running = new Running(evaluation.executionId, this.#worker);
    const { executionId, executionCount, ns: _ns, ...fields } = evaluation;
    this.#worker.peer.link.send({
      type: 'eval',
      id: executionId,
      execution_count: executionCount,
      ...fields,
    });
    return this.#running.outcome;
  }

  async interrupt(): Promise<void> {
    this.#running?.interrupt();
  }

  provideInput(inputId: string, data: string | undefined): void {
    const answer = data === undefined ? {} : { data };
    this.#worker.peer.link.send({ type: 'stdin', input_id: inputId, ...answer });
  }

  async complete(request: Params<'complete'>, signal: AbortSignal): Promise<Returns<'complete'>> {
    return (await this.#looks.look('complete', request, signal)) ?? { completions: [] };
  }

  async info(request: Params<'info'>, signal: AbortSignal): Promise<Returns<'info'> | undefined> {
    return this.#looks.look('info', request, signal);
  }

  pause(): void {
    this.#worker.fifos?.pause();
    // Displays, and without fork all output, come over the link; the outcome waits with them, in order.
    this.#worker.peer.link.pause();
  }

  resume(): void {
    this.#worker.fifos?.resume();
    this.#worker.peer.link.resume();
  }

  async dispose(): Promise<void> {
    if (this.#state === 'live') {
      this.#state = 'disposing';
      // What is written while it ends goes nowhere, but it must be read, or the process could not end.
      this.resume();
      this.#worker.peer.link.send({ type: 'exit' });
      this.#running?.interrupt();
      if (!(await withinMs(this.#worker.exited, this.#limits.exitGraceMs))) this.#worker.kill('SIGKILL');
    }
    await this.#gone.promise;
  }

  async #take(cwd: string | undefined, signal: AbortSignal): Promise<void> {
    const { peer, fifos, exited } = this.#worker;
    this.#worker.onShadow = (shadow) => this.#shadows?.add(shadow);
    peer.listen({ onFrame: (frame) => this.#onFrame(frame), onClose: (cause) => this.#onLinkClose(cause) });
    void exited.then((exit) => this.#onExit(exit));
    fifos?.start((stream, bytes) => this.#output.take(stream, bytes));
    peer.link.send({ type: 'configure', ...(cwd === undefined ? {} : { cwd }) });
    if (!(await withinMs(this.#configured.promise, this.#limits.startTimeoutMs, signal))) {
      signal.throwIfAborted();
      throw new ProtocolError(
        'interpreter-failed',
        'a Python process did not get ready; send again to start another',
      );
    }
  }

  #onFrame(frame: Frame): void {
    // What was read from the pipes before this frame was written before it.
    this.#output.flush();
    if (this.#state === 'dead') return;
    try {
      this.#handle(frame);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      this.#linkProblem = error.message;
      this.#worker.peer.link.close();
    }
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case 'configured':
        this.#configured.resolve();
        break;
      case 'started':
        this.#running?.started(frame.id);
        break;
      case 'burst':
        this.#running?.burst(frame.on);
        break;
      case 'sync':
        this.#worker.peer.link.send({ type: 'sync', n: frame.n });
        break;
      case 'input':
      case 'display':
      case 'notice':
        this.#host.emit(frame);
        break;
      case 'input_done':
        this.#host.emit({ type: 'input_done', input_id: frame.input_id, outcome: 'interrupted' });
        break;
      case 'output':
        this.#takeOutput(frame);
        break;
      case 'answer':
        this.#workerLook.onAnswer(frame);
        break;
      case 'outcome':
        this.#settle(frame);
        break;
      default:
        this.#logger.warn({ pid: this.#worker.pid, frame: frame.type }, 'unexpected frame from a worker');
    }
  }

  #takeOutput({ stream, data }: Frame<'output'>): void {
    if (typeof data === 'string') this.#output.takeText(stream, data);
    else this.#output.take(stream, data);
  }

  #settle(frame: Frame<'outcome'>): void {
    const running = this.#running;
    if (running === undefined || running.id !== frame.id) return;
    const outcome = outcomeOf(frame);
    this.#output.finish();
    this.#shadows?.ended(frame.generation);
    this.#running = undefined;
    running.settle(
      outcome.kind === 'error' ? { ...outcome, interrupted: outcome.interrupted ?? false } : outcome,
    );
  }

  #onLinkClose(cause: BadFrame | undefined): void {
    if (cause !== undefined) this.#linkProblem = cause.message;
    this.#linkClosed.resolve();
    this.#workerLook.onClose();
    void withinMs(this.#worker.exited, this.#limits.exitGraceMs).then((ended) => {
      if (ended) return;
      // It lives, but nobody can talk to it any more: the program closed our descriptors, or broke the link.
      this.#linkProblem ??= 'its connection was closed from inside';
      this.#worker.kill('SIGKILL');
    });
  }

  async #onExit(exit: Exit): Promise<void> {
    const { peer, fifos } = this.#worker;
    // The rest of the group has lost its session; then nothing new can come, and what is left is read.
    this.#worker.kill('SIGKILL');
    peer.link.resume();
    if (!(await withinMs(this.#linkClosed.promise, this.#limits.exitGraceMs))) peer.link.close();
    this.#output.flush();
    fifos?.drain();
    this.#output.finish();
    this.#worker.release();
    this.#shadows?.dispose();
    this.#end(exit);
    this.#gone.resolve();
  }

  #end(exit: Exit): void {
    const former = this.#state;
    this.#state = 'dead';
    const cause = former === 'disposing' ? 'the session was ended' : this.#causeOf(exit);
    const running = this.#running;
    this.#running = undefined;
    running?.fail(new ProtocolError('worker-died', cause, { details: { ...exit } }));
    this.#configured.reject(new ProtocolError('interpreter-failed', cause));
    if (former !== 'live') return;
    this.#logger.warn({ pid: this.#worker.pid, ...exit, problem: this.#linkProblem }, 'worker died');
    this.#host.died(cause);
  }

  #causeOf(exit: Exit): string {
    return this.#linkProblem === undefined ? causeOf(exit) : `Python was ended: ${this.#linkProblem}`;
  }
}
