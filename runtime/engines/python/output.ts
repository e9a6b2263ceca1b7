/**
 * Turns the bytes of a session's two output streams into text: characters that are cut by a chunk's end are
 * put together, bytes that are not UTF-8 become U+FFFD, and what arrives in one turn of the event loop, or
 * completes a line at once, becomes one event. It does not know where the bytes come from.
 */
import { StringDecoder } from 'node:string_decoder';

export type Stream = 'stdout' | 'stderr';

/** Text at least this long is handed over without waiting for more. */
const handOverLength = 256 * 1024;
/** Half a line waits so long for its other half: `print` writes each of its arguments by itself. */
const halfLineMs = 2;

export class OutputText {
  readonly #sink: (stream: Stream, text: string) => void;
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  #stream: Stream = 'stdout';
  #pending = '';
  #soon: NodeJS.Immediate | undefined;
  #atLast: NodeJS.Timeout | undefined;

  constructor(sink: (stream: Stream, text: string) => void) {
    this.#sink = sink;
  }

  /** The bytes are read at once and may be reused by the caller. */
  take(stream: Stream, bytes: Uint8Array): void {
    this.#add(stream, this.#decoders[stream].write(bytes));
  }

  takeText(stream: Stream, text: string): void {
    this.#add(stream, text);
  }

  /** Hands over what is pending; called before anything else of the session is, so that order is kept. */
  flush(): void {
    clearImmediate(this.#soon);
    clearTimeout(this.#atLast);
    this.#soon = undefined;
    this.#atLast = undefined;
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    this.#sink(this.#stream, text);
  }

  /** As `flush`, and a character that is not whole by now never will be. */
  finish(): void {
    this.flush();
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#decoders[stream].end();
      if (rest !== '') this.#sink(stream, rest);
    }
  }

  #add(stream: Stream, text: string): void {
    if (text === '') return;
    if (stream !== this.#stream) this.flush();
    this.#stream = stream;
    this.#pending += text;
    if (this.#pending.length >= handOverLength) this.flush();
    else if (text.endsWith('\n')) this.#soon ??= setImmediate(() => this.flush());
    else this.#atLast ??= setTimeout(() => this.flush(), halfLineMs);
  }
}
