/**
 * The one client of the runtime, shared by the extension, the language server, the command line and the
 * tests: typed requests, events each once and in order, and a connection that comes back. It knows no
 * transport: it is given one, and asks for another when that ends.
 */
import { randomUUID } from 'node:crypto';
import type { Disposable } from '../disposable.ts';
import { Emitter } from '../emitter.ts';
import { ProtocolError } from '../errors.ts';
import type { Event } from '../events.ts';
import type { Params, ResponseHead, SuccessResponse } from '../messages.ts';
import type { OpName } from '../operations.ts';
import type { ClientTransport } from './client-transport.ts';
import { FollowedSessions } from './followed-sessions.ts';
import { retryDelayMs } from './retry.ts';

export type { ClientTransport } from './client-transport.ts';

export interface RuntimeClientOptions {
  /**
   * Another transport after the last one ended; undefined to give up. A rejection is a failed attempt.
   * `attempt` counts from 1; the client waits between attempts (`retryDelayMs`).
   */
  readonly reconnect?: (attempt: number) => Promise<ClientTransport | undefined>;
  /** Waits; replaced by tests. */
  readonly delay?: (ms: number) => Promise<void>;
}

export interface RequestOptions {
  /** Default: a fresh one. */
  readonly id?: string;
  /** Aborting an `eval` or `load-file` interrupts it, and the promise settles when it has ended; anything else is given up at once. */
  readonly signal?: AbortSignal;
}

interface Pending {
  readonly op: OpName;
  readonly params: object;
  readonly settle: (response: ResponseHead) => void;
  readonly fail: (error: ProtocolError) => void;
}

export class RuntimeClient {
  readonly #options: RuntimeClientOptions;
  readonly #events = new Emitter<Event>();
  readonly #closes = new Emitter<ProtocolError>();
  readonly #reconnects = new Emitter<void>();
  readonly #pending = new Map<string, Pending>();
  readonly #followed = new FollowedSessions();
  readonly #idPrefix = randomUUID();
  #lastId = 0;
  /** Undefined between two connections. */
  #transport: ClientTransport | undefined;
  #disposed = false;

  constructor(transport: ClientTransport, options: RuntimeClientOptions = {}) {
    this.#options = options;
    this.#use(transport);
  }

  /** A request id that no other client has. */
  newId(): string {
    this.#lastId += 1;
    return `${this.#idPrefix}-${this.#lastId}`;
  }

