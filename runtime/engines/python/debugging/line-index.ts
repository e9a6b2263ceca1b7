/**
 * Counts the lines of a trace, piece by piece and in the background, so that each has its step and the whole can be
 * drawn; on its way it leaves snapshots at lines whose step is known. Who needs a piece at once waits for just that.
 */
import type { Logger } from '../../../core/logger.ts';
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Cursor } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { intervalsBefore, untilOf } from './intervals.ts';
import { lastPlaceOf } from './last-place.ts';
import type { Said } from './messages.ts';
import { type At, atOf, compareAt, type Place } from './places.ts';
import { firstOf, type Recording } from './recording.ts';
import { everyOf, type Sample, Steps } from './steps.ts';

/** After the last movement: whoever steps is not to wait for this. */
const idleMs = 300;
/** So many snapshots of a trace are enough to be anywhere soon. */
const enoughMoments = 120;
/** Between two snapshots, so many that a process is worth it. */
const leastEvents = 20_000;

export class LineIndex {
  readonly steps = new Steps();
  readonly #recording: Recording;
  readonly #cursors: Cursors;
  readonly #logger: Logger;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** One piece after the other, whoever asked. */
  #extending: Promise<boolean> = Promise.resolve(true);
  #failure: ProtocolError | undefined;
  #isEndMarked = false;

  constructor(recording: Recording, cursors: Cursors, logger: Logger) {
    this.#recording = recording;
    this.#cursors = cursors;
    this.#logger = logger;
  }

  /** True when `steps.total` is that of the whole trace. */
  get isComplete(): boolean {
    const { tip } = this.#recording;
    return tip.kind === 'ended' && tip.place !== undefined && this.steps.covers(tip.place);
  }

  /** True when all lines up to where the program stands were counted. */
  get isCurrent(): boolean {
    const { tip } = this.#recording;
    if (tip.kind === 'running') return false;
    return tip.kind === 'ended' ? this.isComplete : this.steps.covers(tip.place);
  }

