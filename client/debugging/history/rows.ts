/** The rows of a history as a function of what was found. Pure. */
import type { HistoryEntry, Position } from '../../../runtime/protocol/debug.ts';
import type { HistoryRow } from './messages.ts';

/** In order of time, oldest first. `placeOf` says in words where a position is. */
export function toRows(
  history: readonly HistoryEntry[],
  placeOf: (position: Position) => string,
): readonly HistoryRow[] {
  // Entries of one time keep their order: the wire has them in the order in which they happened.
  const sorted = history.toSorted((one, other) => one.position.time - other.position.time);
  let before: string | undefined;
  return sorted.map(({ position, value, number, error }) => {
    const shown = error ?? value ?? '';
    const changed = before !== undefined && shown !== before;
    before = shown;
    return {
      at: position.at,
      time: position.time,
      step: position.step?.toLocaleString() ?? '',
      place: placeOf(position),
      value: shown,
      ...(number === undefined ? {} : { number }),
      failed: error !== undefined,
      changed,
    };
  });
}
