/**
 * Values over the whole of a trace: in each snapshot, at each hit of a line, and where one changed. It looks only, in
 * copies that are thrown away.
 */
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Cursor } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { ProcessGone } from './debug-link.ts';
import { type Interval, intervalsBefore } from './intervals.ts';
import type { Found, Said } from './messages.ts';
import type { Moment } from './moment.ts';
import { type At, beginningOf, compareAt, type Place } from './places.ts';
import type { Recording } from './recording.ts';
import { changeBetween, type Search, type Searching, type Walked } from './searching.ts';

/** An expression, and the function in whose frames it is meant. */
export interface Watched {
  readonly expression: string;
  readonly name: string | undefined;
}

export interface Sampled {
  readonly place: Place;
  readonly value?: string;
  readonly number?: number;
  readonly error?: string;
}

export interface LastChange {
  readonly found: Found | undefined;
  readonly sampled: readonly Sampled[];
  /** False where something later may have changed and changed back. */
  readonly isComplete: boolean;
}

/** As many as any machine has cores for. */
const atOnce = 2;
const mostChanges = 10_000;
/** Their lines are looked at one by one in some hundredths of a second. */
const fewEvents = 16_384;

export class Values {
  readonly #recording: Recording;
  readonly #cursors: Cursors;
  readonly #searching: Searching;

  constructor(recording: Recording, cursors: Cursors, searching: Searching) {
    this.#recording = recording;
    this.#cursors = cursors;
    this.#searching = searching;
  }

  /** In each snapshot before a moment, in order of time. A snapshot in which the function does not run has none. */
  async inSnapshots(watched: Watched, before: At, signal: AbortSignal): Promise<Sampled[]> {
    const moments = this.#recording.moments.filter(
      ({ at, isExtra }) => !isExtra && compareAt(at, before) < 0,
    );
    const sampled: (Sampled | undefined)[] = [];
    let next = 0;
    const sample = async (): Promise<void> => {
      for (let index = next; index < moments.length; index = next) {
        next += 1;
        const moment = moments[index];
        if (moment !== undefined) sampled[index] = await this.#inSnapshot(watched, moment, signal);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sample));
    return sampled.filter((one) => one !== undefined);
  }

  /**
   * Where the value changed last before a moment, where it is `now`. The newest piece whose ends are not known to be equal is searched
   * first: that takes little. What lies after it may hide a change and back again; it is searched in the background, and then the answer
   * is complete.
   */
  async lastChange(
    watched: Watched,
    before: At,
    now: Sampled | undefined,
    signal: AbortSignal,
  ): Promise<LastChange> {
    const sampled = await this.inSnapshots(watched, before, signal);
    const ends = now === undefined ? sampled : [...sampled, now];
    const pieces = intervalsBefore(this.#recording.moments, before);
    const search = changesOf(watched);
    for (const [index, piece] of pieces.entries()) {
      const kind = endsOf(ends, piece);
      if (kind === 'equal') continue;
      const isKnown = (one: Interval<Moment>) => this.#searching.knows(one, search);
      const newer = pieces.slice(0, index).filter((one) => !isKnown(one));
      if (index > 0 && newer.length === 0) break;
      const narrow = await this.#narrowed(piece, watched, valueAt(ends, piece.until.time), signal);
      const rest = narrow.until === piece.until ? [] : [{ ...piece, from: narrow.until.time }];
      const later = [...newer, ...rest.filter((one) => !isKnown(one))];
      for (const part of [...rest.filter(isKnown), narrow]) {
        const { found } = await this.#searching.piece(part, search, 1, signal);
        if (found.length === 0) continue;
        void this.#searchAll(later, search, signal);
        return { found: found.at(-1), sampled, isComplete: later.length === 0 };
      }
      // Then it was the very last line of it that changed the value.
      if (kind === 'different' || rest.length > 0) break;
    }
    // In whole pieces, as they were searched in the background.
    const found = await this.#searching.lastBefore(before, { ...search, canBeCut: false }, signal);
    return { found, sampled, isComplete: true };
  }

  /** Where it changes next after a moment. */
  async nextChange(watched: Watched, after: At, end: At, signal: AbortSignal): Promise<LastChange> {
    const sampled = await this.inSnapshots(watched, end, signal);
    const search = changesOf(watched);
    const pieces = intervalsBefore(this.#recording.moments, end).reverse();
    let former: Walked | undefined;
    for (const piece of pieces) {
      if (compareAt(piece.until, after) <= 0) continue;
      const walked = await this.#searching.piece(piece, search, mostChanges, signal);
      const seam = former === undefined ? [] : changeBetween(former, walked);
      if (walked.value !== undefined || walked.unset === true) former = walked;
      const first = [...seam, ...walked.found].find(({ place }) => compareAt(place, after) > 0);
      if (first !== undefined) return { found: first, sampled, isComplete: true };
    }
    return { found: undefined, sampled, isComplete: true };
  }

  /** A part of a piece in which the value becomes what it is at its end, found by halves: running is much faster than looking at lines. */
  async #narrowed(
    piece: Interval<Moment>,
    watched: Watched,
    last: string | undefined,
    signal: AbortSignal,
  ): Promise<Interval<Moment>> {
    if (last === undefined || this.#searching.knows(piece, changesOf(watched))) return piece;
    let { from, until } = piece;
    for (;;) {
      const begin = from ?? piece.moment.time;
      if (until.time - begin <= fewEvents) return { ...piece, from, until };
      const middle = begin + Math.floor((until.time - begin) / 2);
      const value = await this.#valueAfter(piece.moment, middle, watched, signal);
      if (value === undefined) return { ...piece, from, until };
      if (value === last) until = beginningOf(middle);
      else from = middle;
    }
  }

  /** At the first line at or after a time. */
  #valueAfter(
    moment: Moment,
    time: number,
    watched: Watched,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return this.#cursors.from(
      moment.at,
      async (cursor) => {
        const run = await cursor.run({ kind: 'time', time }, undefined, signal);
        if (run.reason === 'diverged') throw this.#cursors.diverged(run, { time });
        return run.place === undefined ? undefined : (await valueIn(cursor, watched, time, signal))?.value;
      },
      signal,
      (other) => other === moment || !moment.process?.held,
    );
  }

  async #searchAll(pieces: readonly Interval<Moment>[], search: Search, signal: AbortSignal): Promise<void> {
    try {
      for (const piece of pieces) await this.#searching.piece(piece, search, 1, signal);
    } catch {
      // Asked again it is searched again, and whoever asks is told.
    }
  }

