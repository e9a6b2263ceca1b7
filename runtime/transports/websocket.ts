/**
 * WebSocket connections to the runtime, in the encoding that each client chose by subprotocol. The gate is
 * behind: whoever comes here may come in. A bad frame costs one error; a frame over the limit, the connection.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import WebSocket, { type RawData, WebSocketServer } from 'ws';
import type { Connection, ConnectionTransport } from '../core/connection.ts';
import type { Logger } from '../core/logger.ts';
import type { ProtocolServer } from '../core/protocol-server.ts';
import {
  type Codec,
  type DecodeLimits,
  defaultDecodeLimits,
  frameTooLarge,
} from '../protocol/codec/codec.ts';
import { codecOfSubprotocol, tokenSubprotocolPrefix } from '../protocol/codec/subprotocol.ts';
import { ProtocolError } from '../protocol/errors.ts';

/** Ends of a connection, as WebSocket codes. */
const goingAway = 1001;
const protocolError = 1002;
const messageTooBig = 1009;
/** How long a client may take for the closing handshake. */
const closeTimeoutMs = 1000;

export interface WebSocketEndpointOptions {
  readonly server: ProtocolServer;
  readonly logger: Logger;
  readonly maxFrameBytes: number;
}

export class WebSocketEndpoint {
  readonly #server: ProtocolServer;
  readonly #logger: Logger;
  readonly #limits: DecodeLimits;
  readonly #webSockets: InstanceType<typeof WebSocketServer<typeof RuntimeSocket>>;

  constructor({ server, logger, maxFrameBytes }: WebSocketEndpointOptions) {
    this.#server = server;
    this.#logger = logger;
    this.#limits = { ...defaultDecodeLimits, maxFrameBytes };
    this.#webSockets = new WebSocketServer({
      noServer: true,
      // Measured: compression per message costs 17 times the throughput.
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      // The codec checks the text itself, so that invalid UTF-8 is one error and not the end.
      skipUTF8Validation: true,
      handleProtocols: chooseSubprotocol,
      WebSocket: RuntimeSocket,
    });
  }

  /** Completes the upgrade and connects the client. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#connect(webSocket, socket));
  }

  close(): void {
    for (const webSocket of this.#webSockets.clients) endSoon(webSocket, goingAway, 'the runtime is ending');
    this.#webSockets.close();
  }

  #connect(webSocket: RuntimeSocket, socket: Duplex): void {
    const codec = codecOfSubprotocol(webSocket.protocol);
    if (codec === undefined) {
      webSocket.close(protocolError, `unknown subprotocol '${webSocket.protocol}'`);
      return;
    }
    const transport = new WebSocketTransport(webSocket, socket, codec, () => connection.drained());
    const connection = this.#server.connect(transport);
    webSocket.sayTooLarge = () =>
      webSocket.send(
        codec.encode({ id: '', status: ['error'], ...frameTooLarge(this.#limits.maxFrameBytes).toShape() }),
      );
    webSocket.on('message', (data, isBinary) => this.#receive(connection, codec, bytesOf(data), isBinary));
    webSocket.on('error', (error) =>
      this.#logger.warn({ connection: connection.id, error: error.message }, 'websocket failed'),
    );
    webSocket.on('close', () => this.#server.disconnect(connection));
  }

  #receive(connection: Connection, codec: Codec, frame: Uint8Array, isBinary: boolean): void {
    try {
      if (isBinary !== (codec.encoding === 'msgpack')) throw wrongKind(codec, isBinary);
      this.#server.receive(connection, codec.decode(frame, this.#limits));
    } catch (error) {
      connection.reject(ProtocolError.from(error));
    }
  }
}

/**
 * `ws` closes by itself when a frame is over the limit, before anyone is told, and nothing can be sent after
 * that. So the one clear error is said in the moment when it closes.
 */
class RuntimeSocket extends WebSocket {
  sayTooLarge: () => void = () => {};

  override close(code?: number, reason?: string | Buffer): void {
    if (code === messageTooBig && this.readyState === WebSocket.OPEN) this.sayTooLarge();
    super.close(code, reason);
  }
}

class WebSocketTransport implements ConnectionTransport {
  readonly kind = 'websocket';
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #codec: Codec;
  readonly #drained: () => void;

  constructor(webSocket: WebSocket, socket: Duplex, codec: Codec, drained: () => void) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#codec = codec;
    this.#drained = drained;
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  // Each message is a frame of its own; corked, they leave in one write.
  send(messages: readonly object[]): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    this.#socket.cork();
    messages.forEach((message, index) => {
      const isLast = index === messages.length - 1;
      this.#webSocket.send(this.#codec.encode(message), isLast ? this.#drained : undefined);
    });
    this.#socket.uncork();
  }

  close(reason: ProtocolError): void {
    endSoon(this.#webSocket, goingAway, reason.message);
  }
}

function endSoon(webSocket: WebSocket, code: number, reason: string): void {
  webSocket.close(code, reason.slice(0, 100));
  setTimeout(() => webSocket.terminate(), closeTimeoutMs).unref();
}

function chooseSubprotocol(offered: Set<string>): string | false {
  for (const name of offered) {
    if (!name.startsWith(tokenSubprotocolPrefix) && codecOfSubprotocol(name) !== undefined) return name;
  }
  return false;
}

function wrongKind(codec: Codec, isBinary: boolean): ProtocolError {
  const kind = isBinary ? 'binary' : 'text';
  return new ProtocolError(
    'invalid-frame',
    `the frame is ${kind}, which is not how messages in ${codec.encoding} are sent`,
  );
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
