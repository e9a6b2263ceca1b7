/** Large numbers in few signs. */

/** `842`, `12,481`, `120 k`, `1.2 M`: in full as long as it can be read at a glance. Rounded down, so that a part never seems the whole. */
export function compactCount(count: number): string {
  if (count < 100_000) return count.toLocaleString();
  if (count < 1_000_000) return `${Math.floor(count / 1000)} k`;
  const millions = count / 1_000_000;
  return `${millions < 100 ? (Math.floor(millions * 10) / 10).toFixed(1) : Math.floor(millions).toLocaleString()} M`;
}
