/** Numbers about samples. Knows no unit: what goes in in milliseconds comes out in milliseconds. */

export interface Summary {
  readonly n: number;
  readonly median: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
}

/** Errors: there must be at least one sample. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new Error('nothing was measured');
  const sorted = [...samples].sort((one, other) => one - other);
  return {
    n: sorted.length,
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
  };
}

/** Between the two nearest samples, in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
