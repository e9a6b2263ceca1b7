/**
 * The states that one session's worker captures: which evaluation each belongs to, who gets it, and which one is
 * the present for looks. It keeps the newest for itself, and captures the present when that is not
 * there. It knows nothing of what is asked of a state.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import { type Deferred, deferred } from './deferred.ts';
import type { Frame } from './link-messages.ts';
import { withinMs } from './within.ts';

/** What it needs of a captured state: a `FrozenState`. */
export interface Holdable {
  readonly id: string;
  readonly generation: number;
  /** False once its process has ended. */
  readonly held: boolean;
  /** Keeps it until the function that is returned is called; when nobody keeps it, it is ended. */
  hold(): () => void;
}

export interface KeeperOptions<State, Snapshot> {
  /** Of the state that the session began with; no evaluation has ended in it. */
  readonly generation: number;
  /** That state, where the session goes on from one that is held. The worker knows it as its last one. */
  readonly origin?: State | undefined;
  /** Tells the worker. */
  readonly freeze: (n: number, again: boolean) => void;
  /** The form in which a state leaves the engine, where `letGo` is called when it is released. */
  readonly wrap: (state: State, after: string | undefined, letGo: () => void) => Snapshot;
  /** Whom states that come by themselves are given to; undefined: nobody wants them. */
  readonly captured: ((snapshot: Snapshot) => void) | undefined;
  /** Whether the worker captures its state before its first evaluation. */
  readonly expected: boolean;
  readonly timeoutMs: number;
}

/** Outcomes that a late hello may still belong to. */
const rememberedOutcomes = 256;
/** Hellos that the worker's answer to `freeze` may still be about. */
const rememberedHellos = 16;

interface Kept<State> {
  readonly state: State;
  readonly letGo: () => void;
}

export class SnapshotKeeper<State extends Holdable, Snapshot> {
  readonly #options: KeeperOptions<State, Snapshot>;
  /** The evaluation that each generation began after; undefined: none had ended. */
  readonly #after: Map<number, string | undefined>;
  /** Said hello before the outcome of their generation was read. */
  #early: Kept<State>[] = [];
  /** Oldest first, also those that are gone. */
  #recent: State[] = [];
  /** As it was given away, until it is released. */
  readonly #given = new Map<State, Snapshot>();
  readonly #hellos = new Map<string, Deferred<State>>();
  readonly #freezes = new Map<number, Deferred<Frame<'frozen'>>>();
  #newest: Kept<State> | undefined;
  /** Settles when there is a newest one. */
  readonly #first = deferred<void>();
  #freshening: { readonly generation: number; readonly done: Promise<void> } | undefined;
  #generation: number;
  #lastFreeze = 0;
  #state: 'live' | 'dead' | 'disposed' = 'live';

  constructor(options: KeeperOptions<State, Snapshot>) {
    this.#options = options;
    const { generation, origin } = options;
    this.#generation = generation;
    this.#after = new Map([[generation, undefined]]);
    if (origin === undefined) return;
    this.#recent = [origin];
    this.#newest = { state: origin, letGo: origin.hold() };
    this.#first.resolve();
  }

