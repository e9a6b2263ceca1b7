/**
 * One Python session: a worker process seen as an `EngineSession`. It translates between the engine's
 * interface and the worker's frames. It does not start processes and does not know the queue, the log or any client.
 */
import type {
  EngineHost,
  EngineSession,
  EngineSnapshot,
  Evaluation,
  Outcome,
  SavedState,
} from '../../core/engine.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import type { KeepReport } from '../../protocol/states.ts';
import type { Captures } from './captures.ts';
import { Debugging } from './debugging/debugging.ts';
import { type Deferred, deferred } from './deferred.ts';
import { FrozenCaptures } from './frozen-captures.ts';
import type { Adopted, Home, Resumable, SnapshotPolicy } from './home.ts';
import { BadFrame, type Frame, outcomeOf } from './link-messages.ts';
import { Loading } from './loading.ts';
import { LookLink } from './look-link.ts';
import { Looks } from './looks.ts';
import { OutputText } from './output.ts';
import { type Asking, askState } from './questions.ts';
import { Running } from './running.ts';
import { SerializedCaptures } from './serialized-captures.ts';
import { withinMs } from './within.ts';
import { type Ended, WorkerEnd } from './worker-end.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface SessionParts {
  readonly sessionId: string;
  readonly worker: WorkerProcess;
  readonly host: EngineHost;
  readonly home: Home;
  readonly policy: SnapshotPolicy;
}

/** What a session begins with: a fresh worker in a folder, or one that goes on from a state. */
export type Beginning =
  | { readonly cwd: string | undefined; readonly saved?: SavedState }
  | { readonly resumed: Resumable }
  | { readonly adopted: Adopted };

/** Owns its worker: when the session is disposed or dies, the process and its group are gone. */
export class PythonSession implements EngineSession {
  readonly about: Readonly<Record<string, unknown>>;
  readonly #parts: SessionParts;
  readonly #worker: WorkerProcess;
  readonly #host: EngineHost;
  readonly #output: OutputText;
  readonly #end: WorkerEnd;
  readonly #captures: Captures;
  readonly #looks: Looks;
  readonly #workerLook: LookLink;
  readonly #debugging: Debugging;
  #configured: Deferred<void> | undefined;
  readonly #loading = new Loading();
  readonly #gone = deferred<void>();
  #running: Running | undefined;
  #state: 'live' | 'disposing' | 'dead' = 'live';

