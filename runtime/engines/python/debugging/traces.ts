/**
 * One trace with all that moves and looks in it, put together. One movement at a time; a dead copy, a running program and
 * the end of everything are told apart here.
 */
import type { Branch } from '../../../core/engine.ts';
import type { Logger } from '../../../core/logger.ts';
import type { Stop } from '../../../protocol/debug.ts';
import { movingActions } from '../../../protocol/debug-operations.ts';
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Params, Returns } from '../../../protocol/messages.ts';
import type { Home } from '../home.ts';
import type { Frame } from '../link-messages.ts';
import type { Nursery } from '../worker-process.ts';
import { checkedAnswer, missing, notStopped, otherThread } from './answers.ts';
import { branchOf } from './branching.ts';
import { copyEnded, type Goal } from './cursor.ts';
import { Cursors } from './cursors.ts';
import { ProcessGone } from './debug-link.ts';
import { lastPlaceOf } from './last-place.ts';
import { LineIndex } from './line-index.ts';
import { Looking } from './looking.ts';
import { knownAt, Navigator } from './navigator.ts';
import { beginningOf, type Place } from './places.ts';
import type { Points } from './points.ts';
import { Present } from './present.ts';
import type { Recording } from './recording.ts';
import { Searching } from './searching.ts';
import type { TipDriver } from './tip.ts';
import { Values } from './values.ts';

type Request = Params<'navigate'>;
type Answer = Returns<'navigate'>;

const moving: ReadonlySet<string> = new Set(movingActions);

export interface TraceParts {
  readonly recording: Recording;
  readonly nursery: Nursery;
  readonly points: Points;
  readonly tip: TipDriver;
  readonly logger: Logger;
}

export class TraceView {
  readonly recording: Recording;
  readonly present: Present;
  readonly #tip: TipDriver;
  readonly #nursery: Nursery;
  readonly #points: Points;
  readonly #cursors: Cursors;
  readonly #index: LineIndex;
  readonly #searching: Searching;
  readonly #navigator: Navigator;
  readonly #looking: Looking;
  readonly #closed = new AbortController();
  #moving: AbortController | undefined;

  constructor({ recording, nursery, points, tip, logger }: TraceParts) {
    this.recording = recording;
    this.#tip = tip;
    this.#nursery = nursery;
    this.#points = points;
    const cursors = new Cursors(recording, nursery);
    const index = new LineIndex(recording, cursors, logger);
    const searching = new Searching(recording, cursors);
    const present = new Present(recording, cursors, index, tip);
    const values = new Values(recording, cursors, searching);
    const parts = { recording, cursors, index, searching, present, points, tip };
    this.#cursors = cursors;
    this.#index = index;
    this.#searching = searching;
    this.present = present;
    this.#navigator = new Navigator(parts);
    this.#looking = new Looking({ ...parts, values });
  }

  /** Processes of it that run, beside its snapshots. */
  get copies(): number {
    return this.#cursors.count;
  }

