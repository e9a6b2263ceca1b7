/**
 * Answers what is asked of a recording without moving in it: frames, variables, values now and over its whole time, its
 * picture. It runs nothing where that could change something.
 */
import type { DebugVariable } from '../../../protocol/debug.ts';
import type { NavigateAction } from '../../../protocol/debug-operations.ts';
import type { Params, Returns } from '../../../protocol/messages.ts';
import { checkedAnswer, entryOf, missing, stopOf } from './answers.ts';
import type { LineIndex } from './line-index.ts';
import { type At, atText, compareAt, inMainThread, type Place } from './places.ts';
import type { Present } from './present.ts';
import type { Recording } from './recording.ts';
import type { Search, Searching } from './searching.ts';
import type { TipDriver } from './tip.ts';
import { changesOf, type Sampled, type Values, valueIn, type Watched } from './values.ts';

type Request = Params<'navigate'>;
type Answer = Returns<'navigate'>;

export interface LookingParts {
  readonly recording: Recording;
  readonly index: LineIndex;
  readonly searching: Searching;
  readonly values: Values;
  readonly present: Present;
  readonly tip: TipDriver;
}

/** How the worker calls what is passed on to it. */
const passedOn: Partial<Record<NavigateAction, string>> = {
  'call-stack': 'stack',
  scopes: 'scopes',
  variables: 'variables',
  evaluate: 'evaluate',
  'exception-info': 'exception',
  'data-breakpoint-info': 'data-breakpoint-info',
  'loaded-sources': 'sources',
  modules: 'modules',
  'step-in-targets': 'step-in-targets',
};
/** There is no other where a copy of the program stands, nor in its past. */
const mainThread = { id: 1, name: 'MainThread' };
/** A whole run is searched this long for the changes of a value; then those in its snapshots must do. */
const changesWithinMs = 3000;
const defaultHits = 1000;
const defaultSamples = 1000;
/** A picture is drawn of what there is; more comes when it is asked for again. */
const pictureWithinMs = 300;

export class Looking {
  readonly #parts: LookingParts;
  /** Values as they were seen at the stop before, and at this one. */
  #former = new Map<string, string>();
  #seen = new Map<string, string>();
  #seenAt: string | undefined;

  constructor(parts: LookingParts) {
    this.#parts = parts;
  }

  /** Undefined where the action is none that looks. */
  async answer(request: Request, signal: AbortSignal): Promise<Answer | undefined> {
    switch (request.action) {
      case 'position':
        return this.#position(signal);
      case 'threads':
        return this.#threads(signal);
      case 'history':
        return this.#history(request, signal);
      case 'last-change':
        return this.#lastChange(request, signal);
      case 'timeline':
        return this.#timeline(request, signal);
      default:
        return this.#passOn(request, signal);
    }
  }