  /** An evaluation ended: what was captured before it is not the present any more. */
  ended(generation: number, executionId: string): void {
    this.#generation = generation;
    this.#after.set(generation, executionId);
    this.#after.delete(generation - rememberedOutcomes);
    const due = this.#early.filter(({ state }) => state.generation <= generation);
    this.#early = this.#early.filter(({ state }) => state.generation > generation);
    // A moment later, when who waits for the outcome knows of it.
    if (due.length > 0) setImmediate(() => this.#takeAll(due));
  }

  /** A frozen process said hello. */
  add(state: State): void {
    const kept: Kept<State> = { state, letGo: state.hold() };
    if (this.#state === 'disposed') {
      kept.letGo();
      return;
    }
    this.#recent = [...this.#recent.slice(1 - rememberedHellos), state];
    if (state.generation > this.#generation) this.#early.push(kept);
    else this.#take(kept);
    this.#hellos.get(state.id)?.resolve(state);
  }

  /** The worker's answer to `freeze`. */
  onFrozen(frame: Frame<'frozen'>): void {
    this.#freezes.get(frame.n)?.resolve(frame);
    this.#freezes.delete(frame.n);
  }

  /** The present, captured now unless it is already. Errors: `snapshot-failed`; the signal's reason. */
  async snapshot(signal: AbortSignal): Promise<Snapshot> {
    return this.#give(await this.#freeze(signal));
  }

  /** The newest state; of an idle worker the present, which is waited for at most `waitMs`. `anyway`: asks although no evaluation has ended. */
  async newest(
    { idle, anyway, waitMs }: { idle: boolean; anyway: boolean; waitMs: number },
    signal: AbortSignal,
  ): Promise<State | undefined> {
    if (idle && this.#state === 'live' && (anyway || !this.#isFresh())) {
      await withinMs(this.#freshen(), waitMs, signal);
      signal.throwIfAborted();
    }
    // The worker has captured its state before it began, but the hello is on a link of its own.
    if (this.#newest === undefined && this.#state === 'live' && this.#options.expected) {
      await withinMs(this.#first.promise, waitMs, signal);
      signal.throwIfAborted();
    }
    return this.#newest?.state;
  }

  /** The worker has ended: what it has captured still comes, and nothing new. */
  died(): void {
    if (this.#state === 'live') this.#state = 'dead';
    this.#first.resolve();
    this.#newest?.letGo();
    this.#newest = undefined;
    const ended = new ProtocolError('snapshot-failed', 'the Python process of this session has ended');
    for (const waiting of [...this.#freezes.values(), ...this.#hellos.values()]) waiting.reject(ended);
    this.#freezes.clear();
    this.#hellos.clear();
    for (const { letGo } of this.#early.splice(0)) letGo();
  }

  /** The session was ended: what nobody else holds is ended with it. */
  dispose(): void {
    this.#state = 'disposed';
    this.died();
  }

  #isFresh(): boolean {
    return this.#newest?.state.held === true && this.#newest.state.generation >= this.#generation;
  }

  // One for all looks of a moment; a failure is no news for a look, which takes the state that there is.
  #freshen(): Promise<void> {
    const generation = this.#generation;
    if (this.#freshening?.generation === generation) return this.#freshening.done;
    const freshening = { generation, done: this.#freshenNow() };
    this.#freshening = freshening;
    void freshening.done.then(() => {
      if (this.#freshening === freshening) this.#freshening = undefined;
    });
    return freshening.done;
  }

  async #freshenNow(): Promise<void> {
    try {
      await this.#freeze(new AbortController().signal);
    } catch {
      // It stays as it was.
    }
  }

  async #freeze(signal: AbortSignal): Promise<State> {
    const known = await this.#askWorker(false, signal);
    if (known.held) return known;
    // The worker does not know that its last one was ended.
    const state = await this.#askWorker(true, signal);
    if (state.held) return state;
    throw new ProtocolError('snapshot-failed', 'the process that held the state ended at once; try again');
  }

  async #askWorker(again: boolean, signal: AbortSignal): Promise<State> {
    signal.throwIfAborted();
    if (this.#state !== 'live')
      throw new ProtocolError('snapshot-failed', 'the Python process of this session has ended');
    this.#lastFreeze += 1;
    const n = this.#lastFreeze;
    const frozen = deferred<Frame<'frozen'>>();
    this.#freezes.set(n, frozen);
    this.#options.freeze(n, again);
    const { id, error } = await this.#inTime(frozen.promise, signal).finally(() => this.#freezes.delete(n));
    if (id !== '') return this.#recent.findLast((state) => state.id === id) ?? this.#hello(id, signal);
    throw new ProtocolError(
      'snapshot-failed',
      `the state could not be captured: ${error ?? 'no reason was given'}`,
    );
  }

  // The hello comes on a link of its own, perhaps after the worker's answer.
  async #hello(id: string, signal: AbortSignal): Promise<State> {
    const hello = this.#hellos.get(id) ?? deferred<State>();
    this.#hellos.set(id, hello);
    return this.#inTime(hello.promise, signal).finally(() => this.#hellos.delete(id));
  }

  async #inTime<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
    const { timeoutMs } = this.#options;
    if (await withinMs(promise, timeoutMs, signal)) return promise;
    signal.throwIfAborted();
    throw new ProtocolError(
      'snapshot-failed',
      `the state was not captured within ${timeoutMs} ms; try again`,
    );
  }

  #takeAll(due: readonly Kept<State>[]): void {
    for (const kept of due) {
      if (this.#state === 'disposed') kept.letGo();
      else this.#take(kept);
    }
  }

  /** Finds an owner for it: core, the looks of this session, or nobody, and then it is ended. */
  #take(kept: Kept<State>): void {
    const { state, letGo } = kept;
    this.#options.captured?.(this.#give(state));
    const isNewest = this.#newest === undefined || state.generation >= this.#newest.state.generation;
    if (this.#state !== 'live' || !isNewest) {
      letGo();
      return;
    }
    const former = this.#newest;
    this.#newest = kept;
    this.#first.resolve();
    former?.letGo();
  }

  #give(state: State): Snapshot {
    const given = this.#given.get(state);
    if (given !== undefined) return given;
    const letGo = state.hold();
    const snapshot = this.#options.wrap(state, this.#after.get(state.generation), () => {
      this.#given.delete(state);
      letGo();
    });
    this.#given.set(state, snapshot);
    return snapshot;
  }
}
