/** What can be given back: a subscription, a timer, a connection. Knows nothing of what it ends. */

export interface Disposable {
  /** Ends it. Twice is harmless. */
  dispose(): void;
}

/** A disposable that runs `end` once, however often it is disposed. */
export function toDisposable(end: () => void): Disposable {
  let ended = false;
  return {
    dispose() {
      if (ended) return;
      ended = true;
      end();
    },
  };
}
