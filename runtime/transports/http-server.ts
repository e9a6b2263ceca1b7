/**
 * The socket that the runtime listens on: every request and every upgrade passes the gate, then is routed.
 * `/rpc` is the WebSocket; `/` says what this is. It knows nothing of sessions.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../core/logger.ts';
import type { ProtocolServer } from '../core/protocol-server.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { type GateSettings, loopbackHosts, refusal, statusOf } from './gate.ts';
import { WebSocketEndpoint } from './websocket.ts';

export interface HttpServerOptions {
  readonly server: ProtocolServer;
  readonly logger: Logger;
  readonly token: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free one. */
  readonly port?: number;
  readonly maxFrameBytes: number;
  /** `Host` headers allowed beside those of this machine. */
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
}

export interface ListeningServer {
  /** `ws://127.0.0.1:PORT/rpc`. */
  readonly url: string;
  /** `http://127.0.0.1:PORT`. */
  readonly http: string;
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Resolves once it listens; rejects when the address cannot be had. */
export async function listenHttp(options: HttpServerOptions): Promise<ListeningServer> {
  const host = options.host ?? '127.0.0.1';
  const endpoint = new WebSocketEndpoint(options);
  const http = createServer();
  await listen(http, host, options.port ?? 0);
  const { port } = http.address() as AddressInfo; // It listens on TCP: its address is no path.
  const gate = gateSettings(options, host, port);
  http.on('request', (request: IncomingMessage, response: ServerResponse) => answer(request, response, gate));
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const error = refusal(request.headers, gate) ?? wrongPath(request);
    if (error === undefined) endpoint.upgrade(request, socket, head);
    else refuseUpgrade(socket, error, options.logger);
  });
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return {
    url: `ws://${authority}/rpc`,
    http: `http://${authority}`,
    port,
    async close() {
      endpoint.close();
      await new Promise<void>((done) => {
        http.close(() => done());
        http.closeAllConnections();
      });
    },
  };
}

function gateSettings(options: HttpServerOptions, host: string, port: number): GateSettings {
  const own = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return {
    token: options.token,
    allowedHosts: [
      ...new Set(
        [...loopbackHosts(port), own, ...(options.allowedHosts ?? [])].map((name) => name.toLowerCase()),
      ),
    ],
    allowedOrigins: options.allowedOrigins ?? [],
  };
}

function answer(request: IncomingMessage, response: ServerResponse, gate: GateSettings): void {
  const refused = refusal(request.headers, gate);
  if (refused !== undefined) respond(response, statusOf(refused), refused.toShape());
  else if (request.method === 'GET' && request.url === '/')
    respond(response, 200, { name: 'hindsight', rpc: '/rpc' });
  else respond(response, 404, nothingAt(`${request.method} ${request.url}`).toShape());
}

function nothingAt(place: string): ProtocolError {
  return new ProtocolError('invalid-request', `there is nothing at ${place}; the WebSocket is at /rpc`);
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

function wrongPath({ url = '' }: IncomingMessage): ProtocolError | undefined {
  return url.split('?')[0] === '/rpc' ? undefined : nothingAt(url);
}

function refuseUpgrade(socket: Duplex, error: ProtocolError, logger: Logger): void {
  logger.warn({ code: error.code }, 'upgrade refused');
  const body = `${JSON.stringify(error.toShape())}\n`;
  const status =
    error.code === 'invalid-request'
      ? '404 Not Found'
      : error.code === 'unauthorized'
        ? '401 Unauthorized'
        : '403 Forbidden';
  const head = [
    `HTTP/1.1 ${status}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.on('error', () => socket.destroy()); // The peer may be gone already.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}
