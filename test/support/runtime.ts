/** A runtime inside the test's process, with real sockets, and clients of it. For tests of everything but `main.ts`. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Engine } from '../../runtime/core/engine.ts';
import { silentLogger } from '../../runtime/core/logger.ts';
import { ProtocolServer, type ServerSettings } from '../../runtime/core/protocol-server.ts';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import type { Encoding } from '../../runtime/protocol/codec/codec.ts';
import {
  type HttpServerOptions,
  type ListeningServer,
  listenHttp,
} from '../../runtime/transports/http-server.ts';

export interface TestRuntime extends AsyncDisposable {
  readonly server: ProtocolServer;
  readonly http: ListeningServer;
  readonly token: string;
  connect(encoding?: Encoding): Promise<RuntimeClient>;
}

/** A server with real ids and clocks, listening nowhere. */
export function createTestServer(
  engines: readonly Engine[],
  settings: Partial<ServerSettings> = {},
): ProtocolServer {
  return new ProtocolServer({
    engines,
    logger: silentLogger,
    now: Date.now,
    monotonicNow: () => performance.now(),
    newId: (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`,
    defer: setImmediate,
    readFile: (path) => readFile(path, 'utf8'),
    about: { version: '0.0.0-test', pid: process.pid, node: process.version, platform: process.platform },
    onShutdown() {},
    ...settings,
  });
}

/** The same, listening on a free port of this machine. */
export async function startTestRuntime(
  engines: readonly Engine[],
  settings: Partial<ServerSettings> = {},
  options: Partial<HttpServerOptions> = {},
): Promise<TestRuntime> {
  const server = createTestServer(engines, settings);
  const token = 'test-token';
  const http = await listenHttp({
    server,
    logger: silentLogger,
    token,
    maxFrameBytes: 10 * 1024 * 1024,
    ...options,
  });
  return {
    server,
    http,
    token,
    connect: async (encoding = 'msgpack') =>
      new RuntimeClient(await openWebSocket({ url: http.url, token, encoding })),
    async [Symbol.asyncDispose]() {
      await server.dispose();
      await http.close();
    },
  };
}
