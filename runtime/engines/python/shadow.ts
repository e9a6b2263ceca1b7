/**
 * The shadow of a state: a process forked from its frozen one that answers looks. Made when somebody asks,
 * shared by all who ask, and ended some time after the last question. It does not know what is asked.
 */
import { type Askable, type LookAnswer, type LookKind, LookLink } from './look-link.ts';
import type { Peer } from './peer.ts';

/** A shadow that has said hello, and how to end it. */
export interface ShadowProcess {
  readonly peer: Peer;
  /** Kindly: it ends what it has started before it ends itself. */
  end(): void;
  kill(): void;
}

interface Living {
  readonly look: LookLink;
  end(): void;
  kill(): void;
}

export class Shadow implements Askable {
  readonly #make: () => Promise<ShadowProcess>;
  readonly #idleMs: number;
  #living: Promise<Living> | undefined;
  /** Questions that wait for an answer, or for the process. */
  #asking = 0;
  #idle: NodeJS.Timeout | undefined;
  #released = false;

  /** `make` forks one; it is ended when nobody has asked it for `idleMs`. */
  constructor(make: () => Promise<ShadowProcess>, idleMs: number) {
    this.#make = make;
    this.#idleMs = idleMs;
  }

  /** As `LookLink.ask`; `gone` where no shadow can be made. One that is late is ended: the next question meets a new one. */
  async ask(kind: LookKind, params: object, timeoutMs: number, signal: AbortSignal): Promise<LookAnswer> {
    signal.throwIfAborted();
    if (this.#released) return { kind: 'gone' };
    clearTimeout(this.#idle);
    this.#asking += 1;
    try {
      const living = await abortable(this.#start(), signal);
      if (living === undefined) return { kind: 'gone' };
      const answer = await living.look.ask(kind, params, timeoutMs, signal);
      if (answer.kind === 'late') living.kill();
      return answer;
    } finally {
      this.#asking -= 1;
      this.#endWhenIdle();
    }
  }

  /** Ends it as soon as nobody waits for an answer any more; new questions are not taken. */
  release(): void {
    this.#released = true;
    this.#endWhenIdle();
  }

  #start(): Promise<Living | undefined> {
    this.#living ??= this.#run();
    return this.#living.catch(() => undefined);
  }

  #run(): Promise<Living> {
    const forget = () => {
      if (this.#living === running) this.#living = undefined;
    };
    const running = this.#make().then(({ peer, end, kill }) => {
      const look = new LookLink(peer.link);
      peer.listen({
        onFrame: (frame) => (frame.type === 'answer' ? look.onAnswer(frame) : undefined),
        onClose: () => {
          forget();
          look.onClose();
        },
      });
      const forgetting = (how: () => void) => () => {
        forget();
        how();
      };
      return { look, end: forgetting(end), kill: forgetting(kill) };
    });
    running.catch(forget);
    return running;
  }

  #endWhenIdle(): void {
    if (this.#asking > 0) return;
    clearTimeout(this.#idle);
    if (this.#released) this.#end();
    else this.#idle = setTimeout(() => this.#end(), this.#idleMs).unref();
  }

  #end(): void {
    void this.#living?.then(
      ({ end }) => end(),
      () => {}, // It was never made.
    );
  }
}

/** The value, or the signal's reason as soon as it fires. */
async function abortable<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
