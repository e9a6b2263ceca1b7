/** Waiting with an end: for a promise, at most so long. */

/**
 * True when the promise was fulfilled within the time, false when the time was over or the signal fired
 * first. Rejects as the promise does.
 */
export function withinMs(
  promise: Promise<unknown>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', giveUp);
      then();
    };
    const giveUp = () => settle(() => resolve(false));
    const deadline = setTimeout(giveUp, timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    promise.then(
      () => settle(() => resolve(true)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
