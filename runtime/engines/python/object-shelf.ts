/**
 * The objects of states that are held without fork: one folder for an engine, in which states share what they
 * have in common. An object goes when no state needs it any more. It does not know what objects mean.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectFolder, SavedState } from '../../core/engine.ts';

export class ObjectShelf implements ObjectFolder {
  readonly path: string;
  /** How many states need each object. */
  readonly #needs = new Map<string, number>();
  readonly #unneeded = new Set<string>();
  #saving = 0;
  #removing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** Runs what writes a state into this folder, and keeps its objects until the function that is returned is called. */
  async keep(write: () => Promise<SavedState>): Promise<{ saved: SavedState; letGo: () => void }> {
    // An object that is there already is not written again: meanwhile none may go.
    await this.#removing;
    this.#saving += 1;
    try {
      const saved = await write();
      for (const name of saved.objectNames) this.#needs.set(name, (this.#needs.get(name) ?? 0) + 1);
      return { saved, letGo: () => this.#letGo(saved.objectNames) };
    } finally {
      this.#saving -= 1;
      this.#removeUnneeded();
    }
  }

  /** Copies objects into another folder. Returns the bytes that were not there yet. */
  async copy(names: readonly string[], to: ObjectFolder): Promise<number> {
    let added = 0;
    await makeFolder(to.path);
    for (const name of names) {
      const target = join(to.path, pathOf(name));
      if (await exists(target)) continue;
      await makeFolder(dirname(target));
      const part = `${target}.${randomBytes(6).toString('hex')}`;
      await copyFile(join(this.path, pathOf(name)), part);
      // Whole or not at all.
      await rename(part, target);
      added += (await stat(target)).size;
    }
    return added;
  }

  #letGo(names: readonly string[]): void {
    for (const name of names) {
      const left = (this.#needs.get(name) ?? 1) - 1;
      if (left > 0) this.#needs.set(name, left);
      else {
        this.#needs.delete(name);
        this.#unneeded.add(name);
      }
    }
    this.#removeUnneeded();
  }

  #removeUnneeded(): void {
    if (this.#saving > 0 || this.#unneeded.size === 0) return;
    const names = [...this.#unneeded].filter((name) => !this.#needs.has(name));
    this.#unneeded.clear();
    const remove = () => Promise.all(names.map((name) => rm(join(this.path, pathOf(name)), { force: true })));
    this.#removing = this.#removing.then(remove).then(
      () => {},
      () => {}, // The folder goes with the engine.
    );
  }
}

/** As docs/checkpoint-format.md says. */
function pathOf(name: string): string {
  return join(name.slice(0, 2), name.slice(2));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Its parent is there. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
