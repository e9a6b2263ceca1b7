/** A client of a `ProtocolServer` without a socket: it keeps what it is sent, and takes it when the test says so. */
import type { Connection, ConnectionTransport } from '../../runtime/core/connection.ts';
import type { ProtocolServer } from '../../runtime/core/protocol-server.ts';
import type { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import { isTerminal, type ResponseHead } from '../../runtime/protocol/messages.ts';

type Received = ResponseHead & Record<string, unknown>;

export class FakeConnection implements ConnectionTransport {
  readonly kind = 'fake';
  readonly connection: Connection;
  /** One entry a write. */
  readonly writes: (readonly object[])[] = [];
  /** While true, what is sent stays in the buffer. */
  isSlow = false;
  bufferedBytes = 0;
  closedBecause: ProtocolError | undefined;
  readonly #server: ProtocolServer;
  readonly #waiters = new Set<() => void>();

  constructor(server: ProtocolServer) {
    this.#server = server;
    this.connection = server.connect(this);
  }

  get messages(): object[] {
    return this.writes.flat();
  }

  get events(): Event[] {
    return this.messages.filter((message): message is Event => 'seq' in message && 'type' in message);
  }

  send(messages: readonly object[]): void {
    this.writes.push(messages);
    if (this.isSlow) this.bufferedBytes += JSON.stringify(messages).length;
    for (const waiter of [...this.#waiters]) waiter();
  }

  close(reason: ProtocolError): void {
    this.closedBecause = reason;
  }

  /** Takes all that is in the buffer. */
  drain(): void {
    this.bufferedBytes = 0;
    this.connection.drained();
  }

  /** Sends anything, and resolves with the terminal response to its id. */
  async request(message: { readonly id: string } & Record<string, unknown>): Promise<Received> {
    this.#server.receive(this.connection, message);
    return this.response(message.id);
  }

  response(id: string): Promise<Received> {
    return this.when(() =>
      this.messages.find(
        (message): message is Received =>
          isResponse(message) && message.id === id && isTerminal(message.status),
      ),
    );
  }

  event<T extends Event['type']>(type: T): Promise<Event<T>> {
    return this.when(() => {
      const found: unknown = this.events.find((event) => event.type === type);
      return found as Event<T> | undefined; // `type` was compared.
    });
  }

  /** Resolves with what `find` finds, as soon as a message makes it find something. */
  when<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        this.#waiters.delete(look);
        resolve(found);
      };
      this.#waiters.add(look);
      look();
    });
  }
}

function isResponse(message: object): message is Received {
  return 'status' in message && Array.isArray(message.status);
}
