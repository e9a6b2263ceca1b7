/**
 * A list of listeners to one kind of fact. The failure of one listener never stops the others: it is
 * thrown again from a fresh stack, where the process reports it.
 */
import { type Disposable, toDisposable } from './disposable.ts';

export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Calls `listener` with every later value, in order, until it is disposed. */
  on(listener: (value: T) => void): Disposable {
    // A fresh function for each subscription: the same listener may subscribe twice.
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return toDisposable(() => this.#listeners.delete(own));
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
