/**
 * The cursors of one recording: thaws them, ahead where it pays, has what was done again when one dies, and ends them.
 * It does not know what they are needed for.
 */
import { ProtocolError } from '../../../protocol/errors.ts';
import { FrozenProcess } from '../frozen-process.ts';
import { BadFrame, type Frame } from '../link-messages.ts';
import { type Nursery, thawCursor } from '../worker-process.ts';
import { Addresses } from './addresses.ts';
import { Cursor, copyEnded, type Until } from './cursor.ts';
import { ProcessGone } from './debug-link.ts';
import { type Said, said } from './messages.ts';
import type { Moment } from './moment.ts';
import { type At, atText, compareAt, isSameAt, type Place } from './places.ts';
import type { Recording } from './recording.ts';

export class Cursors {
  readonly #recording: Recording;
  readonly #nursery: Nursery;
  readonly addresses: Addresses;
  readonly #all = new Set<Cursor>();
  /** Thawed ahead and not used yet, by the snapshot that they stand in. */
  readonly #spare = new Map<Moment, Promise<Cursor | undefined>[]>();
  #isEnded = false;

  constructor(recording: Recording, nursery: Nursery) {
    this.#recording = recording;
    this.addresses = new Addresses(recording);
    this.#nursery = nursery;
  }

  /** For tests and figures. */
  get count(): number {
    return this.#all.size;
  }

  /** A cursor in the snapshot; the caller's to end. Errors: `ProcessGone`; the signal's reason. */
  async thaw(moment: Moment, signal: AbortSignal): Promise<Cursor> {
    const spare = this.#spare.get(moment)?.shift();
    const ready = await spare;
    signal.throwIfAborted();
    if (ready?.isAlive === true) return ready;
    return this.#thaw(moment, signal);
  }

