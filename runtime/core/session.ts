/**
 * A session: its queue of evaluations, its state and its event log. It outlives the process behind it
 * (`restart`). It keeps the promise that every evaluation ends exactly once, whatever its engine does. It
 * knows engines only by their interface, and readers of its log only as something to wake.
 */
import { ProtocolError } from '../protocol/errors.ts';
import type { Event } from '../protocol/events.ts';
import type { Engine, EngineEvent, EngineHost, EngineSession, SessionOptions } from './engine.ts';
import {
  describeEvaluation,
  type EndBody,
  type EvaluationEnd,
  type EvaluationSpec,
  endOfOutcome,
  endWithout,
} from './evaluation.ts';
import type { EventLog } from './event-log.ts';
import { EventRecorder } from './event-recorder.ts';
import type { Logger } from './logger.ts';
import { PendingInputs } from './pending-inputs.ts';
import { Readers } from './readers.ts';

export type SessionState = Event<'status'>['state'];

export interface SessionSettings {
  readonly engine: Engine;
  readonly options: SessionOptions;
  readonly name?: string;
  readonly log: EventLog;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How many evaluations may wait; one more is refused with `queue-full`. */
  readonly maxQueued: number;
}

/** An evaluation that was accepted, and whom to tell its end. */
interface Accepted {
  readonly spec: EvaluationSpec;
  readonly end: (end: EvaluationEnd) => void;
}

interface Running extends Accepted {
  readonly executionCount: number;
}

export class Session {
  readonly id: string;
  readonly engineName: string;
  readonly name: string | undefined;
  readonly cwd: string | undefined;
  /** Unix seconds. */
  readonly created: number;
  readonly log: EventLog;
  readonly readers: Readers;
  readonly #settings: SessionSettings;
  readonly #events: EventRecorder;
  readonly #inputs = new PendingInputs();
  readonly #queue: Accepted[] = [];
  readonly #opening = new AbortController();
  #state: SessionState | undefined;
  #running: Running | undefined;
  #lastExecutionId: string | undefined;
  #executionCount = 0;
  #engineSession: EngineSession | undefined;
  /** Counts the processes that the session had; what an earlier one still says is dropped. */
  #life = 0;
  #lifecycle: Promise<void> = Promise.resolve();
  #deathCause = '';
  #closed = false;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
    this.id = settings.options.sessionId;
    this.engineName = settings.engine.name;
    this.name = settings.name;
    this.cwd = settings.options.cwd;
    this.created = settings.now() / 1000;
    this.log = settings.log;
    this.readers = new Readers((paused) => this.#setPaused(paused));
    const onDidAppend = (): void => this.readers.wake();
    this.#events = new EventRecorder({ ...settings, sessionId: this.id, onDidAppend });
  }

  get state(): SessionState {
    return this.#state ?? 'starting';
  }

  /** Evaluations that wait behind the running one. */
  get queued(): number {
    return this.#queue.length;
  }

  /** True after `close`: nothing follows in its log. */
  get closed(): boolean {
    return this.#closed;
  }

  /** What the engine says of the session; empty while it starts. */
  get about(): Readonly<Record<string, unknown>> {
    return this.#engineSession?.about ?? {};
  }

  /** The engine's side, for what does not pass the queue; undefined while it starts. Throws `session-dead`. */
  engineSession(): EngineSession | undefined {
    this.#requireAlive();
    return this.#engineSession;
  }

  /** Brings it to `idle`; called once. Rejects as `Engine.openSession` does. */
  open(): Promise<void> {
    this.#setState('starting');
    this.#lifecycle = this.#startProcess('opened');
    return this.#lifecycle;
  }

