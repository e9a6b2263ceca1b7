/**
 * How a run in the past goes on where it came to what acted outside: that is not done again, so the run ends there, and
 * goes on in the snapshot that was taken at the next line. The same where a person changed the program, which it does not
 * do by itself. Pure.
 */
import type { Goal } from './cursor.ts';
import type { Cut } from './intervals.ts';
import { type At, compareAt, type Place } from './places.ts';

/** What it needs of a snapshot. */
interface Behind extends Cut {
  readonly place: Place | undefined;
}

export interface Interrupted<Moment extends Behind> {
  readonly moments: readonly Moment[];
  readonly goal: Goal;
  /** Where the whole run began, and where the part of it that has just ended. */
  readonly start: Place;
  readonly from: At;
  /** Where the run ends at the latest. */
  readonly limit: At | undefined;
}

export type Onward<Moment> =
  /** Nothing of the past is behind it: it is the last line of the program, or the one before the tip. */
  | { readonly kind: 'end'; readonly reason: 'end' | 'until' }
  /** The step ends at the line of the snapshot. */
  | { readonly kind: 'stands'; readonly moment: Moment; readonly place: Place }
  | { readonly kind: 'runs'; readonly moment: Moment; readonly goal: Goal };

export function behindEffect<Moment extends Behind>({
  moments,
  goal,
  start,
  from,
  limit,
}: Interrupted<Moment>): Onward<Moment> {
  return behind(
    moments.find(({ at, isBarrier }) => isBarrier && compareAt(at, from) > 0),
    { goal, start, limit },
  );
}

/** The first change by hand that such a run comes to, as the last of those at one place left it. */
export function nextEdit<Moment extends Behind & { readonly isEdit: boolean }>(
  moments: readonly Moment[],
  from: At,
  limit: At | undefined,
): Moment | undefined {
  const isAhead = ({ at }: Moment): boolean =>
    compareAt(at, from) > 0 && (limit === undefined || compareAt(at, limit) < 0);
  const first = moments.find((moment) => moment.isEdit && isAhead(moment));
  return first && moments.findLast(({ isEdit, at }) => isEdit && compareAt(at, first.at) === 0);
}

/** How it goes on in a snapshot that no replay passes. */
export function behind<Moment extends Behind>(
  moment: Moment | undefined,
  { goal, start, limit }: Pick<Interrupted<Moment>, 'goal' | 'start' | 'limit'>,
): Onward<Moment> {
  const place = moment?.place;
  if (moment === undefined || place === undefined || (limit && compareAt(moment.at, limit) >= 0))
    return { kind: 'end', reason: limit === undefined ? 'end' : 'until' };
  if (goal.kind !== 'step') return { kind: 'runs', moment, goal };
  // The line of the snapshot is the next one that the program has come to, in whichever frame.
  const deepest = { in: Number.POSITIVE_INFINITY, over: start.depth, out: start.depth - 1 }[goal.how];
  if (place.depth <= deepest) return { kind: 'stands', moment, place };
  return { kind: 'runs', moment, goal: { kind: 'step', how: 'out' } };
}
