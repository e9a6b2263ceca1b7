/**
 * A process that stands at a moment of the past, and what it can be asked: to run on, to walk, to look. It does not
 * know where it would be worth going.
 */
import { ProtocolError } from '../../../protocol/errors.ts';
import { BadFrame, type Frame } from '../link-messages.ts';
import type { CursorProcess } from '../worker-process.ts';
import { DebugLink, type ProcessGone } from './debug-link.ts';
import { type Said, said, saidObject } from './messages.ts';
import { type At, isSameAt, type Place } from './places.ts';

export type Goal =
  | { readonly kind: 'continue' }
  | { readonly kind: 'step'; readonly how: 'in' | 'over' | 'out'; readonly target?: string }
  | { readonly kind: 'at'; readonly at: At }
  | { readonly kind: 'time'; readonly time: number }
  | { readonly kind: 'lines'; readonly lines: number };

export type Want =
  /** `stack`: of the frames that are on the stack where the walk ends: of the `depth` outermost. */
  | {
      readonly kind: 'lines';
      readonly scope: 'any' | 'stack';
      readonly depth?: number;
      readonly code?: readonly (readonly [file: string, firstLine: number])[];
    }
  | { readonly kind: 'breakpoints' }
  | { readonly kind: 'exceptions' }
  /** With `name` in frames of this function only. */
  | { readonly kind: 'change'; readonly expression: string; readonly name?: string }
  | {
      readonly kind: 'values';
      readonly expression?: string;
      readonly message?: string;
      readonly file?: string;
      readonly line?: number;
    }
  | { readonly kind: 'index'; readonly every: number };

/** Where a run ends at the latest: at a moment, or at the first line of a time. */
export type Until = At | { readonly time: number };

export interface CursorEvents {
  onMoment(frame: Frame<'moment'>): void;
  onArrived(answer: Said<'run'> | Said<'walk'>): void;
}

/** Owns its process. */
export class Cursor {
  readonly #process: CursorProcess;
  readonly #link: DebugLink;
  readonly #events: CursorEvents;
  /** Where it stands, as far as is known. */
  place: Place | undefined;
  /** Which breakpoints it has; undefined: others than the session's. */
  pointsVersion: number | undefined;
  /** The program has started threads on its way here, which are not recorded. */
  hasRunThreads = false;
  #isBusy = 0;

  constructor(process: CursorProcess, place: Place | undefined, events: CursorEvents) {
    this.#process = process;
    this.#events = events;
    this.place = place;
    this.#link = new DebugLink(process.peer.link);
    process.peer.listen({
      onFrame: (frame) => {
        if (frame.type === 'debugged') this.#link.onDebugged(frame);
        else if (frame.type === 'moment') events.onMoment(frame);
      },
      onClose: () => this.#link.onClose(),
    });
  }

  get process(): CursorProcess {
    return this.#process;
  }

  get isAlive(): boolean {
    return !this.#link.closed;
  }

  /** True while it has something to answer. */
  get isBusy(): boolean {
    return this.#isBusy > 0;
  }

  standsAt(at: At): boolean {
    return this.isAlive && this.place !== undefined && isSameAt(this.place, at);
  }

  /**
   * Runs on. With `here` breakpoints count at the line where it stands, too. The signal ends the process. Errors:
   * `ProcessGone`; the signal's reason.
   */
  async run(
    goal: Goal,
    until: Until | undefined,
    signal: AbortSignal,
    { here = false }: { readonly here?: boolean } = {},
  ): Promise<Said<'run'>> {
    const fields = { goal, ...(until === undefined ? {} : { until }), ...(here ? { here } : {}) };
    return this.#arrived(await this.#ask('run', fields, signal));
  }

  /** As `run` to `until`; snapshots are taken at these times on the way. */
  async drop(times: readonly number[], until: Until, signal: AbortSignal): Promise<Said<'run'>> {
    return this.#arrived(await this.#ask('drop', { distances: times, until }, signal));
  }

  /** Runs on to `until` and notes what is wanted from here on, the last `most` of it. */
  async walk(want: Want, until: Until | undefined, most: number, signal: AbortSignal): Promise<Said<'walk'>> {
    const answer = said(
      'walk',
      await this.#ask('walk', { want, most, ...(until === undefined ? {} : { until }) }, signal),
    );
    this.place = answer.place;
    this.hasRunThreads = answer.threads === true;
    this.#events.onArrived(answer);
    return answer;
  }

  async tell(signal: AbortSignal): Promise<Said<'tell'>> {
    return said('tell', await this.#ask('tell', {}, signal));
  }

  /** The breakpoints that count in what it does from now on. Not waited for: it answers in order. */
  setPoints(points: unknown, version: number | undefined): void {
    this.pointsVersion = version;
    this.#link.ask('points', { points }).catch(() => {}); // Whatever comes next says that it is gone.
  }

  /** Any other question, answered as it is. */
  async ask(what: string, fields: Readonly<Record<string, unknown>>, signal: AbortSignal) {
    return saidObject(await this.#ask(what, fields, signal));
  }

  /** Twice is harmless. */
  end(): void {
    this.#process.end();
  }

  #arrived(text: string): Said<'run'> {
    const run = said('run', text);
    this.place = run.place;
    this.hasRunThreads = run.threads === true;
    this.#events.onArrived(run);
    return run;
  }

  // Nothing else stops a process that runs: one whose answer is not wanted any more is not needed.
  async #ask(what: string, fields: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const aborted = () => this.end();
    signal.addEventListener('abort', aborted, { once: true });
    this.#isBusy += 1;
    try {
      return await this.#link.ask(what, fields);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BadFrame) this.end();
      throw error;
    } finally {
      this.#isBusy -= 1;
      signal.removeEventListener('abort', aborted);
    }
  }
}

/** What a person is told when a copy ended again and again. */
export function copyEnded(error: ProcessGone): ProtocolError {
  return new ProtocolError(
    'snapshot-failed',
    `the copy of the program that was to go there ended twice: ${error.message}; there may be too little memory`,
    { cause: error },
  );
}
