/**
 * Work that is dropped when it takes too long or nobody waits for it any more. Time comes from outside, so
 * that tests can decide when it passes.
 */
import type { Disposable } from '../runtime/protocol/disposable.ts';

/** Calls back once after `ms` milliseconds, unless it is disposed before. */
export interface Clock {
  after(ms: number, callback: () => void): Disposable;
}

export const systemClock: Clock = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};

/**
 * The result of `work`, or undefined when `ms` milliseconds passed or `signal` aborted first. The signal that
 * `work` gets is aborted then, and whatever it still does, failing included, is dropped. Rejects as `work` does.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const controller = new AbortController();
  const { promise: givenUp, resolve: giveUp } = deferred();
  const stop = (): void => {
    giveUp();
    controller.abort();
  };
  const timer = clock.after(ms, stop);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([givenUp, work(controller.signal)]);
  } finally {
    timer.dispose();
    signal.removeEventListener('abort', stop);
  }
}

/** A promise that somebody else settles; Node 20 has no `Promise.withResolvers`. */
export function deferred(): { promise: Promise<undefined>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<undefined>((settle) => {
    resolve = () => settle(undefined);
  });
  return { promise, resolve };
}
