/**
 * A session's append-only log of events, and its form in memory. A connection is a cursor on it: whoever
 * has the events up to `seq` reads on from there, at its own pace. Knows nothing of who reads.
 */
import type { Event } from '../protocol/events.ts';

export interface EventLog {
  /** Identifies this life of the log; a cursor of another epoch means nothing here. */
  readonly epoch: string;
  /** `seq` of the newest event; 0 when there is none. */
  readonly lastSeq: number;
  /** `seq` of the oldest event that can still be read; `lastSeq + 1` when there is none. */
  readonly firstSeq: number;
  /** Adds an event, whose `seq` is `lastSeq + 1`. May trim the oldest ones. */
  append(event: Event): void;
  /** The event of this `seq`; undefined when it was trimmed or is not there yet. */
  at(seq: number): Event | undefined;
}

/** Keeps the newest events, as many as fit into `maxBytes` (an estimate), and always the last one. */
export class MemoryEventLog implements EventLog {
  readonly epoch: string;
  readonly #maxBytes: number;
  #events: (Event | undefined)[] = [];
  #sizes: number[] = [];
  /** Entries at the front of the arrays that were trimmed but not yet cut off. */
  #trimmed = 0;
  #bytes = 0;
  #lastSeq = 0;

  constructor(options: { readonly epoch: string; readonly maxBytes: number }) {
    this.epoch = options.epoch;
    this.#maxBytes = options.maxBytes;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get firstSeq(): number {
    return this.#lastSeq - (this.#events.length - this.#trimmed) + 1;
  }

  append(event: Event): void {
    const size = approximateBytes(event);
    this.#events.push(event);
    this.#sizes.push(size);
    this.#bytes += size;
    this.#lastSeq = event.seq;
    this.#trim();
  }

  at(seq: number): Event | undefined {
    return seq < this.firstSeq ? undefined : this.#events[seq - this.firstSeq + this.#trimmed];
  }

  #trim(): void {
    while (this.#bytes > this.#maxBytes && this.#events.length - this.#trimmed > 1) {
      this.#bytes -= this.#sizes[this.#trimmed] ?? 0;
      this.#events[this.#trimmed] = undefined;
      this.#trimmed += 1;
    }
    this.#cut();
  }

  // Cutting costs as much as what stays: done only when half is gone, it is cheap on average.
  #cut(): void {
    if (this.#trimmed <= this.#events.length / 2) return;
    this.#events = this.#events.slice(this.#trimmed);
    this.#sizes = this.#sizes.slice(this.#trimmed);
    this.#trimmed = 0;
  }
}

/** Bytes that an event takes, within a factor of two: a fixed share and its texts. */
export function approximateBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const overhead = 40;
  return Object.values(value).reduce<number>(
    (sum, item) => sum + overhead + approximateBytes(item),
    overhead,
  );
}
