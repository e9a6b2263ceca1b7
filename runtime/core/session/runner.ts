/**
 * What runs in a session: one evaluation after the other, and between them what needs the session for itself. It keeps the
 * promise that every evaluation ends exactly once, whatever the engine does. It knows no life cycle of the session.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import type { Outcome } from '../engine.ts';
import {
  describeEvaluation,
  type EndBody,
  type EvaluationEnd,
  type EvaluationSpec,
  endOfOutcome,
  endWithout,
  evaluationOf,
  runOf,
} from '../evaluation.ts';
import type { Logger } from '../logger.ts';
import type { StateNode } from '../states/state-node.ts';
import type { States } from '../states/states.ts';
import type { EngineLife } from './engine-life.ts';
import type { Lives } from './lives.ts';
import type { Present } from './present.ts';
import { failureOf, needsReturn, verdictOf } from './transaction.ts';
import type { Transactions } from './transactions.ts';
import type { Voice } from './voice.ts';
import { type Accepted, WorkQueue } from './work-queue.ts';

/** Calls back once, after so many ms, unless it is disposed before. */
export type After = (ms: number, callback: () => void) => { dispose(): void };

export interface RunnerSettings {
  readonly session: string;
  readonly voice: Voice;
  readonly lives: Lives;
  readonly present: Present;
  readonly transactions: Transactions;
  readonly states: States;
  readonly logger: Logger;
  readonly after: After;
  readonly lastSeq: () => number;
  readonly maxQueued: number;
  readonly executionCount: number;
}

/** What the answer to a request says beside the end of its evaluation. */
type Extra = Pick<EvaluationEnd, 'ns' | 'trace'>;

interface Running extends Accepted {
  readonly executionCount: number;
  readonly life: EngineLife;
  /** The state before it. */
  readonly before: StateNode | undefined;
  /** `preparing`: its code does not run yet, and nothing of it is to be undone. */
  phase: 'preparing' | 'running';
  isStopped: boolean;
  timedOutAfterMs: number | undefined;
  timer: { dispose(): void } | undefined;
  /** Lets go of the state before it. */
  unpin: () => void;
}

export class Runner {
  readonly #settings: RunnerSettings;
  readonly #queue = new WorkQueue();
  #running: Running | undefined;
  #acting: Promise<void> | undefined;
  #executionCount: number;
  /** False while there is no process that could work, nor a death that could be undone. */
  #isOpen = false;
  #deathCause: string | undefined;
  /** Aborted when what is done now is not wanted any more. */
  #wanted = new AbortController();

  constructor(settings: RunnerSettings) {
    this.#settings = settings;
    this.#executionCount = settings.executionCount;
  }

  /** Evaluations that wait behind the running one. */
  get queued(): number {
    return this.#queue.evaluations;
  }

  /** Id of the evaluation that runs. */
  get running(): string | undefined {
    return this.#running?.spec.executionId;
  }

  get executionCount(): number {
    return this.#executionCount;
  }

  /** True when an evaluation runs or waits. */
  get isBusy(): boolean {
    return this.#running !== undefined || this.#queue.evaluations > 0;
  }

  /** True when an action would begin at once. */
  get isFree(): boolean {
    return this.#isOpen && !this.isBusy && this.#acting === undefined && this.#deathCause === undefined;
  }

  get deathCause(): string | undefined {
    return this.#deathCause;
  }

  /** Throws `session-dead`. */
  requireAlive(): void {
    const cause = this.#deathCause;
    if (cause === undefined) return;
    const message = `the process of session ${this.#settings.session} has ended: ${cause}; restart the session to go on`;
    throw new ProtocolError('session-dead', message, { details: { cause } });
  }

