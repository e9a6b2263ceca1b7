/** Where the last line of a program is that has ended: nobody says it, so its end is run again. */
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Cursors } from './cursors.ts';
import { beginningOf, compareAt, type Place } from './places.ts';
import type { Recording } from './recording.ts';

const firstWindow = 16;
const windowFactor = 16;

const searching = new WeakMap<Recording, Promise<Place>>();

/** Found out once. Errors: those of `Cursors.from`; the signal's reason. */
export async function lastPlaceOf(
  recording: Recording,
  cursors: Cursors,
  signal: AbortSignal,
): Promise<Place> {
  const { tip } = recording;
  if (tip.kind === 'ended' && tip.place !== undefined) return tip.place;
  const known = searching.get(recording);
  if (known !== undefined) return known;
  const search = lastPlace(recording, cursors, signal);
  searching.set(recording, search);
  search.catch(() => searching.delete(recording));
  const place = await search;
  recording.endsAt(place);
  return place;
}

async function lastPlace(recording: Recording, cursors: Cursors, signal: AbortSignal): Promise<Place> {
  const { endTime } = recording;
  const search =
    endTime === undefined
      ? lastHeld(recording, cursors, signal)
      : lastBefore(endTime, recording, cursors, signal);
  const found = await search.catch((error: unknown) => {
    if (ProtocolError.from(error).code !== 'trace-diverged') throw error;
    return lastSeen(recording);
  });
  const { file = '<string>' } = recording.settings;
  return found ?? recording.moments.at(-1)?.place ?? { ...beginningOf(0), file, line: 1, name: '<module>' };
}

/** As far as it is known where its end cannot be run again. */
function lastSeen({ lastStop, moments }: Recording): Place | undefined {
  const last = moments.findLast(({ place }) => place !== undefined)?.place;
  if (lastStop === undefined || last === undefined) return lastStop ?? last;
  return compareAt(lastStop, last) < 0 ? last : lastStop;
}

/** Of a program whose process ended with it: to run what did that again would do it again. */
function lastHeld(recording: Recording, cursors: Cursors, signal: AbortSignal): Promise<Place | undefined> {
  return cursors.from(
    beginningOf(Number.MAX_SAFE_INTEGER),
    async (cursor, _keep, { time, place }) =>
      place ?? (await cursor.run({ kind: 'time', time }, undefined, signal)).place,
    signal,
    (moment) => moment === recording.moments.at(-1),
  );
}

async function lastBefore(
  endTime: number,
  { moments }: Recording,
  cursors: Cursors,
  signal: AbortSignal,
): Promise<Place | undefined> {
  for (let size = firstWindow; ; size *= windowFactor) {
    // No replay passes a barrier.
    const first = (moments.findLast(({ isBarrier }) => isBarrier) ?? moments[0])?.at ?? beginningOf(0);
    const from = beginningOf(endTime - size);
    const isAll = compareAt(from, first) <= 0;
    const place = await cursors.from(
      isAll ? first : from,
      async (cursor, _keep, moment) => {
        if (!isAll && moment.time < from.time) {
          const run = await cursor.run({ kind: 'time', time: from.time }, undefined, signal);
          if (run.reason === 'diverged') throw cursors.diverged(run, from);
          if (run.place === undefined) return undefined;
        }
        const walk = await cursor.walk({ kind: 'lines', scope: 'any' }, undefined, 1, signal);
        if (walk.reason === 'diverged') throw cursors.diverged(walk, from);
        return walk.found.at(-1)?.place;
      },
      signal,
    );
    if (place !== undefined || isAll) return place;
  }
}
