/**
 * Who reads a session's log, and whether its engine must wait for them.
 *
 * The policy: the fastest owner sets the pace. The engine is paused while every owner that is attached
 * lags, so that one slow window makes its program wait and nothing is dropped. A slow owner beside a fast
 * one, and an observer always, reads from the log at its own pace and stops nobody; should the log's bound
 * overtake it, it is told so by a `gap`. With no owner attached the program runs freely.
 */

export interface Reader {
  readonly mode: 'owner' | 'observer';
  /** True while it has not taken what there is. */
  readonly lags: boolean;
  /** There is something new to read. Must not throw. */
  wake(): void;
}

export class Readers {
  readonly #readers = new Set<Reader>();
  readonly #setPaused: (paused: boolean) => void;
  #paused = false;

  /** `setPaused` is called when the engine has to wait, and when it may go on. */
  constructor(setPaused: (paused: boolean) => void) {
    this.#setPaused = setPaused;
  }

  add(reader: Reader): void {
    this.#readers.add(reader);
    this.update();
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader);
    this.update();
  }

  wake(): void {
    for (const reader of this.#readers) reader.wake();
  }

  /** To be called whenever a reader's `lags` has changed. */
  update(): void {
    const owners = [...this.#readers].filter(({ mode }) => mode === 'owner');
    const paused = owners.length > 0 && owners.every(({ lags }) => lags);
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#setPaused(paused);
  }

  /** Says the pace again, to a new process. */
  renew(): void {
    if (this.#paused) this.#setPaused(true);
  }
}
