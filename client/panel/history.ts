/** The history of the panel's input: Up and Down go through what was run in the session. Knows no VS Code. */

export class InputHistory {
  #entries: readonly string[] = [];
  #index = 0;
  #draft = '';

  /** Starts at the newest end, with what is typed now as the draft to come back to. */
  #begin(entries: readonly string[], typed: string): void {
    this.#entries = entries;
    this.#index = entries.length;
    this.#draft = typed;
  }

  /**
   * The entry before (`-1`) or after (`1`) the one that is shown; undefined where there is none. Text that
   * was changed since starts anew; entries that start with what was typed come first to mind, so only they count.
   */
  move(direction: -1 | 1, typed: string, entries: readonly string[]): string | undefined {
    const isAtDraft = this.#index === this.#entries.length;
    if (isAtDraft || typed !== this.#shown()) this.#begin(matching(entries, typed), typed);
    const next = this.#index + direction;
    if (next < 0 || next > this.#entries.length) return undefined;
    this.#index = next;
    return this.#shown();
  }

  #shown(): string {
    return this.#entries[this.#index] ?? this.#draft;
  }
}

function matching(entries: readonly string[], typed: string): readonly string[] {
  return entries.filter((entry) => entry.startsWith(typed) && entry !== typed);
}
