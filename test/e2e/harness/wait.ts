/** Waits for a condition that nothing announces. Knows nothing of VS Code. */
import { patienceMs } from './patience.ts';

/** Between two looks, in ms: shorter than a person notices, longer than a look takes. */
const pauseMs = 50;

/**
 * Looks again and again until the answer is neither undefined nor false, and returns it.
 *
 * @param what names the awaited thing in the error, and may describe the last look
 * @throws {Error} naming `what` after `timeoutMs`
 */
export async function waitUntil<T>(
  what: string | (() => string),
  look: () => Promise<T | undefined | false>,
  timeoutMs: number = patienceMs,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${typeof what === 'string' ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
