/**
 * The way of a session through its states, as a function of its events: where it is, where Undo and Redo lead, and
 * what stands outside of what can be undone. So no key waits for a look at the runtime. Knows no VS Code.
 */
import type { Event } from '../../runtime/protocol/events.ts';
import type { OutsideEffect } from '../../runtime/protocol/states.ts';

/** A run that led from one state to another. */
export interface Run {
  readonly id: string;
  readonly code: string;
  readonly count: number | undefined;
  /** The state before it; undefined where none is known. */
  readonly before: string | undefined;
  /** The state after it; undefined while it runs, and where its process ended. */
  after: string | undefined;
  effects: readonly OutsideEffect[];
}

export class SessionPath {
  readonly #runs = new Map<string, Run>();
  readonly #leadingTo = new Map<string, Run>();
  /** From each state, the one that was last gone on to: the way of Redo. */
  readonly #next = new Map<string, string>();
  /** By a state of which no run is known, such as a checkpoint of another life: the state that was left for it. */
  readonly #leftFor = new Map<string, string>();
  #present: string | undefined;
  #running: Run | undefined;
  #lost: string | undefined;

  /** The state that the session is in, as far as its events have told; while it is busy, the one before the run. */
  get present(): string | undefined {
    return this.#present;
  }

  get running(): Run | undefined {
    return this.#running;
  }

  /** The run that led to the present; while one runs, that one. */
  get lastRun(): Run | undefined {
    return this.#running ?? (this.#present === undefined ? undefined : this.#leadingTo.get(this.#present));
  }

  /** The state before the last run; where none led to the present, the one that was left for it; undefined at the beginning. */
  get undoTo(): string | undefined {
    if (this.lastRun !== undefined || this.#present === undefined) return this.lastRun?.before;
    return this.#leftFor.get(this.#present);
  }

  /** The state that was left last by going back from the present. */
  get redoTo(): string | undefined {
    return this.#present === undefined || this.#running !== undefined
      ? undefined
      : this.#next.get(this.#present);
  }

  /** After a restart or a crash, until something runs: the last state of the life before. */
  get lastLife(): string | undefined {
    return this.#lost;
  }

  run(executionId: string): Run | undefined {
    return this.#runs.get(executionId);
  }

  /** The run that led to a state. */
  runTo(state: string): Run | undefined {
    return this.#leadingTo.get(state);
  }

  /** The runs that are undone by going from the present back to a state; undefined where it is not in the past. */
  runsBackTo(state: string): readonly Run[] | undefined {
    const running = this.#running === undefined ? [] : [this.#running];
    if (this.#present === undefined || this.#present === state)
      return this.#present === state ? running : undefined;
    const runs = this.#runsTo(this.#present);
    const last = runs.findIndex(({ before }) => before === state);
    return last === -1 ? undefined : [...running, ...runs.slice(0, last + 1)];
  }

  /** Folds one event in. */
  apply(event: Event): void {
    switch (event.type) {
      case 'started':
        this.#started(event);
        break;
      case 'result':
      case 'error':
        this.#ended(event);
        break;
      case 'restored':
        this.#left(event);
        this.#moved(event.checkpoint_id);
        break;
      case 'rolled_back':
        this.#moved(event.checkpoint_id);
        break;
      case 'ready':
        if (event.reason === 'restarted') this.#restarted();
        break;
      case 'status':
        if (event.state === 'dead') this.#lost = this.#present;
        break;
      default:
    }
  }

  /** Forgets all: the runtime that knew these states is gone. */
  reset(): void {
    for (const known of [this.#runs, this.#leadingTo, this.#next, this.#leftFor]) known.clear();
    this.#present = undefined;
    this.#running = undefined;
    this.#lost = undefined;
  }

  #started(event: Event<'started'>): void {
    if (event.silent === true || event.execution_id === undefined) return;
    const { execution_id: id, code, execution_count: count, snapshot_id: before } = event;
    const run: Run = { id, code, count, before, after: undefined, effects: [] };
    this.#runs.set(id, run);
    this.#running = run;
    this.#present = before;
    this.#lost = undefined;
  }

  #ended({ execution_id: id, snapshot_id: after, effects = [] }: Event<'result' | 'error'>): void {
    const run = id === undefined ? undefined : this.#runs.get(id);
    if (run === undefined) return;
    run.effects = effects;
    if (this.#running === run) this.#running = undefined;
    if (after === undefined) return;
    run.after = after;
    this.#leadingTo.set(after, run);
    if (run.before !== undefined) this.#next.set(run.before, after);
    this.#present = after;
  }

  #left({ checkpoint_id: to, left = this.#present }: Event<'restored'>): void {
    if (left === undefined || left === to) return;
    if (this.#leftFor.get(left) === to) {
      // Back from where one went.
      this.#leftFor.delete(left);
      this.#next.set(to, left);
    } else if (!this.#leadingTo.has(to) && this.runsBackTo(to) === undefined) this.#leftFor.set(to, left);
  }

  // Going back leaves a trail of the states in between, which Redo follows one by one.
  #moved(to: string): void {
    for (const run of this.runsBackTo(to) ?? [])
      if (run.before !== undefined && run.after !== undefined) this.#next.set(run.before, run.after);
    // Forward over several runs, or onto another branch: from its root on, the way is this one.
    for (const run of this.#runsTo(to))
      if (run.before !== undefined && run.after !== undefined) this.#next.set(run.before, run.after);
    this.#present = to;
    this.#lost = undefined;
  }

  // Newest first. A log with a hole in it ends the way, and one that names a state twice does not go round for ever.
  #runsTo(state: string): readonly Run[] {
    const runs = new Set<Run>();
    for (let run = this.#leadingTo.get(state); run !== undefined && !runs.has(run); ) {
      runs.add(run);
      run = run.before === undefined ? undefined : this.#leadingTo.get(run.before);
    }
    return [...runs];
  }

  #restarted(): void {
    this.#lost = this.#present ?? this.#lost;
    this.#present = undefined;
    this.#running = undefined;
  }
}
