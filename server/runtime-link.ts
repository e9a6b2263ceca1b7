/**
 * The connection to the runtime: none until an answer is needed, made again on demand after it was lost. It
 * starts no runtime, and does not know what is asked over the connection.
 */
import type { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import type { Disposable } from '../runtime/protocol/disposable.ts';
import type { RuntimeParams } from '../runtime/protocol/editor.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import { type Clock, deferred } from './deadline.ts';
import type { Log } from './log.ts';

export interface RuntimeLinkOptions {
  /** Opens a connection; rejects when nobody answers there. */
  readonly connect: (address: RuntimeParams, signal: AbortSignal) => Promise<RuntimeClient>;
  /** Where a runtime is at this moment, as far as anything but `moveTo` says; undefined where there is none. */
  readonly find: () => Promise<RuntimeParams | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often a waiting request looks whether a runtime has appeared. */
const lookAgainMs = 200;

export class RuntimeLink implements Disposable {
  readonly #options: RuntimeLinkOptions;
  readonly #closing = new AbortController();
  #address: RuntimeParams | undefined;
  #client: RuntimeClient | undefined;
  #connecting: Promise<RuntimeClient | undefined> | undefined;
  #moved = deferred();

  constructor(options: RuntimeLinkOptions) {
    this.#options = options;
  }

  /**
   * Uses the runtime of this address from now on. A connection to another one is closed; one to the same
   * stays, as an editor may say more than once where the runtime is.
   */
  moveTo(address: RuntimeParams): void {
    const isSame = address.url === this.#address?.url && address.token === this.#address.token;
    this.#address = isSame ? this.#address : address;
    if (!isSame) this.#drop();
    this.#moved.resolve();
    this.#moved = deferred();
  }

  /** The connected client; undefined when no runtime can be reached now. Concurrent calls share one attempt. */
  async client(): Promise<RuntimeClient | undefined> {
    if (this.#client !== undefined || this.#closing.signal.aborted) return this.#client;
    const attempt = this.#connecting ?? this.#connect();
    this.#connecting = attempt;
    try {
      return await attempt;
    } finally {
      if (this.#connecting === attempt) this.#connecting = undefined;
    }
  }

  /** As `client`, but waits for a runtime to appear until `signal` aborts. */
  async waitForClient(signal: AbortSignal): Promise<RuntimeClient | undefined> {
    while (!signal.aborted) {
      const client = await this.client();
      if (client !== undefined) return client;
      await this.#nextChance(signal);
    }
    return undefined;
  }

  dispose(): void {
    this.#closing.abort();
    this.#drop();
  }

  #drop(): void {
    this.#client?.dispose();
    this.#client = undefined;
    this.#connecting = undefined;
  }

  async #connect(): Promise<RuntimeClient | undefined> {
    const { connect, find, log } = this.#options;
    const given = this.#address;
    try {
      const address = given ?? (await find());
      if (address === undefined) return undefined;
      return this.#adopt(await connect(address, this.#closing.signal), given);
    } catch (error) {
      log.debug('connecting-failed', { code: ProtocolError.from(error).code });
      return undefined;
    }
  }

  #adopt(client: RuntimeClient, given: RuntimeParams | undefined): RuntimeClient | undefined {
    if (this.#closing.signal.aborted || given !== this.#address) {
      client.dispose(); // The runtime moved while we were connecting to where it was.
      return this.#client;
    }
    this.#client = client;
    this.#options.log.info('connected', {});
    client.onDidClose((reason) => {
      this.#options.log.info('disconnected', { code: reason.code });
      if (this.#client === client) this.#client = undefined;
    });
    return client;
  }

  /** Settles when there may be something new: the runtime moved, some time passed, or `signal` aborted. */
  async #nextChance(signal: AbortSignal): Promise<void> {
    const { promise: chance, resolve } = deferred();
    const timer = this.#options.clock.after(lookAgainMs, resolve);
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([chance, this.#moved.promise]);
    timer.dispose();
    signal.removeEventListener('abort', onAbort);
  }
}
