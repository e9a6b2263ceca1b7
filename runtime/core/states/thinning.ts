/**
 * Which live snapshots are given up when they take too much: a pure function. What goes first is the one whose loss
 * costs least: automatic ones before the tips of branches, these before named ones, and within a rank the one that
 * leaves the smallest gap in time, relative to its age, for the memory that it gives back. So the recent past is kept
 * densely and the distant past sparsely.
 */

export type Rank = 'pinned' | 'named' | 'tip' | 'automatic';

export interface Candidate {
  readonly id: string;
  /** Snapshots of one group can stand in for one another: those of a session. */
  readonly group: string;
  readonly sizeBytes: number;
  /** Unix seconds. */
  readonly created: number;
  /** `pinned` ones are never given up. */
  readonly rank: Rank;
}

export interface Budget {
  readonly bytes: number;
  readonly count: number;
}

/** Ids of the snapshots to give up, in this order, so that what stays is within the budget, as far as ranks allow. */
export function planReleases(candidates: readonly Candidate[], budget: Budget, now: number): string[] {
  let kept = candidates.toSorted((one, other) => one.created - other.created);
  const released: string[] = [];
  for (;;) {
    const isOverBytes = sum(kept) > budget.bytes;
    if (!isOverBytes && kept.length <= budget.count) return released;
    const victim = cheapest(kept, isOverBytes, now);
    if (victim === undefined) return released;
    released.push(victim.id);
    kept = kept.filter((candidate) => candidate !== victim);
  }
}

function cheapest(kept: readonly Candidate[], countsSize: boolean, now: number): Candidate | undefined {
  const ranks = ['automatic', 'tip', 'named'] as const;
  const rank = ranks.find((wanted) => kept.some((candidate) => candidate.rank === wanted));
  const groups = groupsOf(kept);
  let best: { readonly candidate: Candidate; readonly cost: number } | undefined;
  const seen = new Map<string, number>();
  for (const candidate of kept) {
    const index = seen.get(candidate.group) ?? 0;
    seen.set(candidate.group, index + 1);
    if (candidate.rank !== rank) continue;
    const gap = relativeGap(groups.get(candidate.group) ?? [], index, candidate, now);
    const cost = countsSize ? gap / Math.max(1, candidate.sizeBytes) : gap;
    if (best === undefined || cost < best.cost) best = { candidate, cost };
  }
  return best?.candidate;
}

/** In the same order, so that the neighbours of each are beside it. */
function groupsOf(kept: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of kept) {
    const group = groups.get(candidate.group);
    if (group === undefined) groups.set(candidate.group, [candidate]);
    else group.push(candidate);
  }
  return groups;
}

/** From 0 to 1: the hole that it would leave between its neighbours, relative to how long ago that is. */
function relativeGap(group: readonly Candidate[], index: number, candidate: Candidate, now: number): number {
  const age = Math.max(0, now - candidate.created);
  // Before the oldest there is nothing to go back to: as if the next older one were twice as old.
  const before = group[index - 1]?.created ?? candidate.created - age;
  const after = group[index + 1]?.created ?? now;
  return now === before ? 0 : (after - before) / (now - before);
}

function sum(candidates: readonly Candidate[]): number {
  return candidates.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}