  /** Throws `session-dead`, `duplicate-id`, `queue-full`. */
  accept(spec: EvaluationSpec): Promise<EvaluationEnd> {
    // What is sent while a dead session is brought back waits for it.
    if (this.#acting === undefined) this.requireAlive();
    this.#requireNewId(spec.executionId);
    const { maxQueued } = this.#settings;
    if (this.#queue.evaluations >= maxQueued) throw queueFull(maxQueued);
    const ended = new Promise<EvaluationEnd>((end) => this.#queue.push({ kind: 'evaluation', spec, end }));
    this.start();
    if (this.#queue.has(spec.executionId)) this.#announceQueued(spec);
    return ended;
  }

  /** An evaluation is in the middle of its run already, and ends so. */
  goOn(spec: EvaluationSpec, outcome: Promise<Outcome>): void {
    const life = this.#settings.lives.current;
    if (life === undefined) return;
    const running = this.#announce({ kind: 'evaluation', spec, end: () => {} }, life, 'running');
    void this.#follow(running, outcome);
  }

  /**
   * Does something that needs the session for itself, after what is queued before it. The signal aborts when the
   * session is restarted or closed meanwhile. Errors: `cancelled`, and its own.
   */
  act<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const run = (): Promise<void> => work(this.#wanted.signal).then(resolve, reject);
      this.#queue.push({ kind: 'action', run, refuse: reject });
      this.start();
    });
  }

  /** Drops what is queued and interrupts what runs; with an id, only this evaluation. */
  async interrupt(executionId?: string): Promise<{ interrupted?: string; dropped: string[] }> {
    const dropped = this.#drop(
      'an interrupt',
      (spec) => executionId === undefined || spec.executionId === executionId,
    );
    const running = this.#running;
    const id = running?.spec.executionId;
    if (running === undefined || id === undefined || (executionId !== undefined && executionId !== id))
      return { dropped };
    running.isStopped = true;
    if (running.phase === 'running') await running.life.session?.interrupt();
    return { interrupted: id, dropped };
  }

  /** There is a process: what waits may start. */
  opened(): void {
    this.revived();
    this.start();
  }

  /** The process has ended by itself. What is to be undone then is undone, which brings the session back. */
  die(cause: string): void {
    if (this.#deathCause !== undefined) return;
    this.#deathCause = cause;
    this.#isOpen = true;
    const running = this.#running;
    const settle =
      running === undefined
        ? () => this.start()
        : this.#end(running, endWithout('worker-died', cause, running.executionCount), {}, true);
    this.#drop('the end of the process');
    this.#settings.voice.forgetProcess();
    this.#settings.voice.setState('dead');
    settle();
    if (this.#acting === undefined && this.#settings.transactions.isOpen)
      this.#perform((signal) => this.#rollBackAfterDeath(cause, signal));
  }

  /** Ends what runs and drops what waits. Resolves when what was being done has been given up. */
  stop(message: string): Promise<void> {
    this.#isOpen = false;
    this.#wanted.abort();
    this.#wanted = new AbortController();
    const running = this.#running;
    const settle =
      running === undefined
        ? undefined
        : this.#end(running, endWithout('eval-interrupted', message, running.executionCount), {}, false);
    this.#drop('a restart or close');
    for (const { refuse } of this.#queue.takeActions()) refuse(new ProtocolError('cancelled', message));
    settle?.();
    return this.#acting ?? Promise.resolve();
  }

  start(): void {
    if (!this.#isOpen || this.#running !== undefined || this.#acting !== undefined) return;
    if (this.#deathCause !== undefined) this.#drop('the end of the process');
    const life = this.#settings.lives.current;
    this.rest();
    const next = this.#queue.shift();
    if (next?.kind === 'action') this.#perform(next.run);
    else if (next !== undefined && life !== undefined) this.#begin(next, life);
  }

  /** Another process has taken the place of what there was. */
  revived(): void {
    this.#isOpen = true;
    this.#deathCause = undefined;
  }

  /** Says that the session is idle, unless something runs or the next evaluation starts at once. */
  rest(): void {
    const isResting = this.#isOpen && this.#deathCause === undefined && this.#running === undefined;
    if (isResting && this.#queue.next?.kind !== 'evaluation') this.#settings.voice.setState('idle');
  }

  /** `work` never rejects. */
  #perform(work: (signal: AbortSignal) => Promise<void>): void {
    this.#acting = work(this.#wanted.signal).then(() => {
      this.#acting = undefined;
      this.start();
    });
  }

  #begin(next: Accepted, life: EngineLife): void {
    void this.#run(this.#announce(next, life, 'preparing'));
  }

  /** It is the running one from now on. */
  #announce(next: Accepted, life: EngineLife, phase: Running['phase']): Running {
    const { spec } = next;
    const { present, voice } = this.#settings;
    if (!spec.silent) this.#executionCount += 1;
    const running: Running = {
      ...next,
      executionCount: this.#executionCount,
      life,
      before: present.node,
      phase,
      isStopped: false,
      timedOutAfterMs: undefined,
      timer: undefined,
      unpin: () => undefined,
    };
    this.#running = running;
    voice.begin(spec.executionId, {
      type: 'started',
      ...describeEvaluation(spec),
      execution_count: running.executionCount,
      ...(running.before === undefined ? {} : { snapshot_id: running.before.id }),
    });
    return running;
  }

  /** Never rejects: whatever the engine does becomes the end of the evaluation. */
  async #run(running: Running): Promise<void> {
    const { spec, executionCount, life } = running;
    try {
      if (needsReturn(spec, this.#settings.transactions.isOpen)) await this.#prepare(running);
      if (this.#running !== running || life.session === undefined) return;
      if (running.isStopped)
        throw new ProtocolError('eval-interrupted', 'it was interrupted before it began');
      running.phase = 'running';
      this.#limitTime(running);
      await this.#follow(running, life.session.evaluate(evaluationOf(spec, executionCount)));
    } catch (error) {
      this.#failed(running, error);
    }
  }

  /** Never rejects. */
  async #follow(running: Running, ending: Promise<Outcome>): Promise<void> {
    try {
      const outcome = await ending;
      this.#finish(running, endOfOutcome(outcome, running.executionCount), extraOf(outcome));
    } catch (error) {
      this.#failed(running, error);
    }
  }

  #failed(running: Running, error: unknown): void {
    if (this.#running !== running) return;
    const { code, message } = ProtocolError.from(error);
    if (code === 'worker-died') this.die(message);
    else this.#finish(running, endWithout(code, message, running.executionCount));
  }

  /** Makes sure that the state before it can be gone back to. */
  async #prepare(running: Running): Promise<void> {
    const { present, states, transactions } = this.#settings;
    if (running.before !== undefined) running.unpin = states.pin(running.before);
    const node = await present.capture(running.life, this.#wanted.signal);
    if (this.#running === running && running.spec.tx === 'explicit') transactions.open(node);
  }

  #limitTime(running: Running): void {
    const { timeoutMs } = running.spec;
    if (timeoutMs === undefined) return;
    running.timer = this.#settings.after(timeoutMs, () => {
      running.timedOutAfterMs = timeoutMs;
      running.life.session
        ?.interrupt()
        .catch((error: unknown) => this.#settings.logger.warn({ err: error }, 'not interrupted'));
    });
  }

  #finish(running: Running, body: EndBody, extra: Extra = {}): void {
    if (this.#running !== running) return;
    const { spec, executionCount, life } = running;
    const node =
      running.phase === 'running'
        ? this.#settings.present.ended(life, spec, runOf(spec, executionCount, body))
        : this.#settings.present.node;
    const end = node === undefined ? body : { ...body, snapshot_id: node.id };
    this.#end(running, end, extra, running.phase === 'running')();
  }

  /** Says the end of an evaluation. The function that it answers tells whoever asked, after undoing what is to be undone. */
  #end(running: Running, body: EndBody, extra: Extra, mayUndo: boolean): () => void {
    const { transactions, voice } = this.#settings;
    const { spec } = running;
    running.timer?.dispose();
    voice.end(spec.executionId, body);
    this.#running = undefined;
    transactions.note(body.effects ?? []);
    const failure = failureOf(body, running.timedOutAfterMs);
    const verdict = verdictOf(spec, mayUndo ? failure : undefined, transactions.isOpen);
    const tell = (undone: Pick<EvaluationEnd, 'transaction' | 'effects'>): void => {
      running.unpin();
      this.rest();
      running.end({ seq: this.#settings.lastSeq(), body, ...extra, ...undone });
    };
    if (verdict.kind === 'kept') {
      const { transaction } = verdict;
      const kept = transaction === undefined ? {} : { transaction, effects: body.effects ?? [] };
      return () => {
        tell(mayUndo ? kept : {});
        this.start();
      };
    }
    const effects = verdict.what === 'transaction' ? transactions.effects : (body.effects ?? []);
    return () =>
      this.#perform(async (signal) => {
        const undo = { ...verdict, before: running.before, effects, failed: spec.executionId };
        const isUndone = await transactions.undo(undo, signal);
        tell({ transaction: isUndone ? 'rolled-back' : 'committed', effects });
      });
  }

  /** A transaction does not outlive its process: the session is brought back to its beginning, where that is held. */
  async #rollBackAfterDeath(cause: string, signal: AbortSignal): Promise<void> {
    const { transactions } = this.#settings;
    const reason = `its process ended: ${cause}`;
    await transactions.undo(
      { what: 'transaction', reason, before: undefined, effects: transactions.effects },
      signal,
    );
    this.rest();
  }

