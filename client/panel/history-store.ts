/**
 * What was run, kept across sessions, windows and restarts: a file to which every window appends a line an entry.
 * Bounded in entries and in the length of one. It knows neither VS Code nor who shows the entries.
 */
import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface HistoryLimits {
  /** How many different entries are kept. */
  readonly entries: number;
  /** Longest entry, in UTF-16 code units; a longer one is a file rather than something to type again. */
  readonly length: number;
}

const defaultLimits: HistoryLimits = { entries: 1000, length: 10_000 };

export class HistoryStore {
  readonly #path: string;
  readonly #limits: HistoryLimits;
  #writing = Promise.resolve();
  #cached: { readonly stamp: string; readonly entries: readonly string[] } | undefined;

  constructor(path: string, limits: HistoryLimits = defaultLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Keeps what was run; entries are written in the order of the calls. Errors: those of the file system. */
  add(code: string): Promise<void> {
    if (code.trim() === '' || code.length > this.#limits.length) return Promise.resolve();
    const written = this.#writing.then(() => this.#append(code));
    this.#writing = written.catch(() => {});
    return written;
  }

  /** The newest entries, oldest first, each once, where it was run last. Empty while there is no file. */
  async read(): Promise<readonly string[]> {
    await this.#writing;
    const stamp = await this.#stamp();
    if (stamp === undefined) return [];
    if (this.#cached?.stamp === stamp) return this.#cached.entries;
    const lines = (await readFile(this.#path, 'utf8')).split('\n').filter((line) => line !== '');
    const entries = latestOfEach(lines.map(parse).filter((code) => code !== undefined)).slice(
      -this.#limits.entries,
    );
    this.#cached = { stamp, entries };
    // Rarely, so that another window hardly ever appends at that very moment; its one entry would be lost.
    if (lines.length > 2 * this.#limits.entries) await this.#compact(entries);
    return entries;
  }

  // One write of one line in append mode: what two windows write at once does not mix. Only the person may read it.
  async #append(code: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await appendFile(this.#path, toLine(code), { mode: 0o600 });
  }

  async #compact(entries: readonly string[]): Promise<void> {
    const temporary = `${this.#path}.${process.pid}.tmp`;
    await writeFile(temporary, entries.map(toLine).join(''), { mode: 0o600 });
    await rename(temporary, this.#path);
  }

  /** What changes with the file; undefined where there is none. */
  async #stamp(): Promise<string | undefined> {
    try {
      const { ino, mtimeMs, size } = await stat(this.#path);
      return `${ino} ${mtimeMs} ${size}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // Errors of `stat` have a code.
      throw error;
    }
  }
}

/** The entries without repetitions; of those that are equal, the last one stays. */
export function latestOfEach(entries: readonly string[]): readonly string[] {
  return [...new Set(entries.toReversed())].reverse();
}

function toLine(code: string): string {
  return `${JSON.stringify(code)}\n`;
}

/** A line that was cut off, by a full disk say, is no entry. */
function parse(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
