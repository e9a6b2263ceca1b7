/**
 * The environments that sessions use, and the last few that were used: older ones are ended, since each keeps
 * some processes. It does not know what an environment consists of.
 */

/** What it needs of an `Environment`. */
export interface Disposable {
  dispose(): Promise<void>;
}

interface Entry<Environment> {
  readonly environment: Environment;
  holders: number;
}

export class Environments<Environment extends Disposable> {
  readonly #maxUnused: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry<Environment>>();

  /** `maxUnused`: how many are kept although nobody holds them. */
  constructor(maxUnused: number) {
    this.#maxUnused = maxUnused;
  }

  /** The one of this interpreter and these variables; made when there is none. */
  of(interpreter: string, env: Readonly<Record<string, string>>, create: () => Environment): Environment {
    const key = JSON.stringify([interpreter, Object.entries(env).sort()]);
    const entry = this.#entries.get(key) ?? { environment: create(), holders: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#endUnused(entry);
    return entry.environment;
  }

  /** Keeps it until the function that is returned is called; to call that twice is harmless. */
  hold(environment: Environment): () => void {
    const entry = [...this.#entries.values()].find((candidate) => candidate.environment === environment);
    if (entry === undefined) return () => {};
    entry.holders += 1;
    let held = true;
    return () => {
      if (held) entry.holders -= 1;
      held = false;
      this.#endUnused(undefined);
    };
  }

  /** Ends all. */
  async dispose(): Promise<void> {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(all.map(({ environment }) => environment.dispose()));
  }

  #endUnused(spared: Entry<Environment> | undefined): void {
    const unused = [...this.#entries].filter(([, entry]) => entry.holders === 0 && entry !== spared);
    for (const [key, { environment }] of unused.slice(0, Math.max(0, unused.length - this.#maxUnused))) {
      this.#entries.delete(key);
      void environment.dispose();
    }
  }
}
