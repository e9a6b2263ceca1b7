/**
 * Cuts a stream of bytes into lines of a bounded length. Of a line over the limit nothing is kept; it is
 * reported once, and the next line is read as usual. Knows nothing of what a line says.
 */

export interface LineListener {
  /** A line without its newline. */
  onLine(line: Uint8Array): void;
  onTooLong(): void;
}

const newline = 0x0a;

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #listener: LineListener;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #isSkipping = false;

  constructor(maxBytes: number, listener: LineListener) {
    this.#maxBytes = maxBytes;
    this.#listener = listener;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#take(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
  }

  /** The stream has ended: what stands behind the last newline is a line, too. */
  end(): void {
    if (this.#bytes > 0) this.#endLine();
  }

  #take(part: Uint8Array): void {
    if (this.#isSkipping) return;
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes <= this.#maxBytes) return;
    this.#clear();
    this.#isSkipping = true;
    this.#listener.onTooLong();
  }

  #endLine(): void {
    const wasSkipping = this.#isSkipping;
    this.#isSkipping = false;
    const line =
      this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#clear();
    if (!wasSkipping && line.length > 0) this.#listener.onLine(line);
  }

  #clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}
