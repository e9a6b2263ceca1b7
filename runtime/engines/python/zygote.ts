/**
 * The process that all processes of one interpreter and environment are forked from. It knows how to ask for
 * a fork and how each child ended, and nothing of what the children do.
 */

import type { Logger } from '../../core/logger.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { type Deferred, deferred } from './deferred.ts';
import { type Exit, signalName, unseenExit } from './exit.ts';
import type { Frame } from './link-messages.ts';
import type { Listener } from './listener.ts';
import { killGroup, type Spawned, type SpawnOptions, spawnPython } from './spawn.ts';

interface Child {
  /** Settles with the pid when `forked` comes. */
  readonly forked: Deferred<number>;
  readonly exited: Deferred<Exit>;
  pid: number | undefined;
}

export interface ForkRequest {
  readonly id: string;
  readonly role: 'worker' | 'analyst';
  /** Paths of the FIFOs to make for fd 1 and 2. Absent: `/dev/null`. */
  readonly stdout?: string;
  readonly stderr?: string;
}

export interface Forked {
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

/** Owns the process and everything that it forked. */
export class Zygote {
  readonly python: Frame<'hello'>['python'];
  readonly pid: number;
  readonly #spawned: Spawned;
  readonly #logger: Logger;
  readonly #children = new Map<string, Child>();
  readonly #ended = deferred<void>();
  #alive = true;

  private constructor(spawned: Spawned, logger: Logger) {
    this.#spawned = spawned;
    this.#logger = logger;
    this.pid = spawned.pid;
    this.python = spawned.peer.hello.python;
    spawned.peer.listen({ onFrame: (frame) => this.#onFrame(frame), onClose: () => this.#onEnd() });
    void spawned.exited.then(() => this.#onEnd());
  }

  /** Errors: those of `spawnPython`. */
  static async start(
    listener: Listener,
    options: Omit<SpawnOptions, 'role' | 'fork'>,
    logger: Logger,
  ): Promise<Zygote> {
    const spawned = await spawnPython(listener, { ...options, role: 'zygote', fork: true });
    listener.forget(options.id);
    return new Zygote(spawned, logger);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Settles when the process has ended, for whatever reason. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Asks for a child. Errors: `interpreter-failed` when the zygote ended. */
  async fork(request: ForkRequest): Promise<Forked> {
    if (!this.#alive) throw this.#gone();
    const child: Child = { forked: deferred(), exited: deferred(), pid: undefined };
    this.#children.set(request.id, child);
    this.#spawned.peer.link.send({ type: 'fork', ...request });
    const pid = await child.forked.promise;
    return { pid, exited: child.exited.promise };
  }

  /** Ends the process and all that it forked: kindly, then, after the grace, by force. */
  async dispose(graceMs: number): Promise<void> {
    this.#spawned.peer.link.close();
    const force = setTimeout(() => this.#killAll(), graceMs);
    await this.#spawned.exited;
    clearTimeout(force);
    this.#onEnd();
  }

  #onFrame(frame: Frame): void {
    if (frame.type === 'forked') {
      const child = this.#children.get(frame.id);
      if (child === undefined) return;
      child.pid = frame.pid;
      child.forked.resolve(frame.pid);
    } else if (frame.type === 'exited') {
      const child = this.#children.get(frame.id);
      this.#children.delete(frame.id);
      if (frame.pid === 0) child?.forked.reject(this.#noFork(frame.error ?? 'no reason was given'));
      else child?.forked.resolve(frame.pid);
      child?.exited.resolve({
        code: frame.code ?? null,
        signal: frame.signal == null ? null : signalName(frame.signal),
      });
    } else {
      this.#logger.warn({ zygote: this.pid, frame: frame.type }, 'unexpected frame from a zygote');
    }
  }

  // Children of a dead zygote cannot be reaped or asked after any more: they are ended with it.
  #onEnd(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#logger.info({ zygote: this.pid, output: this.#spawned.earlyOutput() }, 'zygote ended');
    this.#killAll();
    for (const child of this.#children.values()) {
      child.forked.reject(this.#gone());
      child.exited.resolve(unseenExit);
    }
    this.#children.clear();
    this.#spawned.peer.link.close();
    this.#ended.resolve();
  }

  #killAll(): void {
    for (const child of this.#children.values()) if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    this.#spawned.kill('SIGKILL');
  }

  #noFork(why: string): ProtocolError {
    return new ProtocolError(
      'interpreter-failed',
      `no Python process could be forked: ${why}; end something and send again`,
      {
        details: { output: why },
      },
    );
  }

  #gone(): ProtocolError {
    return new ProtocolError(
      'interpreter-failed',
      'the Python process that starts sessions has ended; send again to start another',
      {
        details: { output: this.#spawned.earlyOutput() },
      },
    );
  }
}
