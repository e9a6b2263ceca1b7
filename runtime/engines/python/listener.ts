/**
 * The one socket on which all Python processes of the engine call back: a Unix socket in a fresh 0700
 * folder, or loopback TCP. It lets in who says the token in its hello and whose id was expected, within a
 * deadline; everybody else is dropped. It does not know what the processes are for.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../core/logger.ts';
import { Link, type LinkListener } from './link.ts';
import type { BadFrame, Frame } from './link-messages.ts';
import { removeStaleFolders } from './stale-folders.ts';

/** Larger than any display that a panel can show; smaller than what would take the runtime down. */
export const maxFrameBytes = 256 * 1024 * 1024;
/** That of a frozen process lists what was not captured. */
const maxHelloBytes = 64 * 1024;
const folderPrefix = 'hindsight-link-';
const socketName = 'link';
const maxStrangers = 256;

/** Where a process calls back, as in its start line. */
export type Address = { readonly path: string } | { readonly host: string; readonly port: number };

/** Called with the hello; returns who takes the link's frames from now on, or undefined to refuse it. */
export type Doorkeeper = (hello: Frame<'hello'>, link: Link) => LinkListener | undefined;

export interface ListenerOptions {
  /** Loopback TCP instead of a Unix socket. */
  readonly tcp: boolean;
  /** Until a connection has said hello. */
  readonly helloTimeoutMs: number;
  readonly logger: Logger;
}

/** Owns its folder and every link that was not taken; `close` ends both. */
export class Listener {
  readonly token = randomBytes(32).toString('hex');
  /** Private to this user: the socket and the FIFOs are in it. */
  readonly folder: string;
  readonly address: Address;
  readonly #server: Server;
  readonly #options: ListenerOptions;
  readonly #expected = new Map<string, Doorkeeper>();
  readonly #strangers = new Set<Socket>();

  private constructor(server: Server, folder: string, address: Address, options: ListenerOptions) {
    this.#server = server;
    this.folder = folder;
    this.address = address;
    this.#options = options;
    server.on('connection', (socket) => this.#welcome(socket));
    // Too many descriptors, for example: the one connection is lost, and who waits for it has a deadline.
    server.on('error', (error) => options.logger.error({ error: error.message }, 'python link not accepted'));
  }

  static async open(options: ListenerOptions): Promise<Listener> {
    const folder = mkdtempSync(join(tmpdir(), folderPrefix));
    void removeStaleFolders(tmpdir(), folderPrefix, socketName);
    chmodSync(folder, 0o700);
    // Nothing is written in two directions half-closed: the end of one side is the end of the link.
    const server = createServer({ allowHalfOpen: false, noDelay: true });
    const path = join(folder, socketName);
    const address = await listen(server, options.tcp ? undefined : path);
    server.unref();
    return new Listener(server, folder, address, options);
  }

  /** Lets in whoever says hello with this id, until `forget`. A frozen process comes under the id of its worker. */
  expect(id: string, doorkeeper: Doorkeeper): void {
    this.#expected.set(id, doorkeeper);
  }

  forget(id: string): void {
    this.#expected.delete(id);
  }

  /** Twice is harmless. */
  async close(): Promise<void> {
    for (const socket of this.#strangers) socket.destroy();
    this.#server.close();
    await rm(this.folder, { recursive: true, force: true }).catch((error: unknown) => {
      this.#options.logger.warn(
        { folder: this.folder, error: String(error) },
        'folder of the links not removed',
      );
    });
  }

  #welcome(socket: Socket): void {
    if (this.#strangers.size >= maxStrangers) {
      socket.destroy();
      return;
    }
    this.#strangers.add(socket);
    let taker: LinkListener | undefined;
    const settle = () => {
      clearTimeout(deadline);
      this.#strangers.delete(socket);
    };
    const link: Link = new Link(
      socket,
      {
        onFrame: (frame) => {
          if (taker !== undefined) {
            taker.onFrame(frame);
            return;
          }
          settle();
          taker = this.#admit(frame, link);
          if (taker === undefined) link.close();
          else link.allowFrames(maxFrameBytes);
        },
        onClose: (cause: BadFrame | undefined) => {
          settle();
          if (taker !== undefined) taker.onClose(cause);
          else this.#tellRefusal(link, cause);
        },
      },
      { maxFrameBytes: maxHelloBytes },
    );
    const deadline = setTimeout(() => link.close(), this.#options.helloTimeoutMs);
    deadline.unref();
  }

  // Silence is no news: another runtime looks so whether this one is alive, before it tidies up.
  #tellRefusal(link: Link, cause: BadFrame | undefined): void {
    const { logger } = this.#options;
    if (link.receivedBytes === 0) logger.debug({}, 'python link silent');
    else logger.warn({ cause: cause?.message ?? 'no hello that is expected' }, 'python link refused');
  }

  #admit(frame: Frame, link: Link): LinkListener | undefined {
    if (frame.type !== 'hello' || !sameSecret(frame.token, this.token)) return undefined;
    const door = this.#expected.get(frame.id) ?? this.#expected.get(frame.worker ?? frame.id);
    return door?.(frame, link);
  }
}

function listen(server: Server, path: string | undefined): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listening = () => {
      server.off('error', reject);
      const bound = server.address();
      if (path !== undefined) resolve({ path });
      else if (typeof bound === 'object' && bound !== null) resolve({ host: '127.0.0.1', port: bound.port });
      else reject(new Error('the engine could not listen on loopback'));
    };
    if (path === undefined) server.listen({ host: '127.0.0.1', port: 0 }, listening);
    else server.listen(path, listening);
  });
}

// Hashed first, because timingSafeEqual wants equal lengths and the length must not leak either.
function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(given).digest(),
    createHash('sha256').update(expected).digest(),
  );
}
