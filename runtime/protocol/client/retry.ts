/** When to try again to connect: at once, after a second, then doubled up to a minute, ±10 % (design, section 6). */

const firstDelayMs = 1000;
const longestDelayMs = 60_000;
const jitter = 0.1;

/** Milliseconds to wait before the attempt of this number, from 1. `random`: 0 to 1. */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  if (attempt <= 1) return 0;
  const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 2));
  return delayMs * (1 + jitter * (2 * random() - 1));
}