  constructor(parts: SessionParts, beginning: Beginning) {
    const resumed = 'resumed' in beginning ? beginning.resumed : undefined;
    const generation = 'adopted' in beginning ? beginning.adopted.generation : 0;
    const { worker, host, home, sessionId } = parts;
    const { version, executable, prefix } = worker.python;
    this.about = { language: 'python', version, interpreter: executable, prefix, pid: worker.pid };
    this.#parts = parts;
    this.#worker = worker;
    this.#host = host;
    this.#output = new OutputText((stream, data) => host.emit({ type: 'output', stream, data }));
    this.#end = new WorkerEnd(worker, this.#output, home.limits.exitGraceMs);
    this.#workerLook = new LookLink(worker.peer.link);
    this.#debugging = new Debugging({ worker, host, home, budget: home.recordings });
    const common = { host, home, policy: parts.policy, isIdle: () => this.#running === undefined };
    const { nursery } = worker;
    this.#captures =
      nursery === undefined
        ? new SerializedCaptures({ ...common, worker: this.#workerLook, shelf: home.shelf })
        : new FrozenCaptures(
            {
              ...common,
              worker,
              origin: resumed?.state,
              generation,
              takeOther: (peer) => this.#debugging.takeFrozen(peer),
            },
            nursery,
          );
    this.#looks = new Looks({
      name: sessionId,
      whom: (signal) => this.#captures.quick(signal),
      analyst: home.analyst,
      liveTimeoutMs: home.limits.lookTimeoutMs,
      logger: home.logger,
    });
  }

  /** Takes the worker over and prepares it. Errors: `interpreter-failed`, the signal's reason; of `saved`: those of `Loading`. */
  static async open(
    parts: SessionParts,
    beginning: Beginning,
    signal: AbortSignal,
  ): Promise<{ session: PythonSession; report: KeepReport | undefined; outcome?: Promise<Outcome> }> {
    const session = new PythonSession(parts, beginning);
    try {
      const report = await session.#begin(beginning, signal);
      session.#captures.begin();
      const outcome = session.#running?.outcome;
      return { session, report, ...(outcome === undefined ? {} : { outcome }) };
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  /** Settles when the process is gone, for whatever reason. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  evaluate(evaluation: Evaluation): Promise<Outcome> {
    if (this.#state !== 'live')
      return Promise.reject(new ProtocolError('worker-died', 'the Python process of this session has ended'));
    this.#captures.beforeNext(evaluation.silent);
    this.#running = new Running(evaluation.executionId, this.#worker);
    const { executionId, executionCount, ns: _ns, ...rest } = evaluation;
    const fields = { ...rest, ...this.#debugging.begin(evaluation) };
    this.#send({ type: 'eval', id: executionId, execution_count: executionCount, ...fields });
    return this.#running.outcome;
  }

  async interrupt(): Promise<void> {
    this.#running?.interrupt();
  }

  provideInput(inputId: string, data: string | undefined): void {
    this.#send({ type: 'stdin', input_id: inputId, ...(data === undefined ? {} : { data }) });
  }

  async complete(request: Params<'complete'>, signal: AbortSignal): Promise<Returns<'complete'>> {
    return (await this.#looks.look('complete', request, signal)) ?? { completions: [] };
  }

  info(request: Params<'info'>, signal: AbortSignal): Promise<Returns<'info'> | undefined> {
    return this.#looks.look('info', request, signal);
  }

  async inspect(request: Params<'inspect'>, signal: AbortSignal): Promise<Returns<'inspect'>> {
    return askState('inspect', request, await this.#asking(signal));
  }

  async table(request: Params<'table'>, signal: AbortSignal): Promise<Returns<'table'>> {
    return askState('table', request, await this.#asking(signal));
  }

  navigate(request: Params<'navigate'>, signal: AbortSignal): Promise<Returns<'navigate'>> {
    return this.#debugging.navigate(request, signal);
  }

  branch(request: Params<'navigate'>, signal: AbortSignal) {
    return this.#debugging.branch(request, signal);
  }

  snapshot(signal: AbortSignal): Promise<EngineSnapshot> {
    return this.#captures.snapshot(signal);
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
      this.#captures.dispose();
      this.#debugging.dispose();
      // What is written while it ends goes nowhere, but it must be read, or the process could not end.
      this.resume();
      this.#send({ type: 'exit' });
      this.#running?.interrupt();
      await this.#end.endWithin(this.#parts.home.limits.exitGraceMs);
    }
    await this.#gone.promise;
  }

  async abandon(): Promise<void> {
    if (this.#state === 'live') {
      this.#state = 'disposing';
      this.#captures.dispose();
      this.#debugging.dispose();
      this.resume();
      this.#worker.kill('SIGKILL');
    }
    await this.#gone.promise;
  }

  async #begin(beginning: Beginning, signal: AbortSignal): Promise<KeepReport | undefined> {
    const { peer, fifos } = this.#worker;
    peer.listen({
      onFrame: (frame) => this.#onFrame(frame),
      onClose: (cause) => {
        this.#workerLook.onClose();
        this.#end.onLinkClose(cause);
      },
    });
    void this.#end.over.then((ended) => this.#onEnd(ended));
    fifos?.start((stream, bytes) => this.#output.take(stream, bytes));
    const { policy } = this.#parts;
    if ('resumed' in beginning) {
      if (beginning.resumed.policy !== policy) await this.#configure({ snapshots: policy }, signal);
      return undefined;
    }
    if ('adopted' in beginning) {
      await this.#goOn(beginning.adopted, signal);
      return undefined;
    }
    const { cwd, saved } = beginning;
    const folder = cwd === undefined ? {} : { cwd };
    if (saved === undefined) {
      await this.#configure({ ...folder, snapshots: policy }, signal);
      return undefined;
    }
    // Nothing is captured before it is whole.
    await this.#configure({ ...folder, snapshots: 'never' }, signal);
    const report = await this.#loading.load(peer.link, saved, signal);
    await this.#configure({ snapshots: policy }, signal);
    return report;
  }

  /** In the middle of an evaluation, or between two. */
  async #goOn({ running, points }: Adopted, signal: AbortSignal): Promise<void> {
    const { policy } = this.#parts;
    if (running === undefined) await this.#configure({ snapshots: policy }, signal);
    else {
      this.#running = new Running(running.evaluation.executionId, this.#worker);
      this.#running.started(running.evaluation.executionId);
      await this.#debugging.goOn(running.evaluation, running.place, points);
    }
    // Both ends have them open: it has answered since.
    this.#worker.fifos?.unlink();
  }

  async #configure(fields: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const configured = deferred<void>();
    this.#configured = configured;
    this.#send({ type: 'configure', ...fields });
    const { startTimeoutMs } = this.#parts.home.limits;
    if (await withinMs(configured.promise, startTimeoutMs, signal)) return;
    signal.throwIfAborted();
    const message = 'a Python process did not get ready; send again to start another';
    throw new ProtocolError('interpreter-failed', message);
  }

  #send(frame: { readonly type: string } & Readonly<Record<string, unknown>>): void {
    this.#worker.peer.link.send(frame);
  }

