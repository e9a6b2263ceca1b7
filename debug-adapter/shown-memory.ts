/** Which bytes an editor shows as memory: at another position, or after a change, they are another, and it is told to read them again. */
import type { Editor } from './editor.ts';

/** An editor says of none that it was closed. */
const most = 32;

export class ShownMemory {
  readonly #editor: Editor;
  /** By reference, the one that was read last at the end: how many bytes from its beginning on. */
  readonly #read = new Map<string, number>();

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** Bytes up to `end` were read. */
  wasRead(reference: string, end: number): void {
    const before = this.#read.get(reference) ?? 0;
    this.#read.delete(reference);
    this.#read.set(reference, Math.max(before, end));
    const [oldest] = this.#read.keys();
    if (this.#read.size > most && oldest !== undefined) this.#read.delete(oldest);
  }

  /** The position or a value is another. */
  mayHaveChanged(): void {
    if (this.#editor.abilities.supportsMemoryEvent !== true) return;
    for (const [memoryReference, count] of this.#read)
      this.#editor.say('memory', { memoryReference, offset: 0, count });
  }
}
