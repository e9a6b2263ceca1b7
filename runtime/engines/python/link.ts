/**
 * One connection to a Python process: frames of 4 bytes length (big-endian) and a MessagePack map. It knows
 * neither what the frames mean nor which process it talks to; `link-messages.ts` says what is a frame.
 *
 * Frames are handed over synchronously as they are read, because the order between a frame and the output
 * read from another descriptor is the order in which this process read them.
 */
import type { Socket } from 'node:net';
import { Packr } from 'msgpackr/pack';
import { Unpackr } from 'msgpackr/unpack';
import { BadFrame, type Frame, frameOf } from './link-messages.ts';

const headerBytes = 4;
const copyUpToBytes = 64 * 1024;

// Plain MessagePack: Python knows no record extension, and 64-bit numbers come back as numbers.
const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

export interface LinkListener {
  onFrame(frame: Frame): void;
  /** Once, after the last frame. `cause` is set when the other side broke a rule. */
  onClose(cause: BadFrame | undefined): void;
}

export interface LinkOptions {
  /** A frame larger than this closes the link. Until the hello a small one is right. */
  readonly maxFrameBytes: number;
}

/** Owns the socket: closing the link destroys it. */
export class Link {
  readonly #socket: Socket;
  readonly #listener: LinkListener;
  #maxFrameBytes: number;
  #chunks: Buffer[] = [];
  #chunkBytes = 0;
  /** Of the frame that is being read, header included; 0 while the header is not there. */
  #frameBytes = 0;
  #closed = false;
  #cause: BadFrame | undefined;
  /** Takes what comes instead of frames. */
  #raw: ((bytes: Buffer) => void) | undefined;

  constructor(socket: Socket, listener: LinkListener, options: LinkOptions) {
    this.#socket = socket;
    this.#listener = listener;
    this.#maxFrameBytes = options.maxFrameBytes;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // An error is followed by close; a reset by a process that died is no news of its own.
    socket.on('error', () => {});
    socket.on('end', () => this.close());
    socket.on('close', () => this.#ended());
    socket.setNoDelay?.(true);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Of all that the other side has said. */
  get receivedBytes(): number {
    return this.#socket.bytesRead;
  }

  /** Raised after the hello showed that the other side is ours. */
  allowFrames(maxFrameBytes: number): void {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Dropped after the link closed: whoever waits for an answer learns it from `onClose`. */
  send(message: { readonly type: string } & Readonly<Record<string, unknown>>): void {
    if (this.#closed) return;
    const body = packr.pack(wellFormed(message));
    if (body.length > copyUpToBytes) {
      const header = Buffer.allocUnsafe(headerBytes);
      header.writeUInt32BE(body.length, 0);
      // Corked, so that both leave in one system call.
      this.#socket.cork();
      this.#socket.write(header);
      this.#socket.write(body);
      this.#socket.uncork();
      return;
    }
    const frame = Buffer.allocUnsafe(headerBytes + body.length);
    frame.writeUInt32BE(body.length, 0);
    body.copy(frame, headerBytes);
    this.#socket.write(frame);
  }

  /** From now on the other side says bytes that are no frames; they are the taker's. */
  takeRaw(take: (bytes: Buffer) => void): void {
    this.#raw = take;
    const early = this.#joined();
    this.#keep(Buffer.alloc(0));
    if (early.length > 0) take(early);
  }

  /** Sends bytes as they are. Dropped after the link closed. */
  sendRaw(bytes: Uint8Array): void {
    if (!this.#closed) this.#socket.write(bytes);
  }

  /** Stops reading; the other side then has to wait once the socket's buffers are full. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Twice is harmless. */
  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#closed || this.#cause !== undefined) return;
    if (this.#raw !== undefined) {
      this.#raw(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
    try {
      while (this.#nextFrame()) {
        // Each turn hands one frame over.
      }
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      this.#cause = error;
      this.close();
    }
  }

  #nextFrame(): boolean {
    if (this.#closed || this.#socket.destroyed) return false;
    if (this.#frameBytes === 0) {
      if (this.#chunkBytes < headerBytes) return false;
      const length = this.#joined().readUInt32BE(0);
      if (length > this.#maxFrameBytes)
        throw new BadFrame(`a frame of ${length} bytes is over the limit of ${this.#maxFrameBytes}`);
      this.#frameBytes = headerBytes + length;
    }
    if (this.#chunkBytes < this.#frameBytes) return false;
    const all = this.#joined();
    const body = all.subarray(headerBytes, this.#frameBytes);
    this.#keep(all.subarray(this.#frameBytes));
    this.#frameBytes = 0;
    this.#listener.onFrame(frameOf(decode(body)));
    return true;
  }

  // Joined only when a frame is complete (or its header is looked at), so that a large one is copied once.
  #joined(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#chunkBytes = rest.length;
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#chunks = [];
    this.#listener.onClose(this.#cause);
  }
}

function decode(body: Buffer): unknown {
  try {
    return unpackr.unpack(body);
  } catch (error) {
    throw new BadFrame(
      `a frame is not MessagePack: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const loneSurrogate = /\p{Surrogate}/u;

// MessagePack strings are UTF-8, which has no lone surrogates; Python refuses what other encoders write for them.
function wellFormed<Message extends Readonly<Record<string, unknown>>>(message: Message): Message {
  let changed: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(message)) {
    if (typeof value !== 'string' || !loneSurrogate.test(value)) continue;
    changed ??= { ...message };
    changed[key] = Buffer.from(value, 'utf8').toString('utf8');
  }
  return (changed as Message | undefined) ?? message; // A copy of it, in which only strings differ.
}