  async #inSnapshot(watched: Watched, moment: Moment, signal: AbortSignal): Promise<Sampled | undefined> {
    try {
      const cursor = await this.#cursors.thaw(moment, signal);
      try {
        return await valueIn(cursor, watched, moment.time, signal);
      } finally {
        cursor.end();
      }
    } catch (error) {
      // One point less in the picture.
      if (error instanceof ProcessGone) return undefined;
      throw error;
    }
  }
}

/** The value where a cursor stands; undefined where the function does not run there. */
export async function valueIn(
  cursor: Cursor,
  { expression, name }: Watched,
  time: number,
  signal: AbortSignal,
): Promise<Sampled | undefined> {
  const { place, stack } = await cursor.tell(signal);
  const frame = stack.findIndex((one) => one.mine && (name === undefined || one.name === name));
  const stands = place ?? placeIn(stack, time);
  if (frame < 0 || stands === undefined) return undefined;
  try {
    const { variable } = await cursor.ask('look', { what: 'evaluate', frame, expression }, signal);
    return { place: stands, ...shownOf(variable) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { place: stands, error: error.message };
  }
}

export function changesOf({ expression, name }: Watched): Search {
  const want = { kind: 'change', expression, ...(name === undefined ? {} : { name }) } as const;
  return { want, key: `change ${JSON.stringify([expression, name])}`, canBeCut: true };
}

/** Where the function does not run, or the value cannot be had, nothing is known. */
function endsOf(
  sampled: readonly Sampled[],
  { moment, until }: Interval<Moment>,
): 'equal' | 'different' | 'unknown' {
  const first = valueAt(sampled, moment.time);
  const last = valueAt(sampled, until.time);
  if (first === undefined || last === undefined) return 'unknown';
  return first === last ? 'equal' : 'different';
}

function valueAt(sampled: readonly Sampled[], time: number): string | undefined {
  return sampled.find(({ place }) => place.time === time)?.value;
}

function placeIn(stack: Said<'tell'>['stack'], time: number): Place | undefined {
  const innermost = stack.find(({ mine }) => mine);
  if (innermost === undefined) return undefined;
  const { file, line, name } = innermost;
  return { ...beginningOf(time), file, line, name };
}

function shownOf(variable: unknown): Pick<Sampled, 'value' | 'number'> {
  if (typeof variable !== 'object' || variable === null || !('value' in variable)) return {};
  const { value } = variable;
  if (typeof value !== 'string') return {};
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
  return { value, ...(Number.isFinite(number) ? { number } : {}) };
}
