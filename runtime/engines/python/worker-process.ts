/**
 * A process that can hold a session: idle in the pool, later owned by a session. It is forked from a zygote or
 * from a frozen process and writes to FIFOs, or it is a fresh process that sends its output as frames; a session does not see which.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import { deferred } from './deferred.ts';
import type { Exit } from './exit.ts';
import { type FifoPaths, Fifos, fifoPaths } from './fifo.ts';
import type { FrozenProcess } from './frozen-process.ts';
import type { Link, LinkListener } from './link.ts';
import type { Frame } from './link-messages.ts';
import type { Listener } from './listener.ts';
import { Peer } from './peer.ts';
import type { ShadowProcess } from './shadow.ts';
import { killGroup, killProcess, type SpawnOptions, spawnPython } from './spawn.ts';
import { helloBytes } from './thaw.ts';
import { withinMs } from './within.ts';
import type { Forked, Zygote } from './zygote.ts';

/** From the end of its link to a shadow's own end. */
const shadowGraceMs = 1000;
/** From the end of a process to the last hello of a snapshot that it made. */
const lateHelloMs = 1000;

/** Where processes are forked: who reaps them, and at which door they call. */
export interface Nursery {
  readonly zygote: Zygote;
  readonly listener: Listener;
  readonly startTimeoutMs: number;
  readonly nextId: (kind: 'worker' | 'shadow' | 'cursor') => string;
}

export interface WorkerProcess {
  readonly id: string;
  /** Also its process group. */
  readonly pid: number;
  readonly peer: Peer;
  python: Frame<'hello'>['python'];
  /** Absent without fork: then output comes as frames. */
  readonly fifos: Fifos | undefined;
  /** Where its frozen processes are thawed; absent without fork. */
  readonly nursery: Nursery | undefined;
  readonly exited: Promise<Exit>;
  /** Who takes the frozen processes of this worker; nobody before a session does. */
  onFrozen: ((frozen: Peer) => void) | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Gives back descriptors and the place at the door, after the process ended. */
  release(): void;
}

/** Errors: `interpreter-failed`, also when there is no hello within `startTimeoutMs`. */
export async function forkWorker(nursery: Nursery): Promise<WorkerProcess> {
  const id = nursery.nextId('worker');
  return startWorker(nursery, id, (paths) => nursery.zygote.fork({ id, role: 'worker', ...paths }));
}

/** One that goes on from a frozen process. Errors: those of `FrozenProcess.thaw`; `interpreter-failed`. */
export async function thawWorker(nursery: Nursery, frozen: FrozenProcess): Promise<WorkerProcess> {
  const id = nursery.nextId('worker');
  const hello = helloBytes(frozen.hello, nursery.listener.token, id, 'worker');
  const worker = await startWorker(nursery, id, (fifos) => frozen.thaw({ role: 'worker', id, hello, fifos }));
  worker.python = frozen.hello.python;
  return worker;
}

/** Errors: those of `FrozenProcess.thaw`; `interpreter-failed`. */
export async function thawShadow(nursery: Nursery, frozen: FrozenProcess): Promise<ShadowProcess> {
  const { listener, startTimeoutMs } = nursery;
  const id = nursery.nextId('shadow');
  const hello = helloBytes(frozen.hello, listener.token, id, 'shadow');
  const said = new Hello(listener, id, 'shadow', startTimeoutMs);
  let pid: number | undefined;
  try {
    const forked = await frozen.thaw({ role: 'shadow', id, hello });
    pid = forked.pid;
    said.failWith(forked.exited);
    return shadowProcess(await said.peer, forked);
  } catch (error) {
    if (pid !== undefined) killProcess(pid);
    throw error;
  } finally {
    said.end();
    listener.forget(id);
  }
}

function shadowProcess(peer: Peer, { pid, exited }: Forked): ShadowProcess {
  const kill = () => {
    peer.link.close();
    killProcess(pid);
  };
  const end = () => {
    peer.link.close();
    void withinMs(exited, shadowGraceMs).then((ended) => {
      if (!ended) killProcess(pid);
    });
  };
  return { peer, end, kill };
}

/** A copy of a recorded program, at the moment of a snapshot; see docs/debugging.md. */
export interface CursorProcess {
  readonly id: string;
  readonly pid: number;
  readonly peer: Peer;
  readonly exited: Promise<Exit>;
  /** Who takes the snapshots that it makes; nobody before it is set. */
  onFrozen: ((frozen: Peer) => void) | undefined;
  /** Ends it, whatever it does. Twice is harmless. */
  end(): void;
}

/** Errors: those of `FrozenProcess.thaw`; `interpreter-failed`. */
export async function thawCursor(nursery: Nursery, frozen: FrozenProcess): Promise<CursorProcess> {
  const { listener, startTimeoutMs } = nursery;
  const id = nursery.nextId('cursor');
  const hello = helloBytes(frozen.hello, listener.token, id, 'cursor');
  const said = new Hello(listener, id, 'cursor', startTimeoutMs);
  let pid: number | undefined;
  try {
    const forked = await frozen.thaw({ role: 'cursor', id, hello });
    pid = forked.pid;
    said.failWith(forked.exited);
    const cursor = cursorProcess(id, await said.peer, forked, () => listener.forget(id));
    said.onOther = (other, link) => frozenOf(cursor, other, link);
    return cursor;
  } catch (error) {
    listener.forget(id);
    if (pid !== undefined) killProcess(pid);
    throw error;
  } finally {
    said.end();
  }
}

