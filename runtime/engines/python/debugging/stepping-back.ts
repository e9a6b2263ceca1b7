/**
 * Where the line before a moment is: by walking through pieces that end there, ever longer ones (docs/debugging.md, "Going
 * back is never undoing"). It does not go there.
 */
import type { Want } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { untilOf, windowBefore } from './intervals.ts';
import type { Said } from './messages.ts';
import type { Moment } from './moment.ts';
import { type At, atOf, compareAt, isSameAt, type Place } from './places.ts';
import type { Recording } from './recording.ts';

export type Granularity = 'over' | 'in' | 'out';
export type Stack = Said<'tell'>['stack'];

interface Past {
  readonly recording: Recording;
  readonly cursors: Cursors;
}

const firstWindow = 4;
const windowFactor = 4;
/** At these distances before a moment that is gone back from, snapshots make what follows fast. */
const nearDistances = [16, 64, 256, 1024, 4096, 16_384] as const;
/** Replays over so few events are not worth a snapshot. */
const farEvents = 4096;

/** The line before; undefined where there is none. `stack`: at that moment. Errors: those of `Cursors.from`. */
export async function lineBefore(
  { recording, cursors }: Past,
  place: Place,
  how: Granularity,
  stack: Stack,
  signal: AbortSignal,
): Promise<Place | undefined> {
  let end: { readonly at: At; readonly stack: Stack } = { at: atOf(place), stack };
  let depth = mineOf(stack).length - (how === 'out' ? 1 : 0);
  if (how === 'out' && depth === 0) return undefined;
  for (let size = firstWindow; ; size *= windowFactor) {
    const window = windowBefore(recording.moments, end.at, size);
    if (window === undefined) return undefined;
    const { moment, from, isEdge } = window;
    const until = untilOf(end.at);
    const want = wantOf(how, end.stack, depth);
    const walked = await cursors.from(
      moment.at,
      async (cursor) => {
        const ran =
          from === undefined ? undefined : await cursor.run({ kind: 'time', time: from }, until, signal);
        if (ran?.reason === 'diverged') throw cursors.diverged(ran, end.at);
        // It answers in order: what stands where the piece begins is needed only where nothing is found in it.
        const [began, walk] = await Promise.all([cursor.tell(signal), cursor.walk(want, until, 1, signal)]);
        if (walk.reason === 'diverged') throw cursors.diverged(walk, end.at);
        // All that is noted comes before; names of one time do not tell, since a handler's code lies behind what follows it.
        const found = walk.found.findLast((one) => !isSameAt(one.place, place))?.place;
        return { found, began, at: ran?.place ?? moment.at };
      },
      signal,
      (other) => other === moment || moment.process?.held !== true,
    );
    if (walked.found !== undefined) return walked.found;
    depth = Math.min(depth, commonDepth(walked.began.stack, stack));
    if (how !== 'in' && depth === 0) return undefined;
    end = { at: walked.at, stack: walked.began.stack };
    if (isEdge) size = firstWindow;
  }
}

/** The snapshot that going back from here will most likely begin with. */
export function startOfWayBack({ moments }: Recording, at: At): Moment | undefined {
  return windowBefore(moments, at, firstWindow)?.moment;
}

/** Takes snapshots close before a moment, unless there are some. */
export async function dropBefore({ recording, cursors }: Past, at: At, signal: AbortSignal): Promise<void> {
  const nearest = recording.moments.findLast((moment) => compareAt(moment.at, at) < 0);
  if (nearest === undefined || at.time - nearest.time <= farEvents) return;
  const distances = nearDistances.filter((distance) => at.time - distance > nearest.time);
  const times = distances.map((distance) => at.time - distance);
  await cursors.from(nearest.at, (cursor) => cursor.drop(times, untilOf(at), signal), signal);
}

/** Lines of the frames that are at most so deep. Of their functions alone: all others run as fast as ever. */
function wantOf(how: Granularity, stack: Stack, depth: number): Want {
  if (how === 'in') return { kind: 'lines', scope: 'any' };
  const code = mineOf(stack)
    .slice(-depth)
    .map(({ file, first = 0 }) => [file, first] as const);
  return { kind: 'lines', scope: 'stack', depth, code };
}

/**
 * How many frames, from the outermost on, are the very same calls at an earlier moment and a later one between which none of
 * them began a line: they run the same functions, and all but the last stand at the same call.
 */
export function commonDepth(earlier: Stack, later: Stack): number {
  const [first, second] = [mineOf(earlier).toReversed(), mineOf(later).toReversed()];
  let common = 0;
  for (const [index, frame] of first.entries()) {
    const same = second[index];
    if (same === undefined || same.file !== frame.file || same.name !== frame.name) break;
    common = index + 1;
    if (same.first !== frame.first || same.instruction !== frame.instruction) break;
  }
  return common;
}

function mineOf(stack: Stack): Stack {
  return stack.filter(({ mine }) => mine);
}
