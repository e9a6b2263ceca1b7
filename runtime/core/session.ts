/**
 * A session: its queue of evaluations, its state and its event log. It outlives the process behind it (`restart`), and
 * it can be put into any state that is held (`restore`). It knows engines only by their interface, and readers of its log
 * only as something to wake. What runs when is `session/runner.ts`.
 */
import { ProtocolError } from '../protocol/errors.ts';
import type { EventBody } from '../protocol/events.ts';
import type { KeepReport, OutsideEffect, StateWarning } from '../protocol/states.ts';
import type { Branch, Engine, EngineSession, SessionOptions } from './engine.ts';
import type { EvaluationEnd, EvaluationSpec } from './evaluation.ts';
import type { EventLog } from './event-log.ts';
import type { Logger } from './logger.ts';
import { Readers } from './readers.ts';
import type { EngineLife } from './session/engine-life.ts';
import { Lives } from './session/lives.ts';
import { Present } from './session/present.ts';
import { type After, Runner } from './session/runner.ts';
import { Transactions } from './session/transactions.ts';
import { type SessionState, Voice } from './session/voice.ts';
import { executionCountAt, type StateNode, type StateOrigin } from './states/state-node.ts';
import type { OpenedState, States } from './states/states.ts';
import { warningsOfMove } from './states/warnings.ts';

export interface SessionSettings {
  readonly engine: Engine;
  readonly options: SessionOptions;
  readonly name?: string;
  /** The state that it goes on from; without, it starts with a fresh process. */
  readonly from?: StateNode;
  /** The moment of a recorded program that it goes on from. */
  readonly branch?: Branch;
  readonly states: States;
  readonly log: EventLog;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  readonly after: After;
  /** How many evaluations may wait; one more is refused with `queue-full`. */
  readonly maxQueued: number;
}

/** What to do when a session that is to be put into another state runs something. */
export type WhenBusy = 'refuse' | 'queue' | 'interrupt';

export interface Restored {
  /** The state that was left; undefined where the engine has no snapshots. */
  readonly left: StateNode | undefined;
  readonly undone: string[];
  readonly redone: string[];
  readonly warnings: StateWarning[];
  readonly report?: KeepReport;
}