  async #position(signal: AbortSignal): Promise<Answer> {
    const { present, recording, index } = this.#parts;
    if (present.isTip && recording.tip.kind === 'running') return { running: true };
    const place = await present.place(signal);
    // Where it cannot be counted it is told without.
    if (place.thread === undefined) await index.stepOf(place, signal).catch(() => undefined);
    signal.throwIfAborted();
    return { position: present.describe(place) };
  }

  async #threads(signal: AbortSignal): Promise<Answer> {
    const { present, tip } = this.#parts;
    await present.place(signal);
    if (!present.answersItself) return { threads: [mainThread] };
    return checkedAnswer(await tip.ask('look', { what: 'threads' }));
  }

  async #passOn(request: Request, signal: AbortSignal): Promise<Answer | undefined> {
    const what = passedOn[request.action];
    if (what === undefined) return undefined;
    const { present, tip } = this.#parts;
    const { action, session: _session, trace: _trace, ...about } = request;
    const fields = { ...about, what };
    const place = await present.place(signal);
    // What a person runs where the program itself stands is meant to last.
    const isKept = action === 'evaluate' && request.context === 'repl' && present.isTip && !present.isEnd;
    const cursor = isKept ? undefined : await present.cursor(signal);
    const said = cursor === undefined ? tip.ask('look', fields) : cursor.ask('look', fields, signal);
    const answer = checkedAnswer(await said);
    if (isKept) present.changed();
    if (action !== 'variables' || answer.variables === undefined) return answer;
    return { ...answer, variables: this.#marked(request, place, answer.variables) };
  }

  /** Which of them differ from what was seen at the stop before. */
  #marked(request: Request, place: Place, variables: readonly DebugVariable[]): DebugVariable[] {
    const at = atText(place);
    if (at !== this.#seenAt) {
      this.#former = this.#seen;
      this.#seen = new Map();
      this.#seenAt = at;
    }
    const { frame = 0, scope, expression, path = [] } = request;
    return variables.map((variable) => {
      const key = JSON.stringify([frame, place.name, scope, expression, path, variable.name]);
      this.#seen.set(key, variable.value);
      const former = this.#former.get(key);
      return former === undefined || former === variable.value ? variable : { ...variable, changed: true };
    });
  }

  async #history(
    { expression, logMessage, file, line, limit = defaultHits, frame, sampled = false }: Request,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { present, searching, values } = this.#parts;
    if (expression === undefined && logMessage === undefined) throw missing('expression', 'history');
    const end = present.end();
    if (file !== undefined && line !== undefined) {
      const told = logMessage === undefined ? { expression: expression ?? '' } : { message: logMessage };
      const want = { kind: 'values', ...told, file, line } as const;
      const search: Search = { want, key: `values ${JSON.stringify(want)}`, canBeCut: true };
      const { found, isAll } = await searching.allBefore(end, search, limit, signal);
      return { history: found.map((one) => this.#entry(one)), complete: isAll };
    }
    if (expression === undefined) throw missing('line', 'history');
    const watched = await this.#watched(expression, frame, signal);
    const changes = sampled ? undefined : await this.#changes(watched, limit, signal);
    if (changes !== undefined) return changes;
    const samples = await values.inSnapshots(watched, end, signal);
    return {
      history: samples.slice(-limit).map((one) => this.#entry(one)),
      complete: false,
    };
  }

  /** The values that something has had, where it changed; undefined where that is not found soon, or it never did. */
  async #changes(watched: Watched, limit: number, signal: AbortSignal): Promise<Answer | undefined> {
    const { present, searching } = this.#parts;
    const soon = AbortSignal.any([signal, AbortSignal.timeout(changesWithinMs)]);
    try {
      const { found, isAll } = await searching.allBefore(present.end(), changesOf(watched), limit, soon);
      if (found.length === 0) return undefined;
      return { history: found.map((one) => this.#entry(one)), complete: isAll };
    } catch (error) {
      signal.throwIfAborted();
      if (soon.aborted) return undefined;
      throw error;
    }
  }

  async #lastChange(
    { expression, frame, direction = 'backward' }: Request,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { present, values } = this.#parts;
    if (expression === undefined) throw missing('expression', 'last-change');
    const watched = await this.#watched(expression, frame, signal);
    const place = inMainThread(await present.place(signal));
    const change =
      direction === 'backward'
        ? await values.lastChange(watched, place, await this.#valueHere(watched, place, signal), signal)
        : await values.nextChange(watched, place, present.end(), signal);
    const { found, sampled, isComplete } = change;
    const history = sampled.map((one) => this.#entry(one));
    if (found === undefined) return { history, complete: isComplete };
    const { before, value = '?' } = found;
    const text = before === undefined ? `${expression} = ${value}` : `${expression}: ${before} → ${value}`;
    const stop = stopOf('data-breakpoint', present.describe(found.place), { text });
    return { stop, history, complete: isComplete };
  }

  async #valueHere(watched: Watched, { time }: At, signal: AbortSignal): Promise<Sampled | undefined> {
    const cursor = await this.#parts.present.cursor(signal);
    return cursor === undefined ? undefined : valueIn(cursor, watched, time, signal);
  }

  /** In the frames of one function, where it is one; a name of the module means the same everywhere. */
  async #watched(expression: string, frame: number | undefined, signal: AbortSignal): Promise<Watched> {
    const stack = await this.#parts.present.stack(signal);
    const chosen = frame === undefined ? stack.find(({ mine }) => mine) : stack[frame];
    return { expression, name: chosen?.name };
  }

  async #timeline({ from = 0, to, count = defaultSamples }: Request, signal: AbortSignal): Promise<Answer> {
    const { recording, index } = this.#parts;
    const stretch = { from, to: to ?? Math.max(1, recording.time) };
    const late = AbortSignal.any([signal, AbortSignal.timeout(pictureWithinMs)]);
    await index.cover(() => false, late).catch(() => undefined); // It goes on in the background.
    signal.throwIfAborted();
    index.touch();
    const { steps } = index;
    const snapshots = recording.moments
      .filter(({ time, isExtra }) => !isExtra && time >= stretch.from && time <= stretch.to)
      .map(({ time, at, why }) => {
        const kind = why === 'effect' || why === 'edit' ? why : 'snapshot';
        return { time, kind, at: atText(at) } as const;
      });
    const marks = [...steps.marks({ ...stretch, count }), ...snapshots].toSorted((a, b) => a.time - b.time);
    return { timeline: { ...stretch, ...steps.picture({ ...stretch, count }), marks } };
  }

  #entry(one: Parameters<typeof entryOf>[0]) {
    const { recording, index } = this.#parts;
    const { tip, id } = recording;
    const isLive = tip.kind === 'stopped' && compareAt(tip.place, one.place) === 0;
    return entryOf(one, { trace: id, steps: index.steps, isLive, isCounted: index.isCurrent });
  }
}
