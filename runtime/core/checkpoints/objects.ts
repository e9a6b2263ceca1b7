/** The folder of immutable objects named by their content (docs/checkpoint-format.md, "Objects"). It knows no record. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { ProtocolError } from '../../protocol/errors.ts';

/** Largest content of one object. */
export const maxObjectBytes = 256 * 1024;

const namePattern = /^[0-9a-f]{64}$/;
const uncompressed = 0;
const compressed = 1;
/** From 2 on, the form is a number of columns. */
const mostColumns = 32;
const inflateAsync = promisify(inflate);
let lastTemporary = 0;

export class Objects {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  has(name: string): boolean {
    return existsSync(this.#file(name));
  }

  /** The file's bytes as they are stored, checked against the name. Throws `checkpoint-damaged`. */
  async read(name: string): Promise<Buffer> {
    const stored = await readFile(this.#file(name)).catch(() => undefined);
    if (stored === undefined) throw damaged(name, 'is missing');
    await verify(name, stored);
    return stored;
  }

  /** Stores bytes as they are in a file of another store. Throws `checkpoint-damaged` when they are not the named ones. */
  async write(name: string, stored: Buffer): Promise<void> {
    await verify(name, stored);
    if (this.has(name)) return;
    const file = this.#file(name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = path.join(this.path, `tmp-${process.pid}-${++lastTemporary}`);
    await writeFile(temporary, stored, { mode: 0o600, flush: true });
    await rename(temporary, file);
  }

  /** Removes all objects, and leftovers of writers, that are not named. Answers their bytes. */
  removeUnless(isNamed: (name: string) => boolean): number {
    let freed = 0;
    for (const folder of readdirSync(this.path)) {
      const at = path.join(this.path, folder);
      if (folder.startsWith('tmp-')) freed += remove(at);
      else
        for (const rest of readdirSync(at)) if (!isNamed(folder + rest)) freed += remove(path.join(at, rest));
    }
    return freed;
  }

  #file(name: string): string {
    return path.join(this.path, name.slice(0, 2), name.slice(2));
  }
}

/** True for what can be the name of an object; a name becomes a path, so nothing else may. */
export function isObjectName(name: string): boolean {
  return namePattern.test(name);
}

async function verify(name: string, stored: Buffer): Promise<void> {
  const content = await contentOf(stored).catch(() => undefined);
  if (content === undefined || createHash('sha256').update(content).digest('hex') !== name)
    throw damaged(name, 'is not what was written');
}

async function contentOf(stored: Buffer): Promise<Buffer> {
  const body = stored.subarray(1);
  if (stored[0] === uncompressed) return body;
  const form = stored[0] ?? 0;
  if (form > mostColumns) throw new Error(`unknown form ${form}`);
  const content = await inflateAsync(body, { maxOutputLength: maxObjectBytes });
  return form === compressed ? content : fromColumns(content, form);
}

/** Numbers whose first bytes stand first, then their second bytes, and so on, put together again. */
function fromColumns(columns: Buffer, count: number): Buffer {
  const content = Buffer.alloc(columns.length);
  let from = 0;
  for (let column = 0; column < count; column++)
    for (let to = column; to < content.length; to += count) content[to] = columns[from++] ?? 0;
  return content;
}

function remove(file: string): number {
  const { size } = statSync(file);
  rmSync(file, { recursive: true, force: true });
  return size;
}

function damaged(name: string, how: string): ProtocolError {
  return new ProtocolError('checkpoint-damaged', `object ${name} of the checkpoint ${how}`, {
    details: { object: name },
  });
}
