/**
 * Where one looks from in a recording: the tip, or a moment of its past, and the cursor that stands there for questions.
 * It does not decide where to go.
 */
import type { Position, Stop, StopReason } from '../../../protocol/debug.ts';
import { withinMs } from '../within.ts';
import { notStopped, positionOf, reasonOf, stopOf } from './answers.ts';
import type { Cursor } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { lastPlaceOf } from './last-place.ts';
import type { LineIndex } from './line-index.ts';
import { type Said, saidOf } from './messages.ts';
import { type At, atOf, beginningOf, inMainThread, isSameAt, type Place } from './places.ts';
import { firstOf, helloWithinMs, type Recording, type Tip } from './recording.ts';
import type { TipDriver } from './tip.ts';

export class Present {
  readonly #recording: Recording;
  readonly #cursors: Cursors;
  readonly #index: LineIndex;
  readonly #tip: TipDriver;
  /** Undefined: the tip. */
  #past: Place | undefined;
  #cursor: Cursor | undefined;
  #stack: { readonly at: At; readonly stack: Said<'tell'>['stack'] } | undefined;
  #stop: Stop | undefined;

  constructor(recording: Recording, cursors: Cursors, index: LineIndex, tip: TipDriver) {
    this.#tip = tip;
    this.#recording = recording;
    this.#cursors = cursors;
    this.#index = index;
  }

  get isTip(): boolean {
    return this.#past === undefined;
  }

  /** True where the program has ended and nothing before that is looked at. */
  get isEnd(): boolean {
    return this.isTip && this.#recording.tip.kind === 'ended';
  }

  /** True at a tip of which there is no copy, because several threads run: what is asked is asked of the program itself. */
  get answersItself(): boolean {
    const { tip } = this.#recording;
    return this.isTip && tip.kind === 'stopped' && tip.said.copied === false;
  }

  /** As it was answered last; undefined where it has moved since. */
  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** The place; at the end that of the last line. Throws `not-stopped`. Errors: those of `Cursors.from`. */
  async place(signal: AbortSignal): Promise<Place> {
    if (this.#past !== undefined) return this.#past;
    const { tip } = this.#recording;
    if (tip.kind === 'running') throw notStopped();
    return tip.place ?? lastPlaceOf(this.#recording, this.#cursors, signal);
  }

  /** What is before the present: all that a search may find lies before this moment. */
  async before(signal: AbortSignal): Promise<At> {
    return this.isEnd ? this.end() : inMainThread(atOf(await this.place(signal)));
  }

  /** Behind all that was recorded. Throws `not-stopped`. */
  end(): At {
    const { tip } = this.#recording;
    if (tip.kind === 'running') throw notStopped();
    return tip.kind === 'stopped' ? inMainThread(atOf(tip.place)) : beginningOf(this.#recording.time + 1);
  }

  describe(place: Place): Position {
    const { tip, id } = this.#recording;
    const isLive = tip.kind === 'stopped' && isSameAt(tip.place, place);
    const { steps, isCurrent: isCounted } = this.#index;
    return positionOf(place, { trace: id, steps, isLive, isCounted });
  }

  /** It is the tip from now on, wherever that comes. */
  followTip(): void {
    this.#leave(undefined);
    this.#past = undefined;
  }

  /** It is where the cursor stands, which is ours from now on. */
  stand(cursor: Cursor | undefined, place: Place, reason: StopReason, run: Partial<Said<'run'>> = {}): Stop {
    this.#leave(cursor);
    const { tip } = this.#recording;
    const isTip = tip.kind === 'stopped' && isSameAt(tip.place, place);
    this.#past = isTip ? undefined : place;
    this.#cursor = cursor;
    const warning = isTip ? undefined : this.#cursors.addresses.doubt();
    const threads = !isTip && cursor?.hasRunThreads === true;
    this.#stop = {
      ...(warning === undefined ? {} : { warning }),
      ...stopOf(reason, this.describe(place), { ...run, threads }),
    };
    return this.#stop;
  }

  /** It is the tip, where that stands. */
  async standAtTip(
    tip: Exclude<Tip, { kind: 'running' }>,
    signal: AbortSignal,
    reason?: StopReason,
  ): Promise<Stop> {
    this.followTip();
    if (tip.kind === 'ended') {
      this.#stop = stopOf('end', this.describe(await this.place(signal)));
      return this.#stop;
    }
    this.#stop = stopOf(reason ?? reasonOf(tip.reason), this.describe(tip.place), tip.said);
    return this.#stop;
  }

  /** A cursor that stands here; not the caller's to end. Undefined where only the tip itself can be asked. */
  async cursor(signal: AbortSignal): Promise<Cursor | undefined> {
    const place = await this.place(signal);
    if (this.#cursor?.standsAt(place) === true) return this.#cursor;
    if (this.answersItself) return undefined;
    const taken = this.#recording.takenAt(place);
    // At an exception the program may be over, and have no frames any more: a copy is taken there again.
    const { tip } = this.#recording;
    const canAskTip =
      this.isTip && tip.kind === 'stopped' && place.raising !== true && tip.reason !== 'exception';
    if (canAskTip && taken === undefined) return undefined;
    if (taken !== undefined && taken.process === undefined)
      await firstOf(withinMs(taken.held, helloWithinMs, signal), signal);
    const cursor = await this.#cursors.at(place, signal);
    this.#leave(cursor);
    this.#cursor = cursor;
    return cursor;
  }

  /** The cursor, to be run on: it does not stand here any more. */
  async takeCursor(signal: AbortSignal): Promise<Cursor> {
    const cursor = (await this.cursor(signal)) ?? (await this.#cursors.at(await this.place(signal), signal));
    this.#cursor = undefined;
    return cursor;
  }

  /** Frames here, innermost first. */
  async stack(signal: AbortSignal): Promise<Said<'tell'>['stack']> {
    const place = await this.place(signal);
    if (this.#stack !== undefined && isSameAt(this.#stack.at, place)) return this.#stack.stack;
    const cursor = await this.cursor(signal);
    const { stack } =
      cursor === undefined ? saidOf('tell', await this.#tip.ask('tell', {})) : await cursor.tell(signal);
    this.#stack = { at: place, stack };
    return stack;
  }

  /** What is held of here may not be true any more: something was changed. */
  changed(): void {
    this.#leave(undefined);
  }

  #leave(next: Cursor | undefined): void {
    if (this.#cursor !== next) this.#cursor?.end();
    this.#cursor = undefined;
    this.#stack = undefined;
    this.#stop = undefined;
  }
}
