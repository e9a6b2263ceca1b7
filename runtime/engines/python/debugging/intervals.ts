/**
 * Into which pieces a trace is cut to be searched: each from a snapshot to where the next piece begins. Pure; it does
 * not know what is searched for.
 */
import type { Until } from './cursor.ts';
import { type At, beginningOf, compareAt, inMainThread } from './places.ts';

/** What it needs of a snapshot. */
export interface Cut {
  readonly at: At;
  readonly isExtra: boolean;
  readonly isBarrier: boolean;
}

export interface Interval<Moment extends Cut = Cut> {
  readonly moment: Moment;
  /** The time from which on it is searched: it is reached by counting. Undefined: from the snapshot on. */
  readonly from: number | undefined;
  /** Not in it any more. */
  readonly until: At;
}

/** Below this a piece takes less to be run than a process to be made for it. */
const leastEvents = 20_000;

/** The whole of the trace before a moment, newest first. A replay passes no barrier. */
export function intervalsBefore<Moment extends Cut>(
  moments: readonly Moment[],
  before: At,
): Interval<Moment>[] {
  const found: Interval<Moment>[] = [];
  const earlier = moments.filter(({ at }) => compareAt(at, before) < 0);
  let until: At = before;
  for (const [index, moment] of [...earlier.entries()].reverse()) {
    // Of two at one moment the later one is how it was left: something was changed there.
    if (compareAt(moment.at, until) >= 0) continue;
    const isFirst = index === 0;
    const isLong = until.time - moment.at.time >= leastEvents && !moment.isExtra;
    if (!isFirst && !isLong && !moment.isBarrier) continue;
    found.push({ moment, from: undefined, until });
    until = moment.at;
  }
  return found;
}

/** What is looked for is often close by, and more often there than is asked for. */
const windowFactor = 16;

/** The same pieces, but of the newest first its last `size` counted events, then more of it. */
export function newestFirst<Moment extends Cut>(
  [newest, ...others]: readonly Interval<Moment>[],
  size: number,
): Interval<Moment>[] {
  if (newest === undefined) return [];
  const { moment } = newest;
  const cut: Interval<Moment>[] = [];
  let { until } = newest;
  for (let events = size; until.time - moment.at.time > events * windowFactor; events *= windowFactor) {
    const from = until.time - events;
    cut.push({ moment, from, until });
    until = beginningOf(from);
  }
  return [...cut, { moment, from: undefined, until }, ...others];
}

/** The moment as the end of a run. */
export function untilOf(moment: At): Until {
  const at = inMainThread(moment);
  return Number.isFinite(at.depth) ? at : { time: at.time };
}

export interface Window<Moment extends Cut = Cut> {
  readonly moment: Moment;
  /** The time from which on it is of interest: it is reached by counting. Undefined: from the snapshot on. */
  readonly from: number | undefined;
  /** True where nothing earlier can be reached without passing a barrier, or at all. */
  readonly isEdge: boolean;
}

/** A run this short is walked from its snapshot on; so is one that is not much longer than the window itself. */
const shortEvents = 64;
const longerBy = 2;

/** The last `size` counted events before a moment, as far as one replay reaches; undefined where nothing is earlier. */
export function windowBefore<Moment extends Cut>(
  moments: readonly Moment[],
  before: At,
  size: number,
): Window<Moment> | undefined {
  const earlier = moments.filter(({ at }) => compareAt(at, before) < 0);
  const edge = earlier.findLast(({ isBarrier }) => isBarrier) ?? earlier[0];
  if (edge === undefined) return undefined;
  const from = before.time - size;
  const nearest = earlier.findLast(({ at }) => at.time <= from);
  if (nearest === undefined || compareAt(nearest.at, edge.at) <= 0) {
    const isFar = from - edge.at.time > Math.max(shortEvents, longerBy * size);
    return isFar ? { moment: edge, from, isEdge: false } : { moment: edge, from: undefined, isEdge: true };
  }
  const isFar = from - nearest.at.time > Math.max(shortEvents, longerBy * size);
  return { moment: nearest, from: isFar ? from : undefined, isEdge: false };
}
