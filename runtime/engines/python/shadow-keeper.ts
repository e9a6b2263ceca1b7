/**
 * The shadows of one session: which one to ask, when a new one is needed, and when an old one goes. It knows
 * the rule of freshness (docs/architecture.md, "Links") and nothing of what is asked.
 */
import { type Deferred, deferred } from './deferred.ts';
import { LookLink } from './look-link.ts';
import type { Peer } from './peer.ts';

interface Shadow {
  readonly look: LookLink;
  readonly peer: Peer;
  readonly generation: number;
}

/** Settles when a shadow of this generation or a later one, asked for or come by itself, is there. */
interface Awaited {
  readonly generation: number;
  readonly there: Deferred<void>;
}

export class ShadowKeeper {
  readonly #ask: () => void;
  #current: Shadow | undefined;
  /** The generation of the last outcome. */
  #generation = 0;
  #awaited: readonly Awaited[] = [];
  #disposed = false;

  /** `ask` tells the worker to make a shadow. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** An evaluation ended: a shadow from before it is not fresh any more. */
  ended(generation: number): void {
    this.#generation = generation;
  }

  /** A shadow said hello. */
  add(peer: Peer): void {
    const generation = peer.hello.generation ?? 0;
    const look = new LookLink(peer.link);
    const shadow: Shadow = { look, peer, generation };
    peer.listen({
      onFrame: (frame) => {
        if (frame.type === 'answer') look.onAnswer(frame);
        this.#retireIfDone(shadow);
      },
      onClose: () => {
        look.onClose();
        if (this.#current === shadow) this.#current = undefined;
      },
    });
    const former = this.#current;
    if (this.#disposed || (former !== undefined && former.generation > generation)) {
      peer.link.close();
      return;
    }
    this.#current = shadow;
    if (former !== undefined) this.#retireIfDone(former);
    // One that was made before may come late: who waits for a later one waits on.
    this.#settle((awaited) => awaited.generation <= generation);
  }

  /** The best shadow there is; with an idle worker a fresh one, waited for at most `waitMs`. */
  async best(idle: boolean, waitMs: number, signal: AbortSignal): Promise<LookLink | undefined> {
    if (idle && !this.#isFresh()) await this.#refresh(waitMs, signal);
    signal.throwIfAborted();
    return this.#current?.look;
  }

  /** Ends a shadow that did not answer in time, so that the next question does not meet it again. */
  discard(look: LookLink): void {
    if (this.#current?.look !== look) return;
    const { peer } = this.#current;
    this.#current = undefined;
    peer.link.close();
    killShadow(peer.hello.pid);
  }

  dispose(): void {
    this.#disposed = true;
    this.#current?.peer.link.close();
    this.#current = undefined;
    this.#settle(() => true);
  }

  #isFresh(): boolean {
    return this.#current !== undefined && this.#current.generation >= this.#generation;
  }

  async #refresh(waitMs: number, signal: AbortSignal): Promise<void> {
    const awaited = this.#await();
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(deadline);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      // Forgotten when it is late, so that the next look asks again instead of waiting for a lost one.
      const late = () => {
        this.#awaited = this.#awaited.filter((other) => other !== awaited);
        finish();
      };
      const deadline = setTimeout(late, waitMs);
      signal.addEventListener('abort', finish, { once: true });
      void awaited.there.promise.then(finish);
    });
  }

  /** The shadow of this moment, asked for unless it is awaited already. */
  #await(): Awaited {
    const known = this.#awaited.find(({ generation }) => generation === this.#generation);
    if (known !== undefined) return known;
    const awaited: Awaited = { generation: this.#generation, there: deferred() };
    this.#awaited = [...this.#awaited, awaited];
    this.#ask();
    return awaited;
  }

  #settle(which: (awaited: Awaited) => boolean): void {
    const settled = this.#awaited.filter(which);
    this.#awaited = this.#awaited.filter((awaited) => !which(awaited));
    for (const { there } of settled) there.resolve();
  }

  #retireIfDone(shadow: Shadow): void {
    if (this.#current !== shadow && shadow.look.pending === 0) shadow.peer.link.close();
  }
}

// A shadow is no leader of a group: its group is the session's.
function killShadow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