  /**
   * Sends a request; resolves with its `done` response. Rejects with a `ProtocolError` of the response's
   * code, with `disconnected` when the connection ends first, with `cancelled` when `signal` aborts.
   */
  request<Op extends OpName>(
    op: Op,
    params: Params<Op>,
    options: RequestOptions = {},
  ): Promise<SuccessResponse<Op>> {
    const id = options.id ?? this.newId();
    const response = new Promise<ResponseHead>((settle, fail) => {
      if (options.signal?.aborted === true) return fail(cancelled(op));
      if (this.#transport === undefined)
        return fail(new ProtocolError('disconnected', 'there is no connection to the runtime'));
      if (this.#pending.has(id))
        return fail(new ProtocolError('duplicate-id', `a request with the id '${id}' is still running`));
      this.#pending.set(id, { op, params, settle, fail });
      this.#transport.send({ ...params, id, op });
    });
    const abort = (): void => this.#abort(id);
    options.signal?.addEventListener('abort', abort, { once: true });
    const settled = response.finally(() => options.signal?.removeEventListener('abort', abort));
    return settled as Promise<SuccessResponse<Op>>; // The runtime answers an operation with what its table says.
  }

  /** Calls `listener` with the events of all sessions that are followed, each once, by `seq` within a session. */
  onEvent(listener: (event: Event) => void): Disposable {
    return this.#events.on(listener);
  }

  /** The connection has ended for good. */
  onDidClose(listener: (reason: ProtocolError) => void): Disposable {
    return this.#closes.on(listener);
  }

  /** There is a connection again, and every session that is still open is followed again, from where it was. */
  onDidReconnect(listener: () => void): Disposable {
    return this.#reconnects.on(listener);
  }

  /** Ends the connection; running requests fail with `disconnected`. Twice is harmless. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const transport = this.#transport;
    this.#lose(new ProtocolError('disconnected', 'the client was closed'));
    transport?.close();
    this.#events.clear();
    this.#closes.clear();
    this.#reconnects.clear();
  }

  #use(transport: ClientTransport): void {
    this.#transport = transport;
    transport.onMessage((message) => this.#transport === transport && this.#receive(message));
    transport.onClose((reason) => this.#transport === transport && void this.#reconnect(reason));
  }

  #receive(message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    // The runtime is trusted to send what its own tables say; only which of the two it is, is looked at.
    if ('status' in message) this.#settle(message as ResponseHead);
    else if ('type' in message && this.#followed.accept(message as Event))
      this.#events.emit(message as Event);
  }

  #settle(response: ResponseHead): void {
    const pending = this.#pending.get(response.id);
    const { status } = response;
    if (pending === undefined) return;
    if (status.includes('error') || status.includes('unknown-op')) {
      this.#pending.delete(response.id);
      pending.fail(ProtocolError.fromShape(response));
    } else if (status.includes('done')) {
      this.#pending.delete(response.id);
      this.#noteFollowed(pending, response);
      pending.settle(response);
    }
  }

  // Here and not where the promise is awaited: events of the session may follow in the same turn.
  #noteFollowed({ op, params }: Pending, response: ResponseHead): void {
    if (op === 'clone') {
      const { session, epoch } = response as SuccessResponse<'clone'>; // The response to a `clone`.
      this.#followed.follow(session, 'owner', epoch, 0);
    } else if (op === 'attach') {
      this.#followed.attached(params as Params<'attach'>, response as SuccessResponse<'attach'>); // What was sent, and its response.
    } else if (op === 'detach') {
      this.#followed.forget((params as Params<'detach'>).session); // What was sent.
    }
  }

  #abort(id: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const { op, params } = pending;
    const session: unknown = Reflect.get(params, 'session');
    if ((op === 'eval' || op === 'load-file') && typeof session === 'string') {
      // Its own end tells how it went; should the interrupt fail, there is nothing else to do.
      this.request('interrupt', { session, execution_id: id }).catch(() => {});
      return;
    }
    this.#pending.delete(id);
    pending.fail(cancelled(op));
  }

  #lose(reason: ProtocolError): void {
    this.#transport = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { fail } of pending)
      fail(new ProtocolError('disconnected', reason.message, { cause: reason }));
  }

  /** Never rejects: it ends in a new connection or in `onDidClose`. */
  async #reconnect(reason: ProtocolError): Promise<void> {
    this.#lose(reason);
    const { reconnect, delay = wait } = this.#options;
    for (let attempt = 1; reconnect !== undefined && !this.#disposed; attempt += 1) {
      await delay(retryDelayMs(attempt));
      try {
        const transport = await reconnect(attempt);
        if (transport === undefined) break;
        if (this.#disposed) return transport.close();
        return await this.#resume(transport);
      } catch {
        // The next attempt answers it.
      }
    }
    if (!this.#disposed) this.#closes.emit(reason);
  }

  async #resume(transport: ClientTransport): Promise<void> {
    const attachments = this.#followed.attachments();
    this.#use(transport);
    // A session that is gone, or a connection that is lost again, is no reason to give up the others.
    await Promise.allSettled(attachments.map((params) => this.#follow(params)));
    if (this.#transport === transport) this.#reconnects.emit();
  }

  async #follow(params: Params<'attach'>): Promise<void> {
    try {
      await this.request('attach', params);
    } catch (error) {
      if (ProtocolError.from(error).code === 'session-not-found') this.#followed.forget(params.session);
      throw error;
    }
  }
}

function cancelled(op: string): ProtocolError {
  return new ProtocolError('cancelled', `the request '${op}' was cancelled`);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