function cursorProcess(id: string, peer: Peer, { pid, exited }: Forked, forget: () => void): CursorProcess {
  let ended = false;
  void exited.then(() => {
    ended = true;
    // What it has frozen may still be about to say hello under its id.
    setTimeout(forget, lateHelloMs).unref();
  });
  const end = () => {
    peer.link.close();
    if (ended) return;
    // Its group, too: what it has started, should something have slipped through.
    killGroup(pid, 'SIGKILL');
    killProcess(pid);
  };
  return { id, pid, peer, exited, onFrozen: undefined, end };
}

/**
 * A cursor as a worker: `promote` has it make the FIFOs of these paths and open them. Who has it now takes its frames.
 * Errors: those of `promote`; then the cursor is ended.
 */
export async function promoteCursor(
  nursery: Nursery,
  cursor: CursorProcess,
  python: Frame<'hello'>['python'],
  promote: (paths: FifoPaths) => Promise<unknown>,
): Promise<WorkerProcess> {
  const { id, pid, peer, exited } = cursor;
  const { listener } = nursery;
  const paths = fifoPaths(listener.folder, id);
  try {
    await promote(paths);
    const worker = workerProcess({ id, pid, peer, exited, listener, nursery, fifos: new Fifos(paths) });
    worker.python = python;
    cursor.onFrozen = (frozen) => worker.onFrozen?.(frozen);
    return worker;
  } catch (error) {
    cursor.end();
    throw error;
  }
}

/** A fresh worker, without a zygote. Errors: those of `spawnPython`. */
export async function spawnWorker(
  listener: Listener,
  options: Omit<SpawnOptions, 'role' | 'fork'>,
): Promise<WorkerProcess> {
  const { pid, peer, exited } = await spawnPython(listener, { ...options, role: 'worker', fork: false });
  const parts = { id: options.id, pid, peer, exited, listener };
  return workerProcess({ ...parts, fifos: undefined, nursery: undefined });
}

async function startWorker(
  nursery: Nursery,
  id: string,
  fork: (paths: FifoPaths) => Promise<Forked>,
): Promise<WorkerProcess> {
  const { listener, startTimeoutMs } = nursery;
  const said = new Hello(listener, id, 'worker', startTimeoutMs);
  const paths = fifoPaths(listener.folder, id);
  let pid: number | undefined;
  let fifos: Fifos | undefined;
  try {
    const forked = await said.orFailed(fork(paths));
    pid = forked.pid;
    fifos = new Fifos(paths);
    said.failWith(forked.exited);
    const peer = await said.peer;
    fifos.unlink();
    const worker = workerProcess({ id, pid, peer, fifos, exited: forked.exited, listener, nursery });
    said.onOther = (hello, link) => frozenOf(worker, hello, link);
    return worker;
  } catch (error) {
    listener.forget(id);
    if (pid !== undefined) killGroup(pid, 'SIGKILL');
    // It may not have made its group yet.
    if (pid !== undefined) killProcess(pid);
    fifos?.close();
    throw error;
  } finally {
    said.end();
  }
}

/** The hello that a process is waited for to say. */
class Hello {
  /** Takes hellos that come under the same id and are not the process's own. */
  onOther: ((hello: Frame<'hello'>, link: Link) => LinkListener | undefined) | undefined;
  readonly #said = deferred<Peer>();
  readonly #deadline: NodeJS.Timeout;

  constructor(listener: Listener, id: string, role: 'worker' | 'shadow' | 'cursor', timeoutMs: number) {
    // Awaited by the caller, but it may fail before that.
    this.#said.promise.catch(() => {});
    this.#deadline = setTimeout(() => this.#fail(`said nothing for ${timeoutMs} ms`), timeoutMs);
    // Once: the program of the session might find the token and call again.
    let admitted = false;
    listener.expect(id, (hello, link) => {
      if (hello.role !== role) return this.onOther?.(hello, link);
      if (admitted) return undefined;
      admitted = true;
      const peer = new Peer(hello, link);
      this.#said.resolve(peer);
      return peer;
    });
  }

  /** Rejects with `interpreter-failed`. */
  get peer(): Promise<Peer> {
    return this.#said.promise;
  }

  failWith(exited: Promise<Exit>): void {
    void exited.then((exit) =>
      this.#fail(`ended with ${exit.signal ?? `exit code ${exit.code}`} while starting`),
    );
  }

  /** The value, unless the hello fails first. */
  orFailed<Value>(value: Promise<Value>): Promise<Value> {
    return Promise.race([value, this.#said.promise.then(() => value)]);
  }

  end(): void {
    clearTimeout(this.#deadline);
  }

  #fail(what: string): void {
    const message = `a Python process for a session ${what}; send again to start another`;
    this.#said.reject(new ProtocolError('interpreter-failed', message));
  }
}

function frozenOf(
  worker: Pick<WorkerProcess, 'onFrozen'>,
  hello: Frame<'hello'>,
  link: Link,
): LinkListener | undefined {
  if (hello.role !== 'frozen' || worker.onFrozen === undefined) return undefined;
  const frozen = new Peer(hello, link);
  worker.onFrozen(frozen);
  return frozen;
}

function workerProcess(
  parts: Pick<WorkerProcess, 'id' | 'pid' | 'peer' | 'fifos' | 'exited' | 'nursery'> & { listener: Listener },
): WorkerProcess {
  const { listener, ...worker } = parts;
  return {
    ...worker,
    python: worker.peer.hello.python,
    onFrozen: undefined,
    kill: (signal) => killGroup(worker.pid, signal),
    release: () => {
      // What it has frozen may still be about to say hello under its id.
      setTimeout(() => listener.forget(worker.id), lateHelloMs).unref();
      worker.fifos?.close();
    },
  };
}