  /**
   * Runs code after what is queued before it. Resolves with its end, never rejects for what the program
   * does. Throws `session-dead`, `duplicate-id`, `queue-full`.
   */
  evaluate(spec: EvaluationSpec): Promise<EvaluationEnd> {
    this.#requireAlive();
    this.#requireNewId(spec.executionId);
    if (this.#queue.length >= this.#settings.maxQueued) throw queueFull(this.#settings.maxQueued);
    const ended = new Promise<EvaluationEnd>((end) => this.#queue.push({ spec, end }));
    if (this.#canStart()) this.#startNext();
    else this.#announceQueued(spec);
    return ended;
  }

  /**
   * Interrupts what runs and drops what is queued; with an id, only this evaluation. What is dropped has
   * ended when this returns; what runs ends when its engine says so.
   */
  async interrupt(executionId?: string): Promise<{ interrupted?: string; dropped: string[] }> {
    this.#requireAlive();
    const dropped = this.#drop(
      'an interrupt',
      (spec) => executionId === undefined || spec.executionId === executionId,
    );
    const running = this.#running?.spec.executionId;
    if (running === undefined || (executionId !== undefined && executionId !== running)) return { dropped };
    await this.#engineSession?.interrupt();
    return { interrupted: running, dropped };
  }

  /** Answers a pending input; `data` absent is the end of file. Throws `no-pending-input`, `session-dead`. */
  provideInput(inputId: string, data: string | undefined): void {
    this.#requireAlive();
    const done = this.#inputs.answer(inputId, data);
    if (done === undefined) {
      throw new ProtocolError('no-pending-input', `session ${this.id} has no pending input '${inputId}'`, {
        details: { input_id: inputId },
      });
    }
    this.#events.append(done.body, done.executionId);
    this.#followInputs();
    this.#engineSession?.provideInput(inputId, data);
  }

  /** A fresh process. Asked again meanwhile, it restarts once more and both wait for the last one. */
  async restart(): Promise<void> {
    if (this.#closed) throw sessionNotFound(this.id);
    this.#endAll('eval-interrupted', 'the session was restarted');
    this.#life += 1;
    this.#lastExecutionId = undefined;
    this.#setState('starting');
    const life = this.#life;
    const earlier = this.#lifecycle.catch(() => {}); // Whoever asked for the earlier start was told.
    this.#lifecycle = earlier.then(() => this.#replaceProcess(life));
    let last: Promise<void> | undefined;
    while (last !== this.#lifecycle) {
      last = this.#lifecycle;
      await last;
    }
  }

  /** Ends everything; `closed` is the last event. Twice is harmless. Resolves when the process has ended. */
  async close(reason: string): Promise<void> {
    if (this.#closed) return;
    this.#endAll('eval-interrupted', 'the session was closed');
    this.#life += 1;
    this.#events.append({ type: 'closed', reason });
    this.#closed = true;
    this.#opening.abort();
    await this.#engineSession?.dispose();
  }

  async #startProcess(reason: 'opened' | 'restarted'): Promise<void> {
    const { engine, options } = this.#settings;
    const life = this.#life;
    const engineSession = await engine.openSession(options, this.#host(life), this.#opening.signal);
    if (life !== this.#life) return engineSession.dispose();
    this.#engineSession = engineSession;
    this.readers.renew();
    this.#events.append({ type: 'ready', info: engineSession.about, reason });
    if (this.#queue.length === 0) this.#setState('idle');
    this.#startNext();
  }

  async #replaceProcess(life: number): Promise<void> {
    const old = this.#engineSession;
    this.#engineSession = undefined;
    await old?.dispose();
    try {
      if (life === this.#life) await this.#startProcess('restarted');
    } catch (error) {
      this.#die(ProtocolError.from(error).message);
      throw error;
    }
  }

  #host(life: number): EngineHost {
    const isCurrent = (): boolean => life === this.#life && !this.#closed && this.#state !== 'dead';
    return {
      emit: (event) => (isCurrent() ? this.#emit(event) : this.#trace('late event', { type: event.type })),
      died: (cause) => (isCurrent() ? this.#die(cause) : this.#trace('late death', { cause })),
    };
  }

  #emit(event: EngineEvent): void {
    const executionId = this.#running?.spec.executionId ?? this.#lastExecutionId;
    if (event.type === 'input_done') {
      // Core says it itself when a `stdin` answers; from the engine it can only be an input given up.
      if (!this.#inputs.has(event.input_id)) return;
      this.#events.append(event, this.#inputs.remove(event.input_id));
    } else {
      if (event.type === 'input' && !this.#inputs.has(event.input_id)) this.#inputs.add(event, executionId);
      this.#events.append(event, executionId);
    }
    if (event.type === 'input' || event.type === 'input_done') this.#followInputs();
  }

  #followInputs(): void {
    if (this.#running === undefined) return;
    this.#setState(this.#inputs.of(this.#running.spec.executionId).length > 0 ? 'waiting-input' : 'busy');
  }

  #canStart(): boolean {
    return this.#running === undefined && this.#engineSession !== undefined && this.#queue.length === 1;
  }

  #startNext(): void {
    if (this.#running !== undefined || this.#engineSession === undefined) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    if (!next.spec.silent) this.#executionCount += 1;
    const running = { ...next, executionCount: this.#executionCount };
    this.#setState('busy');
    this.#running = running;
    this.#events.append(
      { type: 'started', ...describeEvaluation(next.spec), execution_count: running.executionCount },
      next.spec.executionId,
    );
    void this.#run(running, this.#engineSession);
  }

  /** Never rejects: whatever the engine does becomes the end of the evaluation. */
  async #run(running: Running, engineSession: EngineSession): Promise<void> {
    const { spec, executionCount } = running;
    try {
      const outcome = await engineSession.evaluate({ ...spec, executionCount });
      const ns = outcome.kind === 'result' && outcome.ns !== undefined ? { ns: outcome.ns } : {};
      this.#finish(running, endOfOutcome(outcome, executionCount), ns);
    } catch (error) {
      if (this.#running !== running) return;
      const { code, message } = ProtocolError.from(error);
      if (code === 'worker-died') this.#die(message);
      else this.#finish(running, endWithout(code, message, executionCount));
    }
  }

  #finish(running: Running, body: EndBody, extra: { ns?: string } = {}): void {
    if (this.#running !== running) return;
    this.#endRunning(running, body, extra, () => this.#queue.length === 0 && this.#setState('idle'));
    this.#startNext();
  }

  #endRunning(running: Running, body: EndBody, extra: { ns?: string }, settle: () => void): void {
    const { executionId } = running.spec;
    for (const done of this.#inputs.giveUp(executionId)) this.#events.append(done, executionId);
    if (this.#state === 'waiting-input') this.#setState('busy');
    this.#events.append(body, executionId);
    this.#running = undefined;
    this.#lastExecutionId = executionId;
    settle();
    running.end({ seq: this.log.lastSeq, body, ...extra });
  }

  #die(cause: string): void {
    if (this.#closed || this.#state === 'dead') return;
    this.#deathCause = cause;
    this.#endAll('worker-died', cause);
    for (const done of this.#inputs.giveUp(undefined)) this.#events.append(done);
    this.#setState('dead');
  }

  /** Ends what runs with `code`, and what is queued as dropped. */
  #endAll(code: 'worker-died' | 'eval-interrupted', message: string): void {
    const running = this.#running;
    if (running !== undefined)
      this.#endRunning(running, endWithout(code, message, running.executionCount), {}, () => {});
    this.#drop(code === 'worker-died' ? 'the end of the process' : 'a restart or close');
  }

  #drop(what: string, which: (spec: EvaluationSpec) => boolean = () => true): string[] {
    const dropped = this.#queue.filter(({ spec }) => which(spec));
    const kept = this.#queue.filter(({ spec }) => !which(spec));
    this.#queue.splice(0, this.#queue.length, ...kept);
    for (const { spec, end } of dropped) {
      const body = endWithout('eval-dropped', `the evaluation was queued and never ran: ${what} came first`);
      this.#events.append(body, spec.executionId);
      end({ seq: this.log.lastSeq, body });
    }
    return dropped.map(({ spec }) => spec.executionId);
  }

  #announceQueued(spec: EvaluationSpec): void {
    const position = this.#queue.length - 1 + (this.#running === undefined ? 0 : 1);
    this.#events.append({ type: 'queued', position, ...describeEvaluation(spec) }, spec.executionId);
  }

  #setState(state: SessionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.append({ type: 'status', state });
  }

  #setPaused(paused: boolean): void {
    if (this.#state === 'dead' || this.#closed) return;
    if (paused) this.#engineSession?.pause();
    else this.#engineSession?.resume();
  }

  #requireAlive(): void {
    if (this.#closed) throw sessionNotFound(this.id);
    if (this.#state !== 'dead') return;
    const message = `the process of session ${this.id} has ended: ${this.#deathCause}; restart the session to go on`;
    throw new ProtocolError('session-dead', message, { details: { cause: this.#deathCause } });
  }

  #requireNewId(executionId: string): void {
    const isKnown =
      this.#running?.spec.executionId === executionId ||
      this.#queue.some(({ spec }) => spec.executionId === executionId);
    if (isKnown)
      throw new ProtocolError(
        'duplicate-id',
        `an evaluation with the id '${executionId}' is not over yet in session ${this.id}`,
      );
  }

  #trace(event: string, fields: object): void {
    this.#settings.logger.debug({ session: this.id, ...fields }, event);
  }
}

export function sessionNotFound(id: string): ProtocolError {
  return new ProtocolError('session-not-found', `no session '${id}' is open`, { details: { session: id } });
}

function queueFull(maxQueued: number): ProtocolError {
  return new ProtocolError(
    'queue-full',
    `${maxQueued} evaluations wait in the session already; try again when some have ended`,
  );
}
