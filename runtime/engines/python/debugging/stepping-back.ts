/**
 * Where the line before a moment is: by walking through ever longer pieces that end there (docs/debugging.md, "Going back
 * is never undoing"). It does not go there.
 */
import type { Want } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { untilOf, windowBefore } from './intervals.ts';
import type { Said } from './messages.ts';
import { type At, atOf, compareAt, type Place } from './places.ts';
import type { Recording } from './recording.ts';

export type Granularity = 'over' | 'in' | 'out';

const firstWindow = 16;
const windowFactor = 4;
/** At these distances before a moment that is gone back from, snapshots make what follows fast. */
const nearDistances = [16, 64, 256, 1024, 4096, 16_384] as const;
/** Replays over so few events are not worth a snapshot. */
const farEvents = 4096;

/** The line before; undefined where there is none. `stack`: at that moment. Errors: those of `Cursors.from`. */
export async function lineBefore(
  { recording, cursors }: { readonly recording: Recording; readonly cursors: Cursors },
  place: Place,
  how: Granularity,
  stack: Said<'tell'>['stack'],
  signal: AbortSignal,
): Promise<Place | undefined> {
  let before: At = atOf(place);
  for (let size = firstWindow; ; size *= windowFactor) {
    const window = windowBefore(recording.moments, before, size);
    if (window === undefined) return undefined;
    const { moment, from, isEdge } = window;
    const found = await cursors.from(
      moment.at,
      async (cursor) => {
        if (from !== undefined) {
          const run = await cursor.run({ kind: 'time', time: from }, untilOf(before), signal);
          if (run.reason === 'diverged') throw cursors.diverged(run, before);
        }
        const walk = await cursor.walk(wantOf(how, stack), untilOf(before), 1, signal);
        if (walk.reason === 'diverged') throw cursors.diverged(walk, before);
        return walk.found.findLast((one) => compareAt(one.place, place) < 0);
      },
      signal,
      (other) => other === moment || moment.process?.held !== true,
    );
    if (found !== undefined) return found.place;
    if (!isEdge) continue;
    // What is before a barrier is searched for itself: no replay passes it.
    before = moment.at;
    size = firstWindow / windowFactor;
  }
}

/** Takes snapshots close before a moment, unless there are some. */
export async function dropBefore(
  { recording, cursors }: { readonly recording: Recording; readonly cursors: Cursors },
  at: At,
  signal: AbortSignal,
): Promise<void> {
  const nearest = recording.moments.findLast((moment) => compareAt(moment.at, at) < 0);
  if (nearest === undefined || at.time - nearest.time <= farEvents) return;
  const distances = nearDistances.filter((distance) => at.time - distance > nearest.time);
  const times = distances.map((distance) => at.time - distance);
  await cursors.from(nearest.at, (cursor) => cursor.drop(times, untilOf(at), signal), signal);
}

// Of the functions on the stack alone: all others run as fast as ever.
function wantOf(how: Granularity, stack: Said<'tell'>['stack']): Want {
  if (how === 'in') return { kind: 'lines', scope: 'any' };
  const code = stack
    .filter(({ mine, first }) => mine && first !== undefined)
    .map(({ file, first = 0 }) => [file, first] as const);
  return { kind: 'lines', scope: how === 'over' ? 'stack' : 'callers', code };
}
