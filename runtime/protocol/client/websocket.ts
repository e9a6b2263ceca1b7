/** A `ClientTransport` over a WebSocket, in JSON or MessagePack. */
import WebSocket, { type RawData } from 'ws';
import type { Codec, Encoding } from '../codec/codec.ts';
import { codecOf, subprotocolOf } from '../codec/subprotocol.ts';
import { ProtocolError } from '../errors.ts';
import { Channel } from './channel.ts';
import type { ClientTransport } from './client-transport.ts';

/** What a runtime may send in one frame: an event is never split, and a display can be large. */
const maxFrameBytes = 512 * 1024 * 1024;

export interface WebSocketOptions {
  /** `ws://127.0.0.1:PORT/rpc`. */
  readonly url: string;
  readonly token?: string;
  /** Default: MessagePack. */
  readonly encoding?: Encoding;
  /** Gives up connecting when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * An open connection. Rejects with what the runtime answered (`unauthorized`, `forbidden-host`, …), with
 * `cancelled` when the signal aborts, else with `disconnected`.
 */
export function openWebSocket({
  url,
  token,
  encoding = 'msgpack',
  signal,
}: WebSocketOptions): Promise<ClientTransport> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(cancelled(url));
    if (!URL.canParse(url) || !/^wss?:/i.test(url))
      return reject(
        new ProtocolError(
          'disconnected',
          `'${url}' is no address of a runtime; it is like ws://127.0.0.1:PORT/rpc`,
        ),
      );
    const socket = new WebSocket(url, subprotocolOf(encoding), {
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const channel = listen(socket, codecOf(encoding));
    const abort = (): void => {
      reject(cancelled(url));
      socket.terminate();
    };
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('unexpected-response', (_request, response) => {
      refusalOf(response).then(reject, reject);
    });
    socket.once('error', (error) =>
      reject(
        new ProtocolError('disconnected', `cannot connect to ${url}: ${error.message}`, { cause: error }),
      ),
    );
    socket.once('open', () => {
      signal?.removeEventListener('abort', abort);
      resolve(transportOf(socket, channel, codecOf(encoding)));
    });
  });
}

function transportOf(socket: WebSocket, channel: Channel, codec: Codec): ClientTransport {
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(codec.encode(message));
    },
    onMessage: channel.onMessage,
    onClose: channel.onClose,
    close: () => closeSoon(socket),
  };
}

// A runtime that hangs would never answer the closing handshake; `ws` waits 30 s for it.
function closeSoon(socket: WebSocket): void {
  socket.close(1000);
  setTimeout(() => socket.terminate(), 1000).unref();
}

function listen(socket: WebSocket, codec: Codec): Channel {
  const channel = new Channel();
  const limits = { maxFrameBytes, maxDepth: 10_000 };
  socket.on('message', (data) => {
    try {
      channel.receive(codec.decode(bytesOf(data), limits));
    } catch (error) {
      channel.end(ProtocolError.from(error));
      socket.terminate();
    }
  });
  socket.on('error', (error) =>
    channel.end(
      new ProtocolError('disconnected', `the connection failed: ${error.message}`, { cause: error }),
    ),
  );
  socket.on('close', (code, reason) => {
    const because = reason.length > 0 ? `: ${reason.toString('utf8')}` : '';
    channel.end(
      new ProtocolError('disconnected', `the connection was closed (${code})${because}`, {
        details: { code },
      }),
    );
  });
  return channel;
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

// The gate answers with the JSON error shape; anything else is no runtime of ours.
async function refusalOf(
  response: AsyncIterable<Buffer> & { statusCode?: number | undefined },
): Promise<ProtocolError> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return (
    ProtocolError.parse(text) ??
    new ProtocolError('disconnected', `the server refused the connection with status ${response.statusCode}`)
  );
}

function cancelled(url: string): ProtocolError {
  return new ProtocolError('cancelled', `connecting to ${url} was cancelled`);
}
