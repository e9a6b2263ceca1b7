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

/** For a process that another one than the zygote is about to fork, and that the zygote will reap. */
export interface Adoption {
  /** Once its pid is known: how it will end, or has ended already. */
  take(pid: number): Promise<Exit>;
  /** No process comes, or it was taken. Twice is harmless. */
  end(): void;
}

/** Owns the process and everything that it forked. */
export class Zygote {
  readonly python: Frame<'hello'>['python'];
  readonly pid: number;
  readonly #spawned: Spawned;
  readonly #logger: Logger;
  readonly #children = new Map<string, Child>();
  /** Sisters of what was forked: thawed workers, by pid. */
  readonly #adopted = new Map<number, Deferred<Exit>>();
  readonly #adoptions = new Set<Adoption>();
  /** Of those that nobody has taken yet, while somebody may. */
  readonly #unclaimed = new Map<number, Exit>();
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

  /**
   * Begin it before the process is asked for: its end may be reported before its pid is known. While none is
   * begun, ends of unknown processes are forgotten, so that a pid that is used again meets no old one.
   */
  adopt(): Adoption {
    const adoption: Adoption = {
      take: (pid) => {
        const exited = this.#exitOf(pid);
        adoption.end();
        return exited;
      },
      end: () => {
        this.#adoptions.delete(adoption);
        if (this.#adoptions.size === 0) this.#unclaimed.clear();
      },
    };
    this.#adoptions.add(adoption);
    return adoption;
  }

  /** The process is gone, or nobody needs to know of its end any more. */
  disown(pid: number): void {
    this.#adopted.delete(pid);
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
    } else if (frame.type === 'exited' && frame.id === '') {
      this.#onAdoptedExit(frame.pid, exitOf(frame));
    } else if (frame.type === 'exited') {
      const child = this.#children.get(frame.id);
      this.#children.delete(frame.id);
      if (frame.pid === 0) child?.forked.reject(this.#noFork(frame.error ?? 'no reason was given'));
      else child?.forked.resolve(frame.pid);
      child?.exited.resolve(exitOf(frame));
    } else {
      this.#logger.warn({ zygote: this.pid, frame: frame.type }, 'unexpected frame from a zygote');
    }
  }

  #exitOf(pid: number): Promise<Exit> {
    const seen = this.#unclaimed.get(pid);
    if (seen !== undefined) return Promise.resolve(seen);
    if (!this.#alive) {
      killGroup(pid, 'SIGKILL');
      return Promise.resolve(unseenExit);
    }
    const exited = deferred<Exit>();
    this.#adopted.set(pid, exited);
    return exited.promise;
  }

  #onAdoptedExit(pid: number, exit: Exit): void {
    const adopted = this.#adopted.get(pid);
    this.#adopted.delete(pid);
    if (adopted !== undefined) adopted.resolve(exit);
    else if (this.#adoptions.size > 0) this.#unclaimed.set(pid, exit);
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
    for (const exited of this.#adopted.values()) exited.resolve(unseenExit);
    this.#adopted.clear();
    this.#spawned.peer.link.close();
    this.#ended.resolve();
  }

  #killAll(): void {
    for (const child of this.#children.values()) if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    for (const pid of this.#adopted.keys()) killGroup(pid, 'SIGKILL');
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

function exitOf({ code, signal }: Frame<'exited'>): Exit {
  return { code: code ?? null, signal: signal == null ? null : signalName(signal) };
}
