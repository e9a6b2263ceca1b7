/**
 * The reading end of a worker's two FIFOs. It is opened for writing, too, so that there is always a reader
 * and a writer and neither side ever sees an end of file; that the worker ended is known from elsewhere.
 * It does not know what the bytes mean.
 */
import { closeSync, constants, openSync, readSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Stream } from './output.ts';

const chunkBytes = 64 * 1024;
const streams = ['stdout', 'stderr'] as const;

export interface FifoPaths {
  readonly stdout: string;
  readonly stderr: string;
}

export function fifoPaths(folder: string, id: string): FifoPaths {
  return { stdout: join(folder, `${id}.out`), stderr: join(folder, `${id}.err`) };
}

/** Owns both descriptors; `close` gives them back. */
export class Fifos {
  readonly #sockets: Readonly<Record<Stream, Socket>>;
  readonly #descriptors: Readonly<Record<Stream, number>>;
  readonly #paths: FifoPaths;
  #take: (stream: Stream, bytes: Uint8Array) => void = () => {};
  #closed = false;

  /** Opens FIFOs that exist; reading begins with `start`. */
  constructor(paths: FifoPaths) {
    this.#paths = paths;
    const flags = constants.O_RDWR | constants.O_NONBLOCK;
    const stdout = openSync(paths.stdout, flags);
    this.#descriptors = { stdout, stderr: openSecond(paths.stderr, flags, stdout) };
    this.#sockets = { stdout: this.#open('stdout'), stderr: this.#open('stderr') };
  }

  /** `take` is called synchronously as bytes are read; they are valid during the call only. */
  start(take: (stream: Stream, bytes: Uint8Array) => void): void {
    this.#take = take;
    this.resume();
  }

  /** Both ends have them open now, so the names are not needed any more. */
  unlink(): void {
    for (const path of [this.#paths.stdout, this.#paths.stderr]) {
      try {
        unlinkSync(path);
      } catch {
        // Gone with its folder.
      }
    }
  }

  pause(): void {
    for (const stream of streams) this.#sockets[stream].pause();
  }

  resume(): void {
    if (this.#closed) return;
    for (const stream of streams) this.#sockets[stream].resume();
  }

  /** Takes what is left in the pipes of a process that has ended, paused or not. */
  drain(): void {
    if (this.#closed) return;
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (const stream of streams) {
      for (;;) {
        const length = readAvailable(this.#descriptors[stream], buffer);
        if (length === 0) break;
        this.#take(stream, buffer.subarray(0, length));
      }
    }
  }

  /** Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.unlink();
    for (const stream of streams) this.#sockets[stream].destroy();
  }

  // A buffer of its own, reused for every read: nothing is allocated for a chunk.
  #open(stream: Stream): Socket {
    const callback = (length: number, buffer: Uint8Array) => {
      this.#take(stream, buffer.subarray(0, length));
      return true;
    };
    const socket = new Socket({
      fd: this.#descriptors[stream],
      readable: true,
      writable: false,
      onread: { buffer: Buffer.allocUnsafe(chunkBytes), callback },
    });
    socket.on('error', () => socket.destroy());
    socket.pause();
    return socket;
  }
}

// When there is no descriptor left for the second, the first is given back.
function openSecond(path: string, flags: number, first: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    closeSync(first);
    throw error;
  }
}

function readAvailable(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
