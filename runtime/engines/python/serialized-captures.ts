/**
 * Captures without fork: the idle worker itself writes its state as objects, which takes its time. So does looking:
 * nobody answers while it is busy.
 */
import type { EngineHost, EngineSnapshot } from '../../core/engine.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Captures } from './captures.ts';
import type { Home, SnapshotPolicy } from './home.ts';
import type { Askable } from './look-link.ts';
import type { ObjectShelf } from './object-shelf.ts';
import { savedState } from './saved-state.ts';
import { SerializedSnapshot } from './serialized-snapshot.ts';

/** After an evaluation; one that follows sooner waits until the state is written. */
const idleMs = 5;
/** What takes longer is not cheap. */
const cheapMs = 20;

export interface SerializedCapturesParts {
  readonly worker: Askable;
  readonly host: EngineHost;
  readonly home: Home;
  readonly shelf: ObjectShelf;
  readonly policy: SnapshotPolicy;
  readonly isIdle: () => boolean;
}

interface Present {
  readonly generation: number;
  readonly snapshot: Promise<SerializedSnapshot>;
}

export class SerializedCaptures implements Captures {
  readonly #parts: SerializedCapturesParts;
  #generation = 0;
  #after: string | undefined;
  #present: Present | undefined;
  #due: NodeJS.Timeout | undefined;
  #lastTookMs = 0;
  #state: 'live' | 'ended' = 'live';

  constructor(parts: SerializedCapturesParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#schedule();
  }

  beforeNext(silent: boolean): void {
    if (this.#due === undefined || silent) return;
    clearTimeout(this.#due);
    this.#due = undefined;
    if (this.#parts.policy === 'always') this.#captureAlone();
  }

  ended(generation: number, executionId: string): void {
    this.#generation = generation;
    this.#after = executionId;
    this.#schedule();
  }

  onFrozen(): void {
    // Nobody asked for a frozen process.
  }

  async snapshot(signal: AbortSignal): Promise<EngineSnapshot> {
    signal.throwIfAborted();
    clearTimeout(this.#due);
    this.#due = undefined;
    const known = this.#present;
    if (known?.generation === this.#generation) {
      const snapshot = await known.snapshot.catch(() => undefined);
      if (snapshot?.released === false) return snapshot;
    }
    return this.#capture(signal);
  }

  async quick(): Promise<Askable | undefined> {
    return this.#parts.isIdle() ? this.#parts.worker : undefined;
  }

  slow(): Promise<Askable | undefined> {
    return this.quick();
  }

  died(): void {
    this.#state = 'ended';
    clearTimeout(this.#due);
  }

  dispose(): void {
    this.died();
  }

  #schedule(): void {
    const { host, policy } = this.#parts;
    if (host.captured === undefined || policy === 'never') return;
    if (policy === 'cheap' && this.#lastTookMs > cheapMs) return;
    clearTimeout(this.#due);
    this.#due = setTimeout(() => {
      this.#due = undefined;
      if (this.#parts.isIdle()) this.#captureAlone();
    }, idleMs);
  }

  // A failure is said when somebody wants the state.
  #captureAlone(): void {
    this.#capture(new AbortController().signal).then(
      (snapshot) => this.#parts.host.captured?.(snapshot),
      () => {},
    );
  }

  #capture(signal: AbortSignal): Promise<SerializedSnapshot> {
    const snapshot = this.#write(this.#after, signal);
    this.#present = { generation: this.#generation, snapshot };
    return snapshot;
  }

  async #write(after: string | undefined, signal: AbortSignal): Promise<SerializedSnapshot> {
    if (this.#state === 'ended')
      throw new ProtocolError('snapshot-failed', 'the Python process of this session has ended');
    const { worker, home, shelf } = this.#parts;
    const began = performance.now();
    try {
      // Asked at once, so that what is evaluated next comes after it.
      const answer = worker.ask('save', { objects: shelf.path }, Number.POSITIVE_INFINITY, signal);
      const { saved, letGo } = await shelf.keep(async () => savedState(shelf, await answer));
      this.#lastTookMs = performance.now() - began;
      return new SerializedSnapshot({ saved, after, tookMs: this.#lastTookMs, home, shelf, letGo });
    } catch (error) {
      signal.throwIfAborted();
      const { message } = ProtocolError.from(error);
      throw new ProtocolError('snapshot-failed', message, { cause: error });
    }
  }
}
