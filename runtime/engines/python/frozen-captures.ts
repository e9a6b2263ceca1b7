/** Captures by fork: the states of one session are frozen processes, and their shadows answer. */
import type { EngineHost, EngineSnapshot } from '../../core/engine.ts';
import type { Captures } from './captures.ts';
import { FrozenState } from './frozen-state.ts';
import type { Home, SnapshotPolicy } from './home.ts';
import type { Frame } from './link-messages.ts';
import type { Askable } from './look-link.ts';
import type { Peer } from './peer.ts';
import { PythonSnapshot } from './snapshot.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';
import type { Nursery, WorkerProcess } from './worker-process.ts';

export interface CapturesParts {
  readonly worker: WorkerProcess;
  readonly host: EngineHost;
  readonly home: Home;
  readonly policy: SnapshotPolicy;
  /** The state that the session goes on from; undefined for a fresh one. */
  readonly origin: FrozenState | undefined;
  readonly isIdle: () => boolean;
  /** How many evaluations it has seen, where it goes on from something else than a state. */
  readonly generation: number;
  /** Whether a frozen process of the worker is somebody else's, who has taken it. */
  readonly takeOther: (peer: Peer) => boolean;
}

export class FrozenCaptures implements Captures {
  readonly #keeper: SnapshotKeeper<FrozenState, PythonSnapshot>;
  readonly #home: Home;
  readonly #isIdle: () => boolean;

  constructor(parts: CapturesParts, nursery: Nursery) {
    const { worker, host, home, policy, origin, generation, isIdle, takeOther } = parts;
    this.#home = home;
    this.#isIdle = isIdle;
    this.#keeper = new SnapshotKeeper<FrozenState, PythonSnapshot>({
      generation: origin?.generation ?? generation,
      origin,
      freeze: (n, again) => worker.peer.link.send({ type: 'freeze', n, ...(again ? { again } : {}) }),
      wrap: (state, after, letGo) => new PythonSnapshot({ state, after, policy, home, letGo }),
      captured: policy === 'never' ? undefined : host.captured?.bind(host),
      expected: policy !== 'never',
      timeoutMs: home.limits.stateTimeoutMs,
    });
    worker.onFrozen = (peer) => {
      if (!takeOther(peer)) this.#keeper.add(new FrozenState(peer, nursery, home.hold()));
    };
  }

  // The worker knows by itself when to capture.
  begin(): void {}

  beforeNext(): void {}

  ended(generation: number, executionId: string): void {
    this.#keeper.ended(generation, executionId);
  }

  onFrozen(frame: Frame<'frozen'>): void {
    this.#keeper.onFrozen(frame);
  }

  snapshot(signal: AbortSignal): Promise<EngineSnapshot> {
    return this.#keeper.snapshot(signal);
  }

  async quick(signal: AbortSignal): Promise<Askable | undefined> {
    return (await this.#newest(false, signal))?.quick;
  }

  // A background task may have changed variables since: the worker knows, and makes another state only then.
  async slow(signal: AbortSignal): Promise<Askable | undefined> {
    return (await this.#newest(true, signal))?.slow;
  }

  died(): void {
    this.#keeper.died();
  }

  dispose(): void {
    this.#keeper.dispose();
  }

  #newest(anyway: boolean, signal: AbortSignal): Promise<FrozenState | undefined> {
    const waitMs = this.#home.limits.shadowWaitMs;
    return this.#keeper.newest({ idle: this.#isIdle(), anyway, waitMs }, signal);
  }
}