/** How long a restart waits for the state that it leaves to be captured. */
const lastStateDeadlineMs = 2000;

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
  readonly #voice: Voice;
  readonly #present: Present;
  readonly #lives: Lives;
  readonly #transactions: Transactions;
  readonly #runner: Runner;
  /** Aborted when the process that is being opened is not wanted any more. */
  #opening = new AbortController();
  #lifecycle: Promise<void> = Promise.resolve();
  #report: KeepReport | undefined;
  #closed = false;

  constructor(settings: SessionSettings) {
    const { engine, options, states, log, logger, now } = settings;
    this.#settings = settings;
    this.id = options.sessionId;
    this.engineName = engine.name;
    this.name = settings.name;
    this.cwd = options.cwd;
    this.created = now() / 1000;
    this.log = log;
    this.readers = new Readers((paused) => this.#setPaused(paused));
    const onDidAppend = (): void => this.readers.wake();
    this.#voice = new Voice({ sessionId: this.id, log, logger, now, onDidAppend });
    this.#present = new Present({ ...settings, session: this.id, origin: originOf(settings) });
    const parts = { session: this.id, states, present: this.#present, voice: this.#voice, logger };
    this.#lives = new Lives({
      ...parts,
      engine,
      options,
      listener: {
        emit: (event) => this.#whileOpen(`event ${event.type}`, () => this.#voice.emit(event)),
        died: (cause) => this.#whileOpen(`death: ${cause}`, () => this.#runner.die(cause)),
        captured: (life, snapshot) => this.#present.captured(life, snapshot, this.#runner.running),
        late: (what) => this.#trace('late', { what }),
      },
      onDidReplace: () => this.#replaced(),
    });
    this.#transactions = new Transactions({ ...parts, lives: this.#lives });
    this.#runner = new Runner({
      ...parts,
      lives: this.#lives,
      transactions: this.#transactions,
      after: settings.after,
      lastSeq: () => log.lastSeq,
      maxQueued: settings.maxQueued,
      executionCount: settings.from === undefined ? 0 : executionCountAt(settings.from),
    });
  }

  /** With what it was opened. */
  get origin(): StateOrigin {
    return originOf(this.#settings);
  }

  get state(): SessionState {
    return this.#voice.state;
  }

  /** Evaluations that wait behind the running one. */
  get queued(): number {
    return this.#runner.queued;
  }

  /** Evaluations that began so far and count. */
  get executionCount(): number {
    return this.#runner.executionCount;
  }

  /** True after `close`: nothing follows in its log. */
  get closed(): boolean {
    return this.#closed;
  }

  /** What the engine says of the session; empty while it starts. */
  get about(): Readonly<Record<string, unknown>> {
    return this.#lives.session?.about ?? {};
  }

  /** The state that it is in; while it is busy, the one before the running evaluation. Undefined where the engine has no snapshots. */
  get present(): StateNode | undefined {
    return this.#present.node;
  }

  /** The state in which the open transaction began; undefined when none is open. */
  get transactionBeginning(): StateNode | undefined {
    return this.#transactions.beginning;
  }

  /** With `from`: what came back of a state on disk. */
  get report(): KeepReport | undefined {
    return this.#report;
  }

  /** The engine's side, for what does not pass the queue; undefined while it starts. Throws `session-dead`. */
  engineSession(): EngineSession | undefined {
    this.#requireAlive();
    return this.#lives.session;
  }

  /** Brings it to `idle`; called once. Rejects as `Engine.openSession` or `States.open` does. */
  open(): Promise<void> {
    this.#voice.setState('starting');
    const { from, branch } = this.#settings;
    if (branch !== undefined) this.#lifecycle = this.#goOnAsBranch(branch);
    else this.#lifecycle = from === undefined ? this.#startProcess('opened') : this.#goOnFrom(from);
    return this.#lifecycle;
  }

  /**
   * Runs code after what is queued before it. Resolves with its end, never rejects for what the program
   * does. Throws `session-dead`, `duplicate-id`, `queue-full`.
   */
  evaluate(spec: EvaluationSpec): Promise<EvaluationEnd> {
    this.#requireOpen();
    return this.#runner.accept(spec);
  }

  /**
   * Interrupts what runs and drops what is queued; with an id, only this evaluation. What is dropped has
   * ended when this returns; what runs ends when its engine says so.
   */
  async interrupt(executionId?: string): Promise<{ interrupted?: string; dropped: string[] }> {
    this.#requireAlive();
    return this.#runner.interrupt(executionId);
  }

  /** Answers a pending input; `data` absent is the end of file. Throws `no-pending-input`, `session-dead`. */
  provideInput(inputId: string, data: string | undefined): void {
    this.#requireAlive();
    if (!this.#voice.answer(inputId, data)) {
      throw new ProtocolError('no-pending-input', `session ${this.id} has no pending input '${inputId}'`, {
        details: { input_id: inputId },
      });
    }
    this.#lives.session?.provideInput(inputId, data);
  }

  /**
   * The present state, captured if it is not yet, and kept as one that was asked for. While the session is busy or dead
   * it is the last state, which may not be held. Errors: `snapshot-failed`, `unsupported-op`.
   */
  async snapshot(): Promise<StateNode> {
    this.#requireOpen();
    const isAway = this.#runner.running !== undefined || this.#runner.deathCause !== undefined;
    const node = this.#present.node;
    if (isAway && node !== undefined) return node;
    return this.#runner.act(async (signal) => {
      const captured = await this.#capture(signal);
      captured.isRequested = true;
      return captured;
    });
  }

  /** Captures the present if that can be done at once; false where it cannot. Errors: `snapshot-failed`. */
  async captureNow(): Promise<boolean> {
    if (this.#closed || !this.#runner.isFree) return false;
    await this.#runner.act((signal) => this.#capture(signal));
    return true;
  }

  /**
   * Goes to a state; log and id go on. The state that is left is captured before. When it cannot be done, nothing has
   * changed. Errors: `session-busy`; as `States.open`; `snapshot-failed`.
   */
  async restore(node: StateNode, busy: WhenBusy): Promise<Restored> {
    this.#requireOpen();
    if (this.#runner.isBusy && busy === 'refuse') throw sessionBusy(this.id);
    const restored = this.#runner.act((signal) => this.#restore(node, signal));
    if (busy === 'interrupt') await Promise.all([restored, this.#runner.interrupt()]);
    return restored;
  }

  /** Errors: `transaction-open`, `session-dead`, `snapshot-failed`, `unsupported-op`. */
  async begin(): Promise<StateNode> {
    this.#requireOpen();
    return this.#runner.act(async (signal) => {
      this.#requireAlive();
      this.#transactions.requireNone();
      const node = await this.#capture(signal);
      this.#transactions.open(node);
      return node;
    });
  }

  /** The state that it leaves. Errors: `no-transaction`. */
  async commit(): Promise<StateNode> {
    this.#requireOpen();
    return this.#runner.act(async () => {
      const beginning = this.#transactions.commit();
      return this.#present.node ?? beginning;
    });
  }

  /** Errors: `no-transaction`; as `States.open`, then the transaction is still open. */
  async rollBack(): Promise<{ beginning: StateNode; effects: readonly OutsideEffect[]; undone: string[] }> {
    this.#requireOpen();
    return this.#runner.act((signal) => this.#transactions.rollBack(signal));
  }

  /** A fresh process. Asked again meanwhile, it restarts once more and both wait for the last one. */
  async restart(): Promise<void> {
    if (this.#closed) throw sessionNotFound(this.id);
    const life = this.#runner.isFree && !this.#transactions.isOpen ? this.#lives.current : undefined;
    const stopped = this.#runner.stop('the session was restarted');
    this.#transactions.abandon('the session was restarted');
    this.#voice.forgetProcess();
    this.#voice.setState('starting');
    this.#opening.abort();
    this.#opening = new AbortController();
    const { signal } = this.#opening;
    const earlier = this.#lifecycle.catch(() => {}); // Whoever asked for the earlier start was told.
    this.#lifecycle = earlier.then(async () => {
      await stopped;
      await this.#keepLast(life);
      await this.#replaceProcess(signal);
    });
    let last: Promise<void> | undefined;
    while (last !== this.#lifecycle) {
      last = this.#lifecycle;
      await last;
    }
  }

  /** Ends everything; `closed` is the last event. Twice is harmless. Resolves when the process has ended. */
  async close(reason: string): Promise<void> {
    if (this.#closed) return;
    const stopped = this.#runner.stop('the session was closed');
    this.#transactions.forget();
    this.#voice.append({ type: 'closed', reason });
    this.#closed = true;
    this.#opening.abort();
    await this.#lives.end();
    await stopped;
    this.#present.close();
  }

  /** Says something that core has to say in this session. */
  say(event: EventBody): void {
    if (!this.#closed) this.#voice.append(event);
  }

  async #startProcess(reason: 'opened' | 'restarted'): Promise<void> {
    const { signal } = this.#opening;
    try {
      await this.#lives.openFresh(signal);
    } catch (error) {
      if (signal.aborted) return; // Closed, or restarted again, which goes on from here.
      throw error;
    }
    this.#ready(reason);
  }

  async #goOnFrom(from: StateNode): Promise<void> {
    const { signal } = this.#opening;
    try {
      const opened = await this.#lives.goTo(from, signal, () => undefined);
      this.#report = opened.report;
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    this.#ready('restored');
  }

  async #goOnAsBranch(branch: Branch): Promise<void> {
    const { signal } = this.#opening;
    try {
      const { outcome } = await this.#lives.openBranch(branch, signal);
      this.#ready('restored', () => {
        if (branch.evaluation !== undefined && outcome !== undefined)
          this.#runner.goOn({ ...branch.evaluation, silent: false }, outcome);
      });
    } catch (error) {
      branch.release();
      if (signal.aborted) return;
      throw error;
    }
  }

  #ready(reason: EventBody<'ready'>['reason'], begin: () => void = () => {}): void {
    this.readers.renew();
    this.#voice.append({ type: 'ready', info: this.about, reason });
    begin();
    this.#runner.opened();
  }

  async #replaceProcess(signal: AbortSignal): Promise<void> {
    await this.#lives.end();
    try {
      if (!signal.aborted) await this.#startProcess('restarted');
    } catch (error) {
      this.#runner.die(ProtocolError.from(error).message);
      throw error;
    }
  }

  /** So that the last state before a restart can be gone back to. It does not hold the restart up. */
  async #keepLast(life: EngineLife | undefined): Promise<void> {
    const { states, options, after } = this.#settings;
    if (life === undefined || !states.keepsLive || options.snapshots === 'never') return;
    const tooLong = new AbortController();
    const aborted = new Promise<void>((resolve) =>
      tooLong.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    const timer = after(lastStateDeadlineMs, () => tooLong.abort());
    const captured = this.#present
      .capture(life, tooLong.signal)
      .catch((error: unknown) => this.#trace('last state not captured', { err: error }));
    await Promise.race([captured, aborted]);
    timer.dispose();
  }

  async #capture(signal: AbortSignal): Promise<StateNode> {
    this.#requireAlive();
    const life = this.#lives.current;
    const unpin = this.present === undefined ? undefined : this.#settings.states.pin(this.present);
    try {
      if (life === undefined) throw sessionNotFound(this.id);
      return await this.#present.capture(life, signal);
    } finally {
      unpin?.();
    }
  }

  async #restore(node: StateNode, signal: AbortSignal): Promise<Restored> {
    const { states } = this.#settings;
    const unpin = states.pin(node);
    try {
      const kept = this.#keepPresent(signal);
      // A state that is held needs nothing of the present: the one is captured while the other is opened.
      if (node.live === undefined) await kept;
      const left = this.present;
      const move = states.tree.move(left, node);
      const warnings = [...node.warnings, ...warningsOfMove(move)];
      const announce = ({ source }: OpenedState): void =>
        this.#voice.append({
          type: 'restored',
          checkpoint_id: node.id,
          ...(left === undefined ? {} : { left: left.id }),
          undone: move.undone,
          redone: move.redone,
          source,
          ...(warnings.length === 0 ? {} : { warnings }),
        });
      const opened = await this.#lives.goTo(node, signal, announce, kept);
      this.#transactions.wentTo(node);
      this.#runner.rest();
      const { undone, redone } = move;
      return { left, undone, redone, warnings, ...reportOf(opened) };
    } finally {
      unpin();
    }
  }

  /** A restore can be undone by another: what is left is captured, as long as there is a process that has it. */
  async #keepPresent(signal: AbortSignal): Promise<void> {
    if (this.#runner.deathCause !== undefined || !this.#settings.states.keepsLive) return;
    try {
      await this.#capture(signal);
    } catch (error) {
      if (this.#runner.deathCause === undefined) throw error;
    }
  }

  #replaced(): void {
    this.#runner.revived();
    this.#voice.forgetProcess();
    this.readers.renew();
  }

  #setPaused(paused: boolean): void {
    if (this.#runner.deathCause !== undefined || this.#closed) return;
    if (paused) this.#lives.session?.pause();
    else this.#lives.session?.resume();
  }

  #whileOpen(what: string, say: () => void): void {
    if (this.#closed || this.#runner.deathCause !== undefined) this.#trace('late', { what });
    else say();
  }

  #requireOpen(): void {
    if (this.#closed) throw sessionNotFound(this.id);
  }

  #requireAlive(): void {
    this.#requireOpen();
    this.#runner.requireAlive();
  }

  #trace(event: string, fields: object): void {
    this.#settings.logger.debug({ session: this.id, ...fields }, event);
  }
}

export function sessionNotFound(id: string): ProtocolError {
  return new ProtocolError('session-not-found', `no session '${id}' is open`, { details: { session: id } });
}

function sessionBusy(id: string): ProtocolError {
  return new ProtocolError(
    'session-busy',
    `session ${id} runs something; say busy: queue or busy: interrupt, or wait until it is idle`,
    { details: { session: id } },
  );
}

function originOf({ engine, options, name }: SessionSettings): StateOrigin {
  const { sessionId: _sessionId, ...rest } = options;
  return { engine: engine.name, options: rest, ...(name === undefined ? {} : { sessionName: name }) };
}

function reportOf({ report }: OpenedState): { report?: KeepReport } {
  return report === undefined ? {} : { report };
}