  #announceQueued(spec: EvaluationSpec): void {
    const position = this.#queue.evaluations - 1 + (this.#running === undefined ? 0 : 1);
    this.#settings.voice.append({ type: 'queued', position, ...describeEvaluation(spec) }, spec.executionId);
  }

  #drop(what: string, which: (spec: EvaluationSpec) => boolean = () => true): string[] {
    const dropped = this.#queue.takeEvaluations(which);
    for (const { spec, end } of dropped) {
      const body = endWithout('eval-dropped', `the evaluation was queued and never ran: ${what} came first`);
      this.#settings.voice.append(body, spec.executionId);
      end({ seq: this.#settings.lastSeq(), body });
    }
    return dropped.map(({ spec }) => spec.executionId);
  }

  #requireNewId(executionId: string): void {
    if (this.running !== executionId && !this.#queue.has(executionId)) return;
    const message = `an evaluation with the id '${executionId}' is not over yet in session ${this.#settings.session}`;
    throw new ProtocolError('duplicate-id', message);
  }
}

function extraOf(outcome: Outcome): Extra {
  const { trace } = outcome;
  return {
    ...(outcome.kind === 'result' && outcome.ns !== undefined ? { ns: outcome.ns } : {}),
    ...(trace === undefined ? {} : { trace }),
  };
}

function queueFull(maxQueued: number): ProtocolError {
  return new ProtocolError(
    'queue-full',
    `${maxQueued} evaluations wait in the session already; try again when some have ended`,
  );
}
