/**
 * A state held by a frozen process, with the shadows that answer for it. Several may hold it (core, and the
 * session for its looks); when the last one lets go, the process is ended. It does not know what is asked.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import { FrozenProcess } from './frozen-process.ts';
import type { Peer } from './peer.ts';
import { Shadow, type ShadowProcess } from './shadow.ts';
import type { Holdable } from './snapshot-keeper.ts';
import { type Nursery, thawShadow, thawWorker, type WorkerProcess } from './worker-process.ts';

/** How long a shadow stays after the last question; to make another takes a few milliseconds. */
const shadowIdleMs = 10_000;

export class FrozenState implements Holdable {
  readonly process: FrozenProcess;
  /** For questions that are answered at once. */
  readonly quick: Shadow;
  /** For those that may take long, so that the quick ones need not wait. */
  readonly slow: Shadow;
  readonly #nursery: Nursery;
  readonly #letGo: () => void;
  #holders = 0;

  /** `letGo` is called once, when nobody holds it any more or it is lost. */
  constructor(frozen: Peer, nursery: Nursery, letGo: () => void) {
    this.process = new FrozenProcess(frozen, nursery.zygote);
    this.#nursery = nursery;
    this.#letGo = once(letGo);
    const make = () => this.shadow();
    this.quick = new Shadow(make, shadowIdleMs);
    this.slow = new Shadow(make, shadowIdleMs);
    void this.process.lost.then(() => this.#end());
  }

  get id(): string {
    return this.process.hello.id;
  }

  /** False once its process has ended, for whatever reason. */
  get held(): boolean {
    return this.process.held;
  }

  get generation(): number {
    return this.process.generation;
  }

  /** Keeps the process until the function that is returned is called; to call that twice is harmless. */
  hold(): () => void {
    this.#holders += 1;
    return once(() => {
      this.#holders -= 1;
      if (this.#holders === 0) this.#end();
    });
  }

  /** A process for a session that goes on from here. Errors: `snapshot-gone`, `snapshot-failed`. */
  async worker(): Promise<WorkerProcess> {
    try {
      return await thawWorker(this.#nursery, this.process);
    } catch (error) {
      throw asSnapshotError(error);
    }
  }

  /** A shadow of the caller's own. Errors: `snapshot-gone`, `snapshot-failed`. */
  async shadow(): Promise<ShadowProcess> {
    try {
      return await thawShadow(this.#nursery, this.process);
    } catch (error) {
      throw asSnapshotError(error);
    }
  }

  #end(): void {
    this.quick.release();
    this.slow.release();
    this.process.release();
    this.#letGo();
  }
}

function asSnapshotError(error: unknown): ProtocolError {
  const known = ProtocolError.from(error);
  if (known.code !== 'interpreter-failed') return known;
  return new ProtocolError('snapshot-failed', `the state could not be gone back to: ${known.message}`, {
    cause: error,
  });
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
