/** Work of which only the newest counts: while one piece is under way, the last one that was asked for waits. */

export class Latest {
  #next: (() => Promise<void>) | undefined;
  #isBusy = false;

  /** Does the work, now or after what is under way, unless other work is asked for meanwhile. Errors: those of the work that it did itself. */
  async do(work: () => Promise<void>): Promise<void> {
    this.#next = work;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#take(); next !== undefined; next = this.#take()) await next();
    } finally {
      this.#isBusy = false;
    }
  }

  #take(): (() => Promise<void>) | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
