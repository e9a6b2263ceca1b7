/**
 * Moves through one recording: every movement is composed of runs of cursors, and at the tip of the program itself
 * (docs/debugging.md, "Actions of `navigate`"). Questions are answered elsewhere.
 */
import type { Stop } from '../../../protocol/debug.ts';
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Params } from '../../../protocol/messages.ts';
import { missing, notStopped, otherThread, reasonOf } from './answers.ts';
import type { Cursor, Goal } from './cursor.ts';
import type { Cursors } from './cursors.ts';
import { ProcessGone } from './debug-link.ts';
import { behind, behindEffect, nextEdit } from './effects.ts';
import { untilOf } from './intervals.ts';
import type { LineIndex } from './line-index.ts';
import type { Found, Said } from './messages.ts';
import {
  type At,
  atOf,
  atText,
  beginningOf,
  compareAt,
  inMainThread,
  type Place,
  parseAt,
} from './places.ts';
import type { Points } from './points.ts';
import type { Present } from './present.ts';
import type { Recording } from './recording.ts';
import type { Search, Searching } from './searching.ts';
import { dropBefore, type Granularity, lineBefore, startOfWayBack } from './stepping-back.ts';
import type { TipDriver } from './tip.ts';

export interface NavigatorParts {
  readonly recording: Recording;
  readonly cursors: Cursors;
  readonly index: LineIndex;
  readonly searching: Searching;
  readonly present: Present;
  readonly points: Points;
  readonly tip: TipDriver;
}

const hits: ReadonlySet<Stop['reason']> = new Set([
  'breakpoint',
  'function-breakpoint',
  'data-breakpoint',
  'exception',
]);

export class Navigator {
  readonly #parts: NavigatorParts;
  /** What was asked last: who sees which line it is mostly goes there then. */
  #before: { readonly from: string; readonly how: Granularity; readonly line: Place | undefined } | undefined;

  constructor(parts: NavigatorParts) {
    this.#parts = parts;
  }

  /** Runs forward, in the past and, where that is over, for real. */
  async forward(goal: Goal, signal: AbortSignal, thread?: number): Promise<Stop> {
    const { present, recording } = this.#parts;
    if (!present.isTip) return this.#forwardInPast(goal, signal);
    if (recording.tip.kind === 'ended') return present.standAtTip(recording.tip, signal);
    return this.#forwardAtTip(goal, signal, thread);
  }

  async pause(signal: AbortSignal): Promise<Stop> {
    const { present, recording, tip } = this.#parts;
    if (recording.tip.kind === 'running') {
      tip.pause();
      return present.standAtTip(await recording.stands(signal), signal);
    }
    return present.stop ?? present.stand(undefined, await present.place(signal), 'pause');
  }

  async stepBack(how: Granularity, signal: AbortSignal): Promise<Stop> {
    const { recording, cursors } = this.#parts;
    const before = await this.lineBefore(how, signal);
    if (before === undefined) return this.#goToStart(signal);
    const stop = await this.#goTo(before, 'step', signal);
    // Who goes back once goes back again: both copies that it takes are made meanwhile.
    cursors.prepare(startOfWayBack(recording, before), 2);
    return stop;
  }