  /** Something was asked for or has happened: the background waits. */
  touch(): void {
    clearTimeout(this.#timer);
    if (this.#ended.signal.aborted || this.#failure !== undefined) return;
    this.#timer = setTimeout(() => this.#goOn(), idleMs).unref();
  }

  /** Counts until it is enough, or all that was recorded. Errors: `trace-diverged`, `snapshot-failed`; the signal's reason. */
  async cover(isEnough: (steps: Steps) => boolean, signal: AbortSignal): Promise<void> {
    while (!isEnough(this.steps)) {
      if (this.#failure !== undefined) throw this.#failure;
      if (!(await firstOf(this.#next(isEnough), signal))) return;
    }
  }

  /** The step of a moment. Undefined where the program has not come so far, or nothing is held from before. */
  async stepOf(place: Place, signal: AbortSignal): Promise<number | undefined> {
    await this.cover((steps) => steps.covers(place), signal);
    const known = this.steps.known(place);
    const before = this.steps.before(place);
    if (known !== undefined || before === undefined) return known;
    const lines = await this.#cursors.from(
      before.at,
      async (cursor) => {
        await this.#goTo(cursor, before.at, signal);
        return (await cursor.walk({ kind: 'index', every: 0 }, place, 1, signal)).count;
      },
      signal,
    );
    this.steps.learn(place, before.step + lines);
    return before.step + lines;
  }

  /** A cursor at a step; the caller's to end. Undefined where there is none so late. */
  async cursorAt(step: number, signal: AbortSignal): Promise<Cursor | undefined> {
    await this.cover(({ total }) => total >= step, signal);
    const before = this.steps.beforeStep(step);
    if (before === undefined || this.steps.total < step) return undefined;
    return this.#cursors.from(
      before.at,
      async (cursor, keep) => {
        await this.#goTo(cursor, before.at, signal);
        if (step > before.step) {
          const run = await cursor.run({ kind: 'lines', lines: step - before.step }, undefined, signal);
          if (run.reason === 'diverged' || run.place === undefined)
            throw this.#cursors.diverged(run, before.at);
          this.steps.learn(run.place, step);
        }
        keep();
        return cursor;
      },
      signal,
    );
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#ended.abort(new ProtocolError('cancelled', 'the trace was closed'));
  }

  #goOn(): void {
    if (this.#recording.tip.kind === 'running') return;
    this.#next(() => false).then(
      (isMore) => (isMore ? setImmediate(() => this.#goOn()) : undefined),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Counts the next piece, after what is being counted; false when there was none. */
  #next(isEnough: (steps: Steps) => boolean): Promise<boolean> {
    const next = this.#extending.catch(() => true).then(() => isEnough(this.steps) || this.#extend());
    this.#extending = next;
    return next;
  }

  // Asked again it would end so again: what is known stays, and who needs more is told.
  #fail(error: unknown): void {
    if (this.#ended.signal.aborted) return;
    this.#failure = ProtocolError.from(error);
    this.#logger.warn({ trace: this.#recording.id, error: this.#failure.message }, 'lines not counted');
  }

  async #extend(): Promise<boolean> {
    if (this.#recording.tip.kind === 'ended')
      await lastPlaceOf(this.#recording, this.#cursors, this.#ended.signal);
    const { moments, tip } = this.#recording;
    const from = this.steps.end ?? moments[0]?.at;
    const limit = tip.kind === 'running' ? moments.at(-1)?.at : tip.place;
    if (from === undefined || limit === undefined) return false;
    if (compareAt(from, limit) >= 0) {
      await this.#markEnd();
      return false;
    }
    const pieces = intervalsBefore(moments, limit);
    const until = pieces.findLast((piece) => compareAt(piece.until, from) > 0)?.until;
    if (until === undefined) return false;
    await this.#count(from, until, partsOf(until.time - from.time, enoughMoments / (pieces.length + 1)));
    return true;
  }

  /** The last line is the end of the last piece; what it did is marked, too. */
  async #markEnd(): Promise<void> {
    const { tip, endTime } = this.#recording;
    if (this.#isEndMarked || tip.kind !== 'ended' || tip.place === undefined || endTime === undefined) return;
    this.#isEndMarked = true;
    const { place } = tip;
    const { signal } = this.#ended;
    const { marks = [] } = await this.#cursors.from(
      place,
      async (cursor) => {
        await this.#goTo(cursor, place, signal);
        return await cursor.walk({ kind: 'index', every: 0 }, undefined, 1, signal);
      },
      signal,
    );
    this.steps.mark(marks);
  }

  async #count(from: At, until: At, parts: number): Promise<void> {
    const { signal } = this.#ended;
    const events = until.time - from.time;
    const every = everyOf(events);
    await this.#cursors.from(
      from,
      async (cursor) => {
        await this.#goTo(cursor, from, signal);
        let begin = from;
        for (let part = 1; part <= parts; part += 1) {
          const isLast = part === parts;
          const end = isLast ? untilOf(until) : { time: from.time + Math.floor((events * part) / parts) };
          const walk = await cursor.walk({ kind: 'index', every }, end, 1, signal);
          if (walk.reason === 'diverged') throw this.#cursors.diverged(walk, until);
          const at = isLast || walk.place === undefined ? until : atOf(walk.place);
          this.steps.add({
            from: begin,
            until: at,
            lines: walk.count,
            samples: samplesOf(walk),
            marks: walk.marks ?? [],
          });
          if (compareAt(at, until) >= 0) return;
          begin = at;
          await cursor.ask('moment', {}, signal).catch(() => {}); // Then it takes longer to be there.
        }
      },
      signal,
    );
  }

  async #goTo(cursor: Cursor, at: At, signal: AbortSignal): Promise<void> {
    const isThere = cursor.place === undefined ? !Number.isFinite(at.depth) : cursor.standsAt(at);
    if (isThere) return;
    const goal = Number.isFinite(at.depth)
      ? ({ kind: 'at', at: atOf(at) } as const)
      : ({ kind: 'time', time: at.time } as const);
    const run = await cursor.run(goal, undefined, signal);
    if (goal.kind === 'at') this.#cursors.requireAt(at, run);
  }
}

function partsOf(events: number, most: number): number {
  return Math.max(1, Math.min(Math.floor(events / leastEvents), Math.floor(most)));
}

function samplesOf({ samples = [], files = [] }: Said<'walk'>): Sample[] {
  return samples.map(([time, lines, depth, file, line]) => ({
    time,
    lines,
    depth,
    file: files[file] ?? '',
    line,
  }));
}