  describe() {
    const { total } = this.#index.steps;
    return { ...this.recording.describe(), steps: total, counted: this.#index.isComplete };
  }

  /** The tip stands, or has ended: what lies before can be counted. */
  stands(): void {
    this.#index.touch();
  }

  /** Where the exception came from with which the program has ended; its last line where that cannot be found. */
  async placeOfFailure(): Promise<Place> {
    const { signal } = this.#closed;
    const all = beginningOf(Number.MAX_SAFE_INTEGER);
    try {
      // It may have ended sooner than the process of its first snapshot has said hello.
      await this.recording.arrived(signal);
      const found = await this.#searching.lastBefore(
        all,
        { want: { kind: 'exceptions' }, key: 'failure', canBeCut: false },
        signal,
      );
      return found?.place ?? (await lastPlaceOf(this.recording, this.#cursors, signal));
    } catch {
      const place = this.recording.moments.findLast((moment) => moment.place !== undefined)?.place;
      return (
        place ?? {
          ...beginningOf(0),
          file: this.recording.settings.file ?? '<string>',
          line: 1,
          name: '<module>',
        }
      );
    }
  }

  async answer(request: Request, signal: AbortSignal): Promise<Answer> {
    const either = AbortSignal.any([signal, this.#closed.signal]);
    try {
      return await this.#answerAgain(request, either);
    } catch (error) {
      throw error instanceof ProcessGone ? copyEnded(error) : error;
    } finally {
      this.#index.touch();
    }
  }

  /** See `EngineSession.branch`. */
  async branch(
    { action, at, frame = 0, ...request }: Request,
    { home, python }: { readonly home: Home; readonly python: Frame<'hello'>['python'] },
    signal: AbortSignal,
  ): Promise<{ readonly branch: Branch; readonly answer: Answer } | undefined> {
    const { recording, present } = this;
    const isTip = present.isTip && recording.tip.kind === 'stopped';
    if (action === 'set-variable' && isTip) return undefined;
    const target = at === undefined ? await present.place(signal) : knownAt(at);
    if (target.thread !== undefined) throw otherThread(target.thread, action);
    const cursor = await this.#cursors.at(target, signal);
    this.#cursors.letGo(cursor);
    try {
      const { place } = cursor;
      if (place === undefined) throw this.#cursors.diverged({}, target);
      let answer: Answer = {};
      if (action === 'set-variable') {
        const { session: _session, trace: _trace, ...fields } = request;
        answer = checkedAnswer(await cursor.ask('assign', { ...fields, frame }, signal));
      }
      this.#points.tell(cursor);
      const parts = {
        recording,
        nursery: this.#nursery,
        home,
        python,
        points: this.#points.all,
        cursor,
        place,
      };
      return { branch: branchOf(parts, action === 'open' ? { frame } : undefined), answer };
    } catch (error) {
      cursor.end();
      throw error;
    }
  }

  /** Ends all of it. Twice is harmless. */
  close(): void {
    this.#closed.abort(new ProtocolError('trace-not-found', 'the trace was closed'));
    this.#index.end();
    this.#cursors.end();
    this.recording.close();
  }

  // A copy may be the first to be ended where memory runs out; nothing has moved before it has answered.
  async #answerAgain(request: Request, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#answer(request, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ProcessGone)) throw error;
      return this.#answer(request, signal);
    }
  }

  async #answer(request: Request, signal: AbortSignal): Promise<Answer> {
    if (request.action === 'pause') return { stop: await this.#pause(signal) };
    if (moving.has(request.action)) return { stop: await this.#move(request, signal) };
    await this.recording.arrived(signal);
    if (request.action === 'set-variable') return this.#setVariable(request, signal);
    if (request.action === 'line-before') return this.#lineBefore(request, signal);
    const looked = await this.#looking.answer(request, signal);
    if (looked !== undefined) return looked;
    throw new ProtocolError('unsupported-op', `navigate: '${request.action}' is not possible here`);
  }

  #go(request: Request, signal: AbortSignal): Promise<Stop> {
    const navigator = this.#navigator;
    switch (request.action) {
      case 'continue':
        return navigator.forward({ kind: 'continue' }, signal);
      case 'step-over':
        return navigator.forward({ kind: 'step', how: 'over' }, signal, request.thread);
      case 'step-out':
        return navigator.forward({ kind: 'step', how: 'out' }, signal, request.thread);
      case 'step-in':
        return this.#stepIn(request, signal);
      case 'step-back':
        return navigator.stepBack(request.granularity ?? 'over', signal);
      case 'reverse-continue':
        return navigator.reverseContinue(signal);
      case 'goto':
        return navigator.goto(request, signal);
      case 'goto-exception':
        return navigator.gotoException(request.direction ?? 'backward', signal);
      case 'restart-frame':
        if (request.frame === undefined) throw missing('frame', 'restart-frame');
        return navigator.restartFrame(request.frame, signal);
      default:
        throw new ProtocolError('unsupported-op', `navigate: '${request.action}' is not possible here`);
    }
  }

  async #lineBefore({ granularity = 'over' }: Request, signal: AbortSignal): Promise<Answer> {
    const place = await this.#navigator.lineBefore(granularity, signal);
    return place === undefined ? {} : { position: this.present.describe(place) };
  }

  async #stepIn({ target, thread }: Request, signal: AbortSignal): Promise<Stop> {
    if (target === undefined) return this.#navigator.forward({ kind: 'step', how: 'in' }, signal, thread);
    const asked = { action: 'step-in-targets', session: '' } as const;
    const found = (await this.#looking.answer(asked, signal))?.targets?.find(({ id }) => id === target);
    if (found === undefined)
      throw new ProtocolError(
        'invalid-request',
        `navigate: field 'target' names no call of this line: ${target}`,
      );
    const goal: Goal = { kind: 'step', how: 'in', target: found.label };
    return this.#navigator.forward(goal, signal);
  }

  /** It is under way from here on: a pause that comes right after it finds it. */
  async #move(request: Request, signal: AbortSignal): Promise<Stop> {
    if (this.#moving !== undefined) throw notStopped();
    const moving = new AbortController();
    this.#moving = moving;
    const either = AbortSignal.any([signal, moving.signal]);
    try {
      await this.recording.arrived(either);
      either.throwIfAborted();
      return await this.#go(request, either);
    } finally {
      this.#moving = undefined;
    }
  }

  // A copy that is on its way is given up; the program itself is asked to stand.
  #pause(signal: AbortSignal): Promise<Stop> {
    if (this.recording.tip.kind !== 'running')
      this.#moving?.abort(new ProtocolError('cancelled', 'the movement was paused'));
    return this.#navigator.pause(signal);
  }

  async #setVariable(request: Request, signal: AbortSignal): Promise<Answer> {
    const { present, recording } = this;
    await present.place(signal);
    if (!present.isTip || recording.tip.kind !== 'stopped') throw notStopped();
    const { action: _action, session: _session, trace: _trace, ...fields } = request;
    const { variable } = await this.#tip.ask('assign', fields);
    present.changed();
    return checkedAnswer({ variable });
  }
}
