/**
 * A process that can hold a session: idle in the pool, later owned by a session. It is either forked from a
 * zygote and writes to FIFOs, or a fresh process that sends its output as frames; a session does not see which.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import { deferred } from './deferred.ts';
import type { Exit } from './exit.ts';
import { Fifos, fifoPaths } from './fifo.ts';
import type { Link, LinkListener } from './link.ts';
import type { Frame } from './link-messages.ts';
import type { Listener } from './listener.ts';
import { Peer } from './peer.ts';
import { killGroup, type SpawnOptions, spawnPython } from './spawn.ts';
import type { Zygote } from './zygote.ts';

export interface WorkerProcess {
  readonly id: string;
  /** Also its process group. */
  readonly pid: number;
  readonly peer: Peer;
  /** Absent without fork: then output comes as frames. */
  readonly fifos: Fifos | undefined;
  readonly exited: Promise<Exit>;
  /** Who takes the shadows that this worker forks; nobody before a session does. */
  onShadow: ((shadow: Peer) => void) | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Gives back descriptors and the place at the door, after the process ended. */
  release(): void;
}

/** Errors: `interpreter-failed`, also when there is no hello within `startTimeoutMs`. */
export async function forkWorker(
  zygote: Zygote,
  listener: Listener,
  id: string,
  startTimeoutMs: number,
): Promise<WorkerProcess> {
  const said = deferred<Peer>();
  // Awaited below, but it may fail before that.
  said.promise.catch(() => {});
  const shadows: ShadowDoor = { open: undefined };
  // Once: the program of the session might find the token and call again.
  let admitted = false;
  listener.expect(id, (hello, link) => {
    if (hello.role === 'shadow') return shadows.open?.(hello, link);
    if (hello.role !== 'worker' || admitted) return undefined;
    admitted = true;
    const peer = new Peer(hello, link);
    said.resolve(peer);
    return peer;
  });
  const paths = fifoPaths(listener.folder, id);
  let pid: number | undefined;
  let fifos: Fifos | undefined;
  const deadline = setTimeout(
    () => said.reject(noHello(`said nothing for ${startTimeoutMs} ms`)),
    startTimeoutMs,
  );
  try {
    const forked = await orFail(zygote.fork({ id, role: 'worker', ...paths }), said.promise);
    pid = forked.pid;
    fifos = new Fifos(paths);
    void forked.exited.then((exit) =>
      said.reject(noHello(`ended with ${exit.signal ?? `exit code ${exit.code}`} while starting`)),
    );
    const peer = await said.promise;
    fifos.unlink();
    return workerProcess({ id, pid, peer, fifos, exited: forked.exited, shadows, listener });
  } catch (error) {
    listener.forget(id);
    if (pid !== undefined) killGroup(pid, 'SIGKILL');
    fifos?.close();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

/** The same without a zygote. Errors: those of `spawnPython`. */
export async function spawnWorker(
  listener: Listener,
  options: Omit<SpawnOptions, 'role' | 'fork'>,
): Promise<WorkerProcess> {
  const shadows: ShadowDoor = { open: undefined };
  const { pid, peer, exited } = await spawnPython(listener, { ...options, role: 'worker', fork: false });
  return workerProcess({ id: options.id, pid, peer, fifos: undefined, exited, shadows, listener });
}

interface ShadowDoor {
  open: ((hello: Frame<'hello'>, link: Link) => LinkListener | undefined) | undefined;
}

interface Parts {
  readonly id: string;
  readonly pid: number;
  readonly peer: Peer;
  readonly fifos: Fifos | undefined;
  readonly exited: Promise<Exit>;
  readonly shadows: ShadowDoor;
  readonly listener: Listener;
}

function workerProcess({ id, pid, peer, fifos, exited, shadows, listener }: Parts): WorkerProcess {
  const worker: WorkerProcess = {
    id,
    pid,
    peer,
    fifos,
    exited,
    onShadow: undefined,
    kill: (signal) => killGroup(pid, signal),
    release: () => {
      listener.forget(id);
      fifos?.close();
    },
  };
  shadows.open = (hello, link) => {
    if (worker.onShadow === undefined) return undefined;
    const shadow = new Peer(hello, link);
    worker.onShadow(shadow);
    return shadow;
  };
  return worker;
}

// The value, unless the other promise fails first.
async function orFail<Value>(value: Promise<Value>, other: Promise<unknown>): Promise<Value> {
  return Promise.race([value, other.then(() => value)]);
}

function noHello(what: string): ProtocolError {
  return new ProtocolError(
    'interpreter-failed',
    `a Python process for a session ${what}; send again to start another`,
  );
}
