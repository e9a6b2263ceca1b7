/** The receiving half of a `ClientTransport`: who listens, what came before anyone did, and the end. */
import type { Disposable } from '../disposable.ts';
import { Emitter } from '../emitter.ts';
import type { ProtocolError } from '../errors.ts';

export class Channel {
  readonly #messages = new Emitter<unknown>();
  readonly #closes = new Emitter<ProtocolError>();
  #early: unknown[] | undefined = [];
  #reason: ProtocolError | undefined;

  get closed(): boolean {
    return this.#reason !== undefined;
  }

  readonly onMessage = (listener: (message: unknown) => void): Disposable => {
    const subscription = this.#messages.on(listener);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#messages.emit(message);
    return subscription;
  };

  readonly onClose = (listener: (reason: ProtocolError) => void): Disposable => {
    if (this.#reason !== undefined) listener(this.#reason);
    return this.#closes.on(listener);
  };

  receive(message: unknown): void {
    if (this.#early === undefined) this.#messages.emit(message);
    else this.#early.push(message);
  }

  /** The first reason counts. */
  end(reason: ProtocolError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#closes.emit(reason);
  }
}
