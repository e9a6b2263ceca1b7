/**
 * Searches the past of a trace for what is wanted, piece by piece from the newest on, two at a time, and remembers what it
 * found: the past does not change. It does not know what the search is for.
 */
import type { Cursor, Want } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { type Interval, intervalsBefore, untilOf } from './intervals.ts';
import type { Found, Said } from './messages.ts';
import type { Moment } from './moment.ts';
import { type At, atText, compareAt } from './places.ts';
import type { Recording } from './recording.ts';

export interface Search {
  readonly want: Want;
  /** What the search depends on beside the want, such as the breakpoints; other results are not taken for its own. */
  readonly key: string;
  /** Done to each cursor before it walks. */
  readonly prepare?: (cursor: Cursor) => void;
}

type Walked = Pick<Said<'walk'>, 'found' | 'count'>;

/** Of each piece; what a person goes back through is mostly among them. */
const remembered = 64;
const maxPieces = 1000;
const atOnce = 2;

export class Searching {
  readonly #recording: Recording;
  readonly #cursors: Cursors;
  readonly #walked = new Map<string, Walked>();

  constructor(recording: Recording, cursors: Cursors) {
    this.#recording = recording;
    this.#cursors = cursors;
  }

  /** The last one before a moment; undefined where there is none. Errors: those of `Cursors.from`; `trace-diverged`. */
  async lastBefore(before: At, search: Search, signal: AbortSignal): Promise<Found | undefined> {
    const pieces = intervalsBefore(this.#recording.moments, before);
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
    const pieces = intervalsBefore(this.#recording.moments, before);
    const found: Found[] = [];
    let isAll = true;
    for await (const piece of this.#inOrder(pieces, search, { before, most, mayKnow: false }, signal)) {
      found.unshift(...piece.found);
      if (piece.count > piece.found.length) isAll = false;
      if (found.length > most || !isAll) break;
    }
    return { found: found.slice(-most), isAll: isAll && found.length <= most };
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
        const walk = await cursor.walk(search.want, untilOf(piece.until), most, signal);
        if (walk.reason === 'diverged') throw this.#cursors.diverged(walk, piece.until);
        // It began earlier where the snapshot was given up meanwhile.
        const found = walk.found.filter(({ place }) => compareAt(place, piece.moment.at) >= 0);
        return { found, count: walk.count - walk.found.length + found.length };
      },
      signal,
      (moment) => moment === piece.moment || !piece.moment.process?.held,
    );
    this.#remember(key, walked);
    return walked;
  }

  /** What would be found in a piece, where it is known already. */
  #knownWithin(search: Search, moment: Moment, before: At): Walked | undefined {
    const start = `${search.key} ${moment.id} `;
    for (const [key, walked] of this.#walked) {
      if (!key.startsWith(start) || walked.found.length === 0) continue;
      const last = walked.found.at(-1);
      if (last === undefined || compareAt(last.place, before) < 0) continue;
      const found = walked.found.filter(({ place }) => compareAt(place, before) < 0);
      // Of what was noted last only: whether there are more before is not known where all of it is later.
      if (found.length > 0) return { found, count: walked.count };
      if (walked.count === walked.found.length) return { found, count: 0 };
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
    const start = (index: number) => {
      const piece = pieces[index];
      if (piece === undefined || started[index] !== undefined) return;
      const known = mayKnow ? this.#knownWithin(search, piece.moment, before) : undefined;
      const walked = known === undefined ? this.piece(piece, search, most, either) : Promise.resolve(known);
      walked.catch(() => {}); // Whoever comes to it is told; one that is not come to does not matter.
      started[index] = walked;
    };
    try {
      for (let index = 0; index < pieces.length; index += 1) {
        for (let ahead = index; ahead < index + atOnce; ahead += 1) start(ahead);
        const walked = await started[index];
        if (walked !== undefined) yield walked;
      }
    } finally {
      enough.abort();
    }
  }

  #remember(key: string, walked: Walked): void {
    this.#walked.set(key, walked);
    const [oldest] = this.#walked.keys();
    if (this.#walked.size > maxPieces && oldest !== undefined) this.#walked.delete(oldest);
  }
}

function keyOf({ moment, until }: Interval<Moment>, { key }: Search): string {
  return `${key} ${moment.id} ${atText(until)}`;
}