  /** The line that a step back would undo; undefined at the beginning. It goes nowhere. */
  async lineBefore(how: Granularity, signal: AbortSignal): Promise<Place | undefined> {
    const { present, recording, cursors } = this.#parts;
    const place = await present.place(signal);
    if (present.isEnd) return place;
    if (place.thread !== undefined) throw otherThread(place.thread, 'step-back');
    const from = atText(place);
    if (this.#before?.from === from && this.#before.how === how) return this.#before.line;
    const stack = how === 'in' ? [] : await present.stack(signal);
    await dropBefore({ recording, cursors }, place, signal);
    const line = await lineBefore({ recording, cursors }, place, how, stack, signal);
    this.#before = { from, how, line };
    return line;
  }

  async reverseContinue(signal: AbortSignal): Promise<Stop> {
    const { searching, points, present } = this.#parts;
    const before = await present.before(signal);
    const hit = points.canStop ? await searching.lastBefore(before, points.search(), signal) : undefined;
    if (hit === undefined) return this.#goToStart(signal);
    const reason = hit.reason ?? (hit.place.raising === true ? 'exception' : 'breakpoint');
    return this.#goToFound(hit, reason, signal);
  }

  async goto(
    { step, time, at, file, line }: Pick<Params<'navigate'>, 'step' | 'time' | 'at' | 'file' | 'line'>,
    signal: AbortSignal,
  ): Promise<Stop> {
    if (step !== undefined) return this.#goToStep(step, signal);
    if (time !== undefined) return this.#goToTime(time, signal);
    if (at !== undefined) return this.#goTo(knownAt(at), 'goto', signal);
    if (file !== undefined && line !== undefined) return this.#goToLine(file, line, signal);
    throw missing('step', 'goto');
  }

  async gotoException(direction: 'backward' | 'forward', signal: AbortSignal): Promise<Stop> {
    const { present, searching, points } = this.#parts;
    if (direction === 'forward') {
      const found = await this.#nextOf(points.onlyExceptions(), signal);
      if (found !== undefined) return found;
    } else {
      const search: Search = { want: { kind: 'exceptions' }, key: 'exceptions', canBeCut: true };
      const found = await searching.lastBefore(await present.before(signal), search, signal);
      if (found !== undefined) return this.#goToFound(found, 'exception', signal);
    }
    throw new ProtocolError('invalid-request', `no exception was raised ${direction} from here`);
  }

  /** To the first line of the call that a frame is of. */
  async restartFrame(frame: number, signal: AbortSignal): Promise<Stop> {
    const { present, recording, cursors } = this.#parts;
    const stack = await present.stack(signal);
    const restarted = stack[frame];
    if (restarted === undefined)
      throw new ProtocolError('invalid-request', `there is no frame ${frame} here`);
    const place = await present.place(signal);
    if (place.thread !== undefined) throw otherThread(place.thread, 'restart-frame');
    let caller: Place | undefined = place;
    let depth = place.depth + 1;
    for (const inner of stack.slice(0, frame + 1).filter(({ mine }) => mine)) {
      depth -= 1;
      const calls = stack.slice(stack.indexOf(inner));
      caller = caller && (await lineBefore({ recording, cursors }, caller, 'out', calls, signal));
    }
    if (caller === undefined) return this.#goToStart(signal, 'goto');
    const from = caller;
    const { name } = restarted;
    const target = name.slice(name.lastIndexOf('.') + 1);
    const cursor = await cursors.at(from, signal);
    try {
      let run = await cursor.run({ kind: 'step', how: 'in' }, untilOf(place), signal);
      // What was called for its arguments comes first.
      while (run.reason === 'step' && (run.place?.depth !== depth || run.place.name !== name))
        run = await cursor.run({ kind: 'step', how: 'in', target }, untilOf(place), signal);
      if (run.place === undefined) throw cursors.diverged(run, place);
      return present.stand(cursor, run.place, 'goto', run);
    } catch (error) {
      cursor.end();
      throw error;
    }
  }

  async #forwardAtTip(goal: Goal, signal: AbortSignal, thread?: number): Promise<Stop> {
    const { present, recording, tip } = this.#parts;
    if (recording.tip.kind !== 'stopped') throw notStopped();
    present.followTip();
    await tip.go(goal, thread);
    return present.standAtTip(await recording.stands(signal), signal);
  }

