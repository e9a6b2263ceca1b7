/** A `ClientTransport` over two streams with a JSON object a line, such as those of `hindsight serve --stdio`. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { jsonCodec } from '../codec/json.ts';
import { ProtocolError } from '../errors.ts';
import { Channel } from './channel.ts';
import type { ClientTransport } from './client-transport.ts';

/** `output`: what the runtime writes; `input`: what it reads. Closing ends `input`, on which a runtime ends. */
export function openStdio({
  output,
  input,
}: {
  readonly output: Readable;
  readonly input: Writable;
}): ClientTransport {
  const channel = new Channel();
  const lines = createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (line) => receive(channel, line));
  const end = (why: string): void => channel.end(new ProtocolError('disconnected', why));
  lines.on('close', () => end('the runtime closed its output'));
  output.on('error', (error) => end(`reading from the runtime failed: ${error.message}`));
  input.on('error', (error) => end(`writing to the runtime failed: ${error.message}`));
  return {
    send(message) {
      if (!channel.closed && input.writable) input.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: channel.onMessage,
    onClose: channel.onClose,
    close: () => input.end(),
  };
}

function receive(channel: Channel, line: string): void {
  if (line.trim() === '') return;
  try {
    channel.receive(
      jsonCodec.decode(Buffer.from(line), { maxFrameBytes: Number.POSITIVE_INFINITY, maxDepth: 10_000 }),
    );
  } catch (error) {
    channel.end(ProtocolError.from(error));
  }
}
