/** Where the last line of a program is that has ended: nobody says it, so it is run again from the last snapshot on. */
import type { Cursors } from './cursors.ts';
import { beginningOf, type Place } from './places.ts';
import type { Recording } from './recording.ts';

/** Found out once. Errors: those of `Cursors.from`. */
export async function lastPlaceOf(
  recording: Recording,
  cursors: Cursors,
  signal: AbortSignal,
): Promise<Place> {
  const { tip } = recording;
  if (tip.kind === 'ended' && tip.place !== undefined) return tip.place;
  const place = await cursors.from(
    beginningOf(Number.MAX_SAFE_INTEGER),
    async (cursor, _keep, moment) => {
      const walk = await cursor.walk({ kind: 'lines', scope: 'any' }, undefined, 1, signal);
      if (walk.reason === 'diverged') throw cursors.diverged(walk, moment.at);
      return walk.found.at(-1)?.place ?? moment.place;
    },
    signal,
  );
  const { file = '<string>' } = recording.settings;
  const last = place ?? { ...beginningOf(0), file, line: 1, name: '<module>' };
  recording.endsAt(last);
  return last;
}