  async #asking(signal: AbortSignal): Promise<Asking> {
    const { logger, limits } = this.#parts.home;
    const whom = await this.#captures.slow(signal);
    if (whom !== undefined) return { whom, timeoutMs: limits.stateTimeoutMs, logger, signal };
    if (this.#state !== 'live')
      throw new ProtocolError('session-dead', 'the Python process of this session has ended');
    throw new ProtocolError('session-busy', 'the variables cannot be looked at while the session is busy');
  }

  #onFrame(frame: Frame): void {
    // What was read from the pipes before this frame was written before it.
    this.#output.flush();
    if (this.#state === 'dead') return;
    try {
      this.#handle(frame);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      this.#end.breakLink(error.message);
    }
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case 'configured':
        this.#configured?.resolve();
        break;
      case 'started':
        this.#running?.started(frame.id);
        break;
      case 'burst':
        this.#running?.burst(frame.on);
        break;
      case 'sync':
        this.#send({ type: 'sync', n: frame.n });
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
      case 'frozen':
        this.#captures.onFrozen(frame);
        break;
      case 'loaded':
        this.#loading.onLoaded(frame);
        break;
      case 'outcome':
        this.#settle(frame);
        break;
      case 'debugged':
      case 'stopped':
      case 'logged':
      case 'breakpoint_changed':
      case 'moment':
      case 'recorded':
        this.#debugging.onFrame(frame);
        break;
      default:
        this.#parts.home.logger.warn(
          { pid: this.#worker.pid, frame: frame.type },
          'unexpected frame from a worker',
        );
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
    this.#running = undefined;
    const ended =
      outcome.kind === 'error' ? { ...outcome, interrupted: outcome.interrupted ?? false } : outcome;
    const trace = this.#debugging.ended(ended);
    running.settle(trace === undefined ? ended : { ...ended, trace });
    this.#captures.ended(frame.generation, frame.id);
  }

  #onEnd({ exit, cause: why }: Ended): void {
    const former = this.#state;
    const cause = former === 'disposing' ? 'the session was ended' : why;
    this.#state = 'dead';
    this.#captures.died();
    this.#debugging.died();
    const running = this.#running;
    this.#running = undefined;
    running?.fail(new ProtocolError('worker-died', cause, { details: { ...exit } }));
    const failed = new ProtocolError('interpreter-failed', cause);
    this.#configured?.reject(failed);
    this.#loading.fail(failed);
    if (former === 'live') {
      const { logger } = this.#parts.home;
      logger.warn({ pid: this.#worker.pid, ...exit, problem: this.#end.problem }, 'worker died');
      this.#host.died(cause);
    }
    this.#gone.resolve();
  }
}