  /** Thaws so many ahead in one snapshot; those ahead in others are ended. */
  prepare(moment: Moment | undefined, count: number): void {
    for (const [other, cursors] of this.#spare) {
      if (other === moment) continue;
      this.#spare.delete(other);
      for (const cursor of cursors) void cursor.then((ready) => ready?.end());
    }
    if (moment === undefined || this.#isEnded) return;
    const cursors = this.#spare.get(moment) ?? [];
    this.#spare.set(moment, cursors);
    while (cursors.length < count) {
      cursors.push(this.#thaw(moment, new AbortController().signal).catch(() => undefined));
    }
  }

  /**
   * Does something with a cursor that stands in the newest snapshot at or before a moment, once more where its process
   * dies meanwhile. The cursor is ended afterwards, unless `work` keeps it. Errors: `trace-not-found` where nothing is that
   * early; `snapshot-failed`; those of `work`.
   */
  async from<Result>(
    at: At,
    work: (cursor: Cursor, keep: () => void, moment: Moment) => Promise<Result>,
    signal: AbortSignal,
    which?: (moment: Moment) => boolean,
  ): Promise<Result> {
    // Processes that have ended may still be taken for alive: each that turns out to be gone makes way for the one before.
    const gone = new Set<Moment>();
    return twice(async () => {
      const { moment, cursor } = await this.#nearest(at, signal, gone, which);
      let isKept = false;
      try {
        return await work(cursor, () => (isKept = true), moment);
      } finally {
        if (!isKept) cursor.end();
      }
    }, signal);
  }

  /** A cursor that stands at the moment; the caller's to end. Errors: `trace-diverged`, and those of `from`. */
  at(target: Place | At, signal: AbortSignal): Promise<Cursor> {
    return this.from(
      target,
      async (cursor, keep) => {
        if (!cursor.standsAt(target))
          this.requireAt(target, await cursor.run({ kind: 'at', at: target }, undefined, signal));
        keep();
        return cursor;
      },
      signal,
    );
  }

  /** Throws `trace-diverged` unless a run has come to the moment. */
  requireAt(target: Place | At, run: Said<'run'>): void {
    const { place } = run;
    const isThere =
      place !== undefined &&
      isSameAt(place, target) &&
      (!('line' in target) || (place.line === target.line && place.file === target.file));
    if (!isThere || run.reason === 'diverged') throw this.diverged(run, target);
  }

  diverged(run: { readonly place?: Place; readonly text?: string }, target: Until): ProtocolError {
    const seen = run.place === undefined ? 'elsewhere' : `at line ${run.place.line} of ${run.place.file}`;
    const why = run.text ?? `the program came out ${seen} when it was run again`;
    const before = run.place ?? { time: target.time, depth: 0, offset: 0 };
    const nearest = this.#recording.moments.findLast(
      ({ at, place }) => place !== undefined && compareAt(at, before) <= 0,
    );
    return new ProtocolError('trace-diverged', `the replay differs from the recording: ${why}`, {
      details: {
        ...(run.place === undefined ? {} : { place: run.place }),
        ...(nearest === undefined ? {} : { nearest: atText(nearest.at) }),
      },
    });
  }

  /** It is somebody else's from now on. */
  letGo(cursor: Cursor): void {
    this.#all.delete(cursor);
  }

  /** Ends all of them, and makes no more. */
  end(): void {
    this.#isEnded = true;
    this.prepare(undefined, 0);
    for (const cursor of this.#all) cursor.end();
  }

  /** A cursor in the newest snapshot at or before a moment that can be thawed. */
  async #nearest(
    at: At,
    signal: AbortSignal,
    gone: Set<Moment>,
    which: (moment: Moment) => boolean = () => true,
  ): Promise<{ moment: Moment; cursor: Cursor }> {
    for (;;) {
      const isLeft = (one: Moment) => !gone.has(one);
      const wanted = this.#recording.nearest(at, (one) => isLeft(one) && which(one));
      // Where the one that was chosen is gone any other will do: it is further back.
      const moment = wanted ?? (gone.size > 0 ? this.#recording.nearest(at, isLeft) : undefined);
      if (moment === undefined) throw nothingBefore(this.#recording.moments);
      try {
        return { moment, cursor: await this.thaw(moment, signal) };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ProcessGone)) throw error;
        gone.add(moment);
      }
    }
  }

  async #thaw(moment: Moment, signal: AbortSignal): Promise<Cursor> {
    signal.throwIfAborted();
    const { process } = moment;
    if (process === undefined || this.#isEnded) throw new ProcessGone('its snapshot is not held any more');
    const thawed = await thawCursor(this.#nursery, process).catch((error: unknown) => {
      throw new ProcessGone(ProtocolError.from(error).message);
    });
    const onMoment = (frame: Frame<'moment'>) => {
      try {
        const moment = { ...said('moment', frame.fields), why: 'near' };
        this.#recording.addMoment(frame.id, moment, cursor.pointsVersion);
      } catch (error) {
        if (!(error instanceof BadFrame)) throw error;
        thawed.end();
      }
    };
    thawed.onFrozen = (peer) => this.#recording.addProcess(new FrozenProcess(peer, this.#nursery.zygote));
    const cursor: Cursor = new Cursor(thawed, moment.place, {
      onMoment,
      onArrived: (answer) => this.addresses.compare(answer),
    });
    cursor.pointsVersion = moment.pointsVersion;
    this.#all.add(cursor);
    void thawed.exited.then(() => this.#all.delete(cursor));
    if (this.#isEnded || signal.aborted) {
      cursor.end();
      signal.throwIfAborted();
    }
    return cursor;
  }
}

/** A copy may be the first to be ended where memory runs out. */
async function twice<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ProcessGone)) throw error;
  }
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ProcessGone ? copyEnded(error) : error;
  }
}

function nothingBefore(moments: readonly Moment[]): ProtocolError {
  const message =
    moments.length === 0
      ? 'no snapshot of this trace is held, so its past cannot be shown'
      : 'nothing of this trace is held from so early; go to a later moment';
  return new ProtocolError('trace-not-found', message);
}