  async #forwardInPast(goal: Goal, signal: AbortSignal): Promise<Stop> {
    const { present, recording } = this.#parts;
    const { tip } = recording;
    const run = await this.#run(goal, signal);
    const isBeyond = tip.kind === 'stopped' && tip.place.thread !== undefined && isAtOrAfter(run, tip.place);
    if (isBeyond) run.cursor?.end();
    if (tip.kind === 'stopped' && (isBeyond || run.reason === 'until')) {
      if (goal.kind !== 'continue') return present.standAtTip(tip, signal, 'step');
      // What has stopped the program there stops whoever comes from its past, too.
      return hits.has(tip.reason) ? present.standAtTip(tip, signal) : this.#goOnAtTip(goal, signal);
    }
    if (run.reason === 'end' && tip.kind === 'ended') return present.standAtTip(tip, signal);
    return present.stand(run.cursor, run.place, reasonOf(run.reason), run);
  }

  async #goOnAtTip(goal: Goal, signal: AbortSignal): Promise<Stop> {
    this.#parts.present.followTip();
    return this.#forwardAtTip(goal, signal);
  }

  /** Runs a copy of the present to the goal, at most to the tip. Breakpoints count. */
  async #run(
    goal: Goal,
    signal: AbortSignal,
    prepare: (cursor: Cursor) => void = (cursor) => this.#parts.points.tell(cursor),
  ): Promise<Said<'run'> & { readonly cursor: Cursor | undefined; readonly place: Place }> {
    const { present, recording, cursors } = this.#parts;
    const { tip } = recording;
    const start = await present.place(signal);
    const newest = recording.moments.at(-1)?.at;
    const limit = tip.kind === 'stopped' ? tip.place : tip.kind === 'running' ? newest : undefined;
    for (let attempt = 1; ; attempt += 1) {
      let cursor = await present.takeCursor(signal);
      try {
        prepare(cursor);
        const { moments } = recording;
        let edit = nextEdit(moments, start, limit);
        let until = edit?.at ?? limit;
        let run = await cursor.run(goal, until && untilOf(until), signal);
        for (let from: At = start; run.reason === 'effect' || (run.reason === 'until' && edit); ) {
          const onward =
            run.reason === 'effect'
              ? behindEffect({ moments, goal, start, from, limit })
              : behind(edit, { goal, start, limit });
          if (onward.kind === 'end')
            return { ...run, reason: onward.reason, place: start, cursor: undefined };
          const next = await cursors.thaw(onward.moment, signal);
          cursor.end();
          cursor = next;
          if (onward.kind === 'stands') return { reason: 'step', place: onward.place, cursor };
          prepare(cursor);
          from = onward.moment.at;
          edit = nextEdit(moments, from, limit);
          until = edit?.at ?? limit;
          run = await cursor.run(onward.goal, until && untilOf(until), signal, { here: true });
        }
        if (run.reason === 'diverged') throw cursors.diverged(run, run.place ?? start);
        if (run.reason !== 'end' && run.place === undefined) throw cursors.diverged(run, start);
        if (run.reason === 'end') cursor.end();
        return { ...run, place: run.place ?? start, cursor: run.reason === 'end' ? undefined : cursor };
      } catch (error) {
        cursor.end();
        if (!(error instanceof ProcessGone) || attempt > 1) throw error;
      }
    }
  }

  /** The next place forward that other breakpoints stop at; undefined, and nothing moved, where there is none. */
  async #nextOf(points: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Stop | undefined> {
    const { present } = this.#parts;
    if (present.isTip) return undefined;
    const run = await this.#run({ kind: 'continue' }, signal, (cursor) =>
      this.#parts.points.tellOnly(cursor, points),
    );
    if (run.reason === 'until' || run.reason === 'end') {
      run.cursor?.end();
      return undefined;
    }
    return present.stand(run.cursor, run.place, reasonOf(run.reason), run);
  }

  async #goToLine(file: string, line: number, signal: AbortSignal): Promise<Stop> {
    const { points, searching, present } = this.#parts;
    const only = points.onlyLine(file, line);
    const next = await this.#nextOf(only, signal);
    if (next !== undefined) return { ...next, reason: 'goto' };
    const before = await present.before(signal);
    const search = points.searchOnly(only, `line ${file}:${line}`);
    const found = await searching.lastBefore(before, search, signal);
    if (found !== undefined) return this.#goTo(found.place, 'goto', signal);
    throw new ProtocolError('invalid-request', `line ${line} of ${file} was not reached in this trace`);
  }

  async #goToStep(step: number, signal: AbortSignal): Promise<Stop> {
    const { index, present } = this.#parts;
    const cursor = await index.cursorAt(step, signal);
    if (cursor?.place !== undefined) return present.stand(cursor, cursor.place, 'goto');
    cursor?.end();
    const message = `navigate: field 'step' is ${step}, and the trace has ${index.steps.total} steps so far`;
    throw new ProtocolError('invalid-request', message, { details: { field: 'step' } });
  }

  async #goToTime(time: number, signal: AbortSignal): Promise<Stop> {
    const { cursors, present, recording } = this.#parts;
    const first = recording.moments[0]?.at;
    const wanted = beginningOf(time);
    return cursors.from(
      first !== undefined && compareAt(wanted, first) < 0 ? first : wanted,
      async (cursor, keep) => {
        const { tip } = recording;
        const limit = tip.kind === 'stopped' ? untilOf(tip.place) : undefined;
        const run = await cursor.run({ kind: 'time', time }, limit, signal);
        if (run.reason === 'diverged') throw cursors.diverged(run, { time });
        if (run.place === undefined) return present.standAtTip(await recording.stands(signal), signal);
        keep();
        return present.stand(cursor, run.place, 'goto');
      },
      signal,
    );
  }

  async #goToStart(signal: AbortSignal, reason: 'start' | 'goto' = 'start'): Promise<Stop> {
    const { recording } = this.#parts;
    const stop = await this.#goToTime(recording.moments[0]?.time ?? 0, signal);
    return { ...stop, reason };
  }

  async #goToFound(found: Found, reason: string, signal: AbortSignal): Promise<Stop> {
    const { breakpoints, text, value } = found;
    const stop = await this.#goTo(found.place, reason, signal);
    const said = text ?? (reason === 'exception' ? value : undefined);
    return {
      ...stop,
      ...(breakpoints === undefined ? {} : { breakpoints }),
      ...(said === undefined ? {} : { text: said }),
    };
  }

  async #goTo(target: Place | At, reason: string, signal: AbortSignal): Promise<Stop> {
    const { cursors, present } = this.#parts;
    if (target.thread !== undefined) throw otherThread(target.thread, reason);
    if (!Number.isFinite(target.depth)) return this.#goToTime(target.time, signal);
    const cursor = await cursors.at('file' in target ? target : atOf(target), signal);
    if (cursor.place === undefined) throw cursors.diverged({}, target);
    return present.stand(cursor, cursor.place, reasonOf(reason));
  }
}

/** A run has come to where the main thread was when another one stood; in the middle of a line it may not have stopped there. */
function isAtOrAfter(
  { reason, place }: { readonly reason: string; readonly place: Place },
  tip: Place,
): boolean {
  return reason === 'end' || compareAt(place, inMainThread(tip)) >= 0;
}

/** The moment of this name. Throws `invalid-request`. */
export function knownAt(text: string): At {
  const at = parseAt(text);
  if (at !== undefined) return at;
  const message = `navigate: field 'at' names no moment: ${JSON.stringify(text.slice(0, 100))}`;
  throw new ProtocolError('invalid-request', message, { details: { field: 'at' } });
}
