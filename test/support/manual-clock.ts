/** A clock whose time passes when a test says so. */
import type { Clock } from '../../server/deadline.ts';

export class ManualClock implements Clock {
  #now = 0;
  #due: { at: number; callback: () => void }[] = [];

  after(ms: number, callback: () => void): { dispose(): void } {
    const entry = { at: this.#now + ms, callback };
    this.#due.push(entry);
    return { dispose: () => void (this.#due = this.#due.filter((other) => other !== entry)) };
  }

  /** Lets `ms` milliseconds pass and calls back what became due, in order of time. */
  pass(ms: number): void {
    this.#now += ms;
    const due = this.#due.filter(({ at }) => at <= this.#now).sort((one, other) => one.at - other.at);
    this.#due = this.#due.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }

  /** How many callbacks are waiting. */
  get waiting(): number {
    return this.#due.length;
  }
}
