/**
 * One client of the runtime: which sessions it follows, and what leaves towards it in which order. It
 * knows neither sockets nor encodings; a transport carries what it says.
 *
 * Events are pulled from the logs, never pushed: an attachment is a cursor. What became ready in one turn
 * of the event loop leaves in one write, so that a result and its response arrive together. When the
 * transport holds more than `highWaterBytes`, pulling stops until it holds less than `lowWaterBytes`.
 */
import { ProtocolError } from '../protocol/errors.ts';
import type { Event } from '../protocol/events.ts';
import type { ResponseHead, ServerMessage } from '../protocol/messages.ts';
import { type AttachMode, Attachment } from './attachment.ts';
import type { Session } from './session.ts';

/** What carries messages to a client; implemented by each transport. */
export interface ConnectionTransport {
  /** For logs: `websocket`, `stdio`. */
  readonly kind: string;
  /** Bytes that were sent and not taken yet. */
  readonly bufferedBytes: number;
  /** Sends messages in this order, in one write. Must not throw. */
  send(messages: readonly (ServerMessage | ResponseHead)[]): void;
  /** Ends the connection, after saying why. */
  close(reason: ProtocolError): void;
}

export interface ConnectionLimits {
  readonly highWaterBytes: number;
  readonly lowWaterBytes: number;
  /** A client that leaves answers of more than this untaken is disconnected: it asks without reading. */
  readonly maxBufferedBytes: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  highWaterBytes: 1024 * 1024,
  lowWaterBytes: 256 * 1024,
  maxBufferedBytes: 64 * 1024 * 1024,
};

/** A response that waits until the events up to `seq` of `session` have left. */
interface Waiting {
  readonly response: ResponseHead;
  readonly session: Session;
  readonly seq: number;
}

export class Connection {
  readonly id: string;
  readonly transport: ConnectionTransport;
  /** Requests that have no terminal response yet, with what aborts each when the connection ends. */
  readonly running = new Map<string, AbortController>();
  /** The session for requests that name none: the last one opened or attached to. */
  defaultSession: Promise<Session> | undefined;
  readonly #limits: ConnectionLimits;
  readonly #defer: (flush: () => void) => void;
  readonly #attachments = new Map<string, Attachment>();
  #urgent: ResponseHead[] = [];
  #waiting: Waiting[] = [];
  #isFull = false;
  /** Of responses that did not wait for room, since the transport last held little. */
  #unreadBytes = 0;
  #isScheduled = false;
  #closed = false;
  #onAnswered: (() => void) | undefined;

