/** A connection's cursor on one session's log. Knows no connection: it reads on when it is asked. */
import type { Event } from '../protocol/events.ts';
import { approximateBytes } from './event-log.ts';
import type { Reader } from './readers.ts';
import type { Session } from './session.ts';

export type AttachMode = 'owner' | 'observer';

export class Attachment implements Reader {
  readonly session: Session;
  readonly mode: AttachMode;
  /** `seq` of the last event that was taken. */
  cursor: number;
  /** `seq` of the last event that the client says it has. */
  acknowledged: number;
  readonly #wake: () => void;
  #lags = false;

  constructor(session: Session, mode: AttachMode, since: number, wake: () => void) {
    this.session = session;
    this.mode = mode;
    this.cursor = since;
    this.acknowledged = since;
    this.#wake = wake;
  }

  get lags(): boolean {
    return this.#lags;
  }

  wake(): void {
    this.#wake();
  }

  /** The next event and about how many bytes it has; a `gap` in place of what was trimmed; undefined when there is none. */
  next(): { event: Event; bytes: number } | undefined {
    const { log } = this.session;
    if (this.cursor >= log.lastSeq) return undefined;
    if (this.cursor + 1 < log.firstSeq) return { event: this.#gap(), bytes: 100 };
    const event = log.at(this.cursor + 1);
    if (event === undefined) return undefined;
    this.cursor = event.seq;
    return { event, bytes: approximateBytes(event) };
  }

  /** Says whether it had to stop reading for want of room; the session's pace follows. */
  settle(isFull: boolean): void {
    if (isFull === this.#lags) return;
    this.#lags = isFull;
    this.session.readers.update();
  }

  // A gap has the seq of the last event that it stands for, so that a client goes on counting from it.
  #gap(): Event<'gap'> {
    const { log, id } = this.session;
    const from = this.cursor + 1;
    const to = log.firstSeq - 1;
    this.cursor = to;
    const timestamp = log.at(log.firstSeq)?.timestamp ?? 0;
    return { type: 'gap', id: `gap-${to}`, session: id, seq: to, timestamp, from, to };
  }
}
