/** What takes long is shown with a button to give it up. Knows nothing of what it is. */
import type { Editor } from './editor.ts';

export class Progress {
  readonly #editor: Editor;
  readonly #delayMs: number;
  readonly #cancels = new Map<string, () => void>();
  #lastId = 0;

  /** Nothing is shown of what takes less than `delayMs`. */
  constructor(editor: Editor, delayMs: number) {
    this.#editor = editor;
    this.#delayMs = delayMs;
  }

  /** Shows `title` when `work` takes long; `cancel` is what the button does. */
  async during<T>(title: string, cancel: () => void, work: Promise<T>): Promise<T> {
    if (this.#editor.abilities.supportsProgressReporting !== true) return work;
    this.#lastId += 1;
    const progressId = `search-${this.#lastId}`;
    let isShown = false;
    const timer = setTimeout(() => {
      isShown = true;
      this.#cancels.set(progressId, cancel);
      this.#editor.say('progressStart', { progressId, title, cancellable: true });
    }, this.#delayMs);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.#cancels.delete(progressId);
      if (isShown) this.#editor.say('progressEnd', { progressId });
    }
  }

  cancel(progressId: string): void {
    this.#cancels.get(progressId)?.();
  }
}
