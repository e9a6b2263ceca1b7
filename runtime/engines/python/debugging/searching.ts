/**
 * Searches the past of a trace for what is wanted, piece by piece from the newest on, two at a time, and remembers what it
 * found: the past does not change. It does not know what the search is for.
 */
import type { Cursor, Want } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { type Interval, intervalsBefore, newestFirst, untilOf } from './intervals.ts';
import type { Found, Said } from './messages.ts';
import type { Moment } from './moment.ts';
import { type At, atText, compareAt } from './places.ts';
import type { Recording } from './recording.ts';

export interface Search {
  readonly want: Want;
  /** What the search depends on beside the want, such as the breakpoints; other results are not taken for its own. */
  readonly key: string;
  /** True where what is found does not depend on where the search begins: nothing is counted from there on. */
  readonly canBeCut: boolean;
  /** Done to each cursor before it walks. */
  readonly prepare?: (cursor: Cursor) => void;
}

export type Walked = Pick<Said<'walk'>, 'found' | 'count' | 'first' | 'value' | 'unset'>;

interface Known extends Walked {
  readonly moment: Moment;
  readonly from: number;
  readonly search: string;
}

/** Of each piece; what a person goes back through is mostly among them. */
const remembered = 64;
/** So many counted events are searched first for each that is wanted. */
const eventsEach = 4;
const leastWindow = 1024;
const maxPieces = 1000;
const atOnce = 2;

export class Searching {
  readonly #recording: Recording;
  readonly #cursors: Cursors;
  readonly #walked = new Map<string, Known>();

  constructor(recording: Recording, cursors: Cursors) {
    this.#recording = recording;
    this.#cursors = cursors;
  }

  /** The last one before a moment; undefined where there is none. Errors: those of `Cursors.from`; `trace-diverged`. */
  async lastBefore(before: At, search: Search, signal: AbortSignal): Promise<Found | undefined> {
    const pieces = this.#pieces(before, search, remembered);
    for await (const { found } of this.#inOrder(
      pieces,
      search,
      { before, most: remembered, mayKnow: true },
      signal,
    )) {
      const last = found.findLast(({ place }) => compareAt(place, before) < 0);
      if (last !== undefined) return last;
    }
    return undefined;
  }

  /** The last `most` before a moment, in order of time, and whether these are all. */
  async allBefore(
    before: At,
    search: Search,
    most: number,
    signal: AbortSignal,
  ): Promise<{ found: Found[]; isAll: boolean }> {
    const pieces = this.#pieces(before, search, most);
    const backwards: Found[][] = [];
    let count = 0;
    let isAll = true;
    for await (const piece of this.#inOrder(pieces, search, { before, most, mayKnow: false }, signal)) {
      const found = piece.found.filter(({ place }) => compareAt(place, before) < 0);
      backwards.push(found);
      count += found.length;
      isAll = piece.count === piece.found.length && count <= most;
      if (!isAll) break;
    }
    return { found: backwards.reverse().flat().slice(-most), isAll };
  }

  /** True where a piece was searched already. */
  knows(piece: Interval<Moment>, search: Search): boolean {
    return this.#walked.has(keyOf(piece, search));
  }

  /** What is found in one piece. */
  async piece(piece: Interval<Moment>, search: Search, most: number, signal: AbortSignal): Promise<Walked> {
    const key = keyOf(piece, search);
    const known = this.#walked.get(key);
    if (known !== undefined && (known.count === known.found.length || known.found.length >= most))
      return known;
    const walked = await this.#cursors.from(
      piece.moment.at,
      async (cursor) => {
        search.prepare?.(cursor);
        if (piece.from !== undefined) {
          const ran = await cursor.run({ kind: 'time', time: piece.from }, untilOf(piece.until), signal);
          if (ran.reason === 'diverged') throw this.#cursors.diverged(ran, piece.until);
        }
        const walk = await cursor.walk(search.want, untilOf(piece.until), most, signal);
        if (walk.reason === 'diverged') throw this.#cursors.diverged(walk, piece.until);
        // It began earlier where the snapshot was given up meanwhile.
        const found = walk.found.filter(({ place }) => compareAt(place, piece.moment.at) >= 0);
        return { ...walk, found, count: walk.count - walk.found.length + found.length };
      },
      signal,
      (moment) => moment === piece.moment || !piece.moment.process?.held,
    );
    const { moment, from = 0 } = piece;
    this.#remember(key, { ...walked, moment, from, search: search.key });
    return walked;
  }

  #pieces(before: At, { canBeCut }: Search, most: number): Interval<Moment>[] {
    const pieces = intervalsBefore(this.#recording.moments, before);
    return canBeCut ? newestFirst(pieces, Math.max(leastWindow, eventsEach * most)) : pieces;
  }

  /** What would be found in a piece, where it is known already. */
  #knownWithin(search: Search, piece: Interval<Moment>, before: At): Walked | undefined {
    for (const walked of this.#walked.values()) {
      if (walked.search !== search.key || walked.moment !== piece.moment) continue;
      const last = walked.found.at(-1);
      if (last === undefined || compareAt(last.place, before) < 0) continue;
      const found = walked.found.filter(({ place }) => compareAt(place, before) < 0);
      const ends = walked.first === undefined ? {} : { first: walked.first };
      // Of what was noted last only: whether there are more before is not known where all of it is later.
      if (found.length > 0) return { found, count: walked.count, ...ends };
      if (walked.count === walked.found.length && walked.from <= (piece.from ?? 0))
        return { found, count: 0, ...ends };
    }
    return undefined;
  }

  async *#inOrder(
    pieces: readonly Interval<Moment>[],
    search: Search,
    { before, most, mayKnow }: { readonly before: At; readonly most: number; readonly mayKnow: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<Walked> {
    const enough = new AbortController();
    const either = AbortSignal.any([signal, enough.signal]);
    const started: Promise<Walked>[] = [];
    let later: Walked | undefined;
    const start = (index: number) => {
      const piece = pieces[index];
      if (piece === undefined || started[index] !== undefined) return;
      const known = mayKnow ? this.#knownWithin(search, piece, before) : undefined;
      const walked = known === undefined ? this.piece(piece, search, most, either) : Promise.resolve(known);
      walked.catch(() => {}); // Whoever comes to it is told; one that is not come to does not matter.
      started[index] = walked;
    };
    try {
      for (let index = 0; index < pieces.length; index += 1) {
        for (let ahead = index; ahead < index + atOnce; ahead += 1) start(ahead);
        const walked = await started[index];
        if (walked === undefined) continue;
        const seam = later === undefined ? [] : changeBetween(walked, later);
        if (walked.first !== undefined || walked.found.length > 0) later = walked;
        yield { ...walked, found: [...walked.found, ...seam], count: walked.count + seam.length };
      }
    } finally {
      enough.abort();
    }
  }

  #remember(key: string, walked: Known): void {
    this.#walked.set(key, walked);
    const [oldest] = this.#walked.keys();
    if (this.#walked.size > maxPieces && oldest !== undefined) this.#walked.delete(oldest);
  }
}

/** What the last line of a piece has changed is seen at the first line of the next: in neither of them alone. */
export function changeBetween(earlier: Walked, { first }: Walked): Found[] {
  if (first === undefined || (earlier.value === undefined && earlier.unset !== true)) return [];
  if (earlier.value === first.value) return [];
  return [{ ...first, ...(earlier.value === undefined ? {} : { before: earlier.value }) }];
}

function keyOf({ moment, from, until }: Interval<Moment>, { key }: Search): string {
  return `${key} ${moment.id} ${from ?? ''} ${atText(until)}`;
}
