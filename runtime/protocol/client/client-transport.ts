/** What carries messages between a client and a runtime. Knows no request and no event. */
import type { Disposable } from '../disposable.ts';
import type { ProtocolError } from '../errors.ts';

export interface ClientTransport {
  /** Sends a message; after the end it is dropped. */
  send(message: object): void;
  /** Calls `listener` with every message, in order. What comes before the first listener is kept for it. */
  onMessage(listener: (message: unknown) => void): Disposable;
  /** Calls `listener` once when the connection has ended, by whomever; at once if it has already. */
  onClose(listener: (reason: ProtocolError) => void): Disposable;
  close(): void;
}