  /** `defer`: runs a function once the current turn of the event loop is over. */
  constructor(
    id: string,
    transport: ConnectionTransport,
    limits: ConnectionLimits,
    defer: (flush: () => void) => void,
  ) {
    this.id = id;
    this.transport = transport;
    this.#limits = limits;
    this.#defer = defer;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How this connection is attached to a session; undefined when it is not. */
  modeOf(session: Session): AttachMode | undefined {
    return this.#attachments.get(session.id)?.mode;
  }

  /** Follows a session from the event behind `since` on. Again with another `since`, it starts over from there. */
  attach(session: Session, mode: AttachMode, since: number): void {
    this.detach(session);
    if (this.#closed) return;
    const attachment = new Attachment(session, mode, since, () => this.#schedule());
    this.#attachments.set(session.id, attachment);
    this.defaultSession = Promise.resolve(session);
    session.readers.add(attachment);
    this.#schedule();
  }

  detach(session: Session): void {
    const attachment = this.#attachments.get(session.id);
    if (attachment === undefined) return;
    this.#attachments.delete(session.id);
    session.readers.remove(attachment);
    this.#schedule();
  }

  /** Notes that the client has the events up to `seq`. */
  acknowledge(session: Session, seq: number): void {
    const attachment = this.#attachments.get(session.id);
    if (attachment !== undefined) attachment.acknowledged = Math.max(attachment.acknowledged, seq);
  }

  /** Sends a response; with `after`, not before the events up to its `seq`, should the session be followed. */
  respond(response: ResponseHead, after?: { readonly session: Session; readonly seq: number }): void {
    if (this.#closed) return;
    if (after === undefined) this.#urgent.push(response);
    else this.#waiting.push({ response, ...after });
    this.#schedule();
  }

  /** Says that a frame could not be read. The response has an empty id: there is none to repeat. */
  reject(error: ProtocolError): void {
    this.respond({ id: '', status: ['error'], ...error.toShape() });
  }

  /** The transport holds fewer bytes than before. */
  drained(): void {
    if (this.#isFull && this.transport.bufferedBytes <= this.#limits.lowWaterBytes) this.#flush();
  }

  /** Calls `listener` once every request is answered, and the answers have left. */
  whenAnswered(listener: () => void): void {
    this.#onAnswered = listener;
    this.#schedule();
  }

  /** The transport has ended, or is to end. Twice is harmless. */
  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { session } of [...this.#attachments.values()]) this.detach(session);
    for (const controller of this.running.values()) controller.abort();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#closed) return;
    this.#isScheduled = true;
    this.#defer(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    if (this.#closed) return;
    const { highWaterBytes, lowWaterBytes } = this.#limits;
    this.#isFull = this.transport.bufferedBytes > (this.#isFull ? lowWaterBytes : highWaterBytes);
    this.#sendUrgent();
    while (!this.#isFull) {
      const batch = this.#nextBatch();
      if (batch.length === 0) break;
      this.#send(batch);
    }
    for (const attachment of this.#attachments.values()) attachment.settle(this.#isFull);
    if (!this.#isFull && this.running.size === 0 && this.#waiting.length === 0) this.#onAnswered?.();
  }

  #send(batch: readonly (Event | ResponseHead)[]): void {
    if (batch.length === 0) return;
    this.transport.send(batch);
    this.#isFull = this.transport.bufferedBytes > this.#limits.highWaterBytes;
  }

  // Only these are counted against a client that does not read: events wait for room, and a single one may be
  // larger than the limit, so that a client would be disconnected by the same picture each time it came back.
  #sendUrgent(): void {
    const before = this.transport.bufferedBytes;
    if (before <= this.#limits.lowWaterBytes) this.#unreadBytes = 0;
    this.#send(this.#urgent.splice(0));
    this.#unreadBytes += Math.max(0, this.transport.bufferedBytes - before);
    if (this.#unreadBytes > this.#limits.maxBufferedBytes) this.#giveUp();
  }

  // A batch is bounded in bytes, so that at most one of them is held above the high-water mark.
  #nextBatch(): (Event | ResponseHead)[] {
    const batch: (Event | ResponseHead)[] = this.#takeReady();
    let bytes = 0;
    for (const attachment of [...this.#attachments.values()]) {
      while (bytes < this.#limits.lowWaterBytes) {
        const next = attachment.next();
        if (next === undefined) break;
        bytes += next.bytes;
        batch.push(next.event, ...this.#takeReady());
        if (next.event.type === 'closed') this.detach(attachment.session);
      }
    }
    return batch;
  }

  #takeReady(): ResponseHead[] {
    if (this.#waiting.length === 0) return [];
    const isReady = ({ session, seq }: Waiting): boolean => {
      const attachment = this.#attachments.get(session.id);
      return attachment === undefined || attachment.cursor >= seq;
    };
    const ready = this.#waiting.filter(isReady);
    if (ready.length > 0) this.#waiting = this.#waiting.filter((waiting) => !isReady(waiting));
    return ready.map(({ response }) => response);
  }

  #giveUp(): void {
    const message = `the client left answers of more than ${this.#limits.maxBufferedBytes} bytes untaken`;
    this.end();
    this.transport.close(new ProtocolError('disconnected', message));
  }
}
