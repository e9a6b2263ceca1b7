/** Which snapshot of a trace goes first when there are too many, or they take too much memory. Pure. */

export interface Thinnable {
  readonly time: number;
  readonly bytes: number;
  /** As the frame `moment` says it. */
  readonly why: string;
}

/** What a page table and a process cost where nothing was measured yet. */
const leastBytes = 256 * 1024;
/** What no replay may pass goes last; where a person stood, they come back to. */
const factors: Readonly<Record<string, number>> = {
  effect: 1e6,
  edit: 1e6,
  asked: 1e6,
  stop: 16,
  near: 0.25,
};

/**
 * How much is lost with each: by how much replays get longer, for the memory that comes back. `moments`: in order of
 * time. While the program runs (`isGrowing`), what is long ago counts less, so that their distances grow with age.
 * The first one is worth more than all: without it the beginning cannot be reached.
 */
export function worths(
  moments: readonly Thinnable[],
  { end, isGrowing }: { readonly end: number; readonly isGrowing: boolean },
): number[] {
  return moments.map((moment, index) => {
    const before = moments[index - 1];
    if (before === undefined) return Number.POSITIVE_INFINITY;
    const after = moments[index + 1]?.time ?? end;
    // Every place between this one and the next is replayed from the one before.
    const added = Math.max(1, moment.time - before.time) * Math.max(1, after - moment.time);
    const age = isGrowing ? Math.max(1, end - moment.time) ** 2 : 1;
    return (added / age / Math.max(leastBytes, moment.bytes)) * (factors[moment.why] ?? 1);
  });
}

/** Index of the one to give up; undefined where only the first is left. */
export function victimOf(
  moments: readonly Thinnable[],
  options: { readonly end: number; readonly isGrowing: boolean },
): number | undefined {
  let victim: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, worth] of worths(moments, options).entries()) {
    if (worth >= least) continue;
    least = worth;
    victim = index;
  }
  return victim;
}
