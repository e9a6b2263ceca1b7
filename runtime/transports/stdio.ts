/** One client on two streams, a JSON object a line. What is no such line costs one error and nothing else. */
import type { Readable, Writable } from 'node:stream';
import type { Connection, ConnectionTransport } from '../core/connection.ts';
import type { ProtocolServer } from '../core/protocol-server.ts';
import { defaultDecodeLimits, frameTooLarge } from '../protocol/codec/codec.ts';
import { jsonCodec } from '../protocol/codec/json.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { LineSplitter } from './line-splitter.ts';

export interface StdioOptions {
  readonly server: ProtocolServer;
  readonly input: Readable;
  readonly output: Writable;
  readonly maxFrameBytes: number;
}

/** How long what was asked may still run when the input has ended. */
const lastAnswersMs = 10_000;

/**
 * Serves the client until its input has ended and what it asked is answered (within 10 s: a client that is
 * gone leaves nothing behind), or its output breaks; then the promise resolves.
 */
export function serveStdio({ server, input, output, maxFrameBytes }: StdioOptions): Promise<void> {
  return new Promise((resolve) => {
    const connection: Connection = server.connect(transportOf(output, () => connection.drained()));
    const lines = new LineSplitter(maxFrameBytes, {
      onLine: (line) => receive(server, connection, line, maxFrameBytes),
      onTooLong: () => connection.reject(frameTooLarge(maxFrameBytes)),
    });
    const end = (): void => {
      server.disconnect(connection);
      resolve();
    };
    input.on('data', (chunk: Uint8Array) => lines.push(chunk));
    input.once('end', () => {
      lines.end();
      setTimeout(end, lastAnswersMs).unref();
      connection.whenAnswered(end);
    });
    input.once('error', end);
    output.once('error', end);
    output.once('finish', end);
  });
}

function receive(
  server: ProtocolServer,
  connection: Connection,
  line: Uint8Array,
  maxFrameBytes: number,
): void {
  try {
    server.receive(connection, jsonCodec.decode(line, { ...defaultDecodeLimits, maxFrameBytes }));
  } catch (error) {
    connection.reject(ProtocolError.from(error));
  }
}

function transportOf(output: Writable, drained: () => void): ConnectionTransport {
  return {
    kind: 'stdio',
    get bufferedBytes() {
      return output.writableLength;
    },
    send(messages) {
      const text = messages.map((message) => `${JSON.stringify(message)}\n`).join('');
      output.write(text, drained);
    },
    close: () => output.end(),
  };
}
