/**
 * The command that a frozen process is thawed with, and its answer: fixed places in bytes, as
 * `worker/frozen.py` describes them. It knows no process.
 */
import { Packr } from 'msgpackr/pack';
import type { FifoPaths } from './fifo.ts';
import type { Frame } from './link-messages.ts';

export type ThawRequest =
  | { readonly role: 'shadow' | 'cursor'; readonly id: string; readonly hello: Uint8Array }
  | { readonly role: 'worker'; readonly id: string; readonly hello: Uint8Array; readonly fifos: FifoPaths };

/** What a frozen process answers: exactly one of the two is not 0. */
export interface ThawAnswer {
  readonly pid: number;
  readonly errno: number;
}

const places = {
  role: { at: 0, size: 4 },
  helloSize: { at: 4, size: 4 },
  id: { at: 8, size: 64 },
  stdout: { at: 72, size: 256 },
  stderr: { at: 328, size: 256 },
  hello: { at: 584, size: 1464 },
} as const;
const commandBytes = 2048;
export const answerBytes = 8;
const roles = { worker: 1, shadow: 2, cursor: 3 } as const;
const headerBytes = 4;

const packr = new Packr({ useRecords: false });

/** Throws a RangeError when something is longer than its place. */
export function encodeThaw(request: ThawRequest): Buffer {
  const command = Buffer.alloc(commandBytes);
  command.writeUInt32LE(roles[request.role], places.role.at);
  command.writeUInt32LE(request.hello.length, places.helloSize.at);
  put(command, 'id', Buffer.from(`${request.id}\0`));
  put(command, 'hello', request.hello);
  if (request.role === 'worker') {
    put(command, 'stdout', Buffer.from(`${request.fifos.stdout}\0`));
    put(command, 'stderr', Buffer.from(`${request.fifos.stderr}\0`));
  }
  return command;
}

export function decodeAnswer(bytes: Buffer): ThawAnswer {
  return { pid: bytes.readInt32LE(0), errno: bytes.readInt32LE(4) };
}

/**
 * The hello that a thawed process is to say, as a whole frame. Nothing is patched into it there: its pid is not
 * known yet, and what it would say of Python may be too long for its place and is known from the frozen process.
 */
export function helloBytes(
  frozen: Frame<'hello'>,
  token: string,
  id: string,
  role: ThawRequest['role'],
): Buffer {
  const { generation, worker } = frozen;
  const python = { version: frozen.python.version, executable: '', prefix: '' };
  const body = packr.pack({ type: 'hello', role, id, token, pid: 1, python, generation, worker });
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(body.length, 0);
  return Buffer.concat([header, body]);
}

function put(command: Buffer, name: keyof typeof places, bytes: Uint8Array): void {
  const { at, size } = places[name];
  if (bytes.length > size) throw new RangeError(`${name} of a thaw takes ${bytes.length} of ${size} bytes`);
  command.set(bytes, at);
}
