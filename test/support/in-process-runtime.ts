/** Core in this process, and clients that reach it without a socket. Knows no engine: it is given one. */
import { readFile } from 'node:fs/promises';
import type { Engine } from '../../runtime/core/engine.ts';
import { silentLogger } from '../../runtime/core/logger.ts';
import { ProtocolServer } from '../../runtime/core/protocol-server.ts';
import type { ClientTransport } from '../../runtime/protocol/client/client-transport.ts';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { Emitter } from '../../runtime/protocol/emitter.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';

export class InProcessRuntime {
  readonly #server: ProtocolServer;
  #lastId = 0;
  #isDisposed = false;

  constructor(engine: Engine) {
    this.#server = new ProtocolServer({
      engines: [engine],
      logger: silentLogger,
      now: () => 0,
      monotonicNow: () => 0,
      newId: (prefix) => `${prefix}-${(this.#lastId += 1)}`,
      defer: setImmediate,
      readFile: (path) => readFile(path, 'utf8'),
      about: { version: '0.0.0', pid: 1, node: process.versions.node, platform: process.platform },
      onShutdown: () => undefined,
    });
  }

  /** Errors: `disconnected` after `dispose`. */
  connect(): RuntimeClient {
    return new RuntimeClient(this.transport());
  }

  transport(): ClientTransport {
    if (this.#isDisposed) throw new ProtocolError('disconnected', 'this runtime has ended');
    const messages = new Emitter<unknown>();
    const closes = new Emitter<ProtocolError>();
    const connection = this.#server.connect({
      kind: 'in-process',
      bufferedBytes: 0,
      send: (sent) =>
        queueMicrotask(() => {
          for (const message of sent) messages.emit(structuredClone(message));
        }),
      close: (reason) => closes.emit(reason),
    });
    return {
      send: (message) => queueMicrotask(() => this.#server.receive(connection, structuredClone(message))),
      onMessage: (listener) => messages.on(listener),
      onClose: (listener) => closes.on(listener),
      close: () => this.#server.disconnect(connection),
    };
  }

  /** Ends it; every connection is closed with the reason that it is ending. */
  dispose(): Promise<void> {
    this.#isDisposed = true;
    return this.#server.dispose();
  }
}
