/**
 * Where one stands in the recording, and every movement: each ends in a `stopped` event, wherever it came from. A program that runs
 * to its end is told on; what then happens is not decided here.
 */

import type { Position, Stop } from '../runtime/protocol/debug.ts';
import type { NavigateAction } from '../runtime/protocol/debug-operations.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Event } from '../runtime/protocol/events.ts';
import { mainThread, toStoppedBody } from './convert.ts';
import type { Debuggee, Navigation } from './debuggee.ts';
import type { Editor } from './editor.ts';
import type { Progress } from './progress.ts';
import type { References } from './references.ts';
import type { ShownMemory } from './shown-memory.ts';

export interface StandingParts {
  readonly editor: Editor;
  readonly debuggee: Debuggee;
  readonly references: References;
  readonly progress: Progress;
  readonly memory: ShownMemory;
  /** True once the program has ended; its past can be walked all the same. */
  readonly hasEnded: () => boolean;
  /** A movement came to the end of the program. True: it is over; false: one stands at the end. */
  readonly onEnd: (stop: Stop, from: Departure) => Promise<boolean>;
}

/** Where a movement began. */
export interface Departure {
  readonly stop: Stop | undefined;
  /** The program had ended before. */
  readonly hadEnded: boolean;
}

export class Standing {
  readonly #parts: StandingParts;
  #stop: Stop | undefined;
  #present: Position | undefined;
  #moving: AbortController | undefined;
  #warning: string | undefined;

  constructor(parts: StandingParts) {
    this.#parts = parts;
  }

  /** Undefined while the program runs. */
  get position(): Position | undefined {
    return this.#stop?.position;
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** Where the program itself stood last; undefined where it was not seen to stand. */
  get present(): Position | undefined {
    return this.#present;
  }

  /** Id of the thread that stands; undefined while the program runs. */
  get thread(): number | undefined {
    return this.#stop === undefined ? undefined : (this.#stop.position.thread?.id ?? mainThread);
  }

  /** True while a movement of ours is under way. */
  get isMoving(): boolean {
    return this.#moving !== undefined;
  }

  /**
   * Moves, and answers where it then stands; undefined when it was given up, or the program has ended.
   * Errors: `not-stopped` when another movement is under way. All others are said in the console, and it stands where it stood.
   */
  async move(
    action: NavigateAction,
    params: Navigation = {},
    signal?: AbortSignal,
  ): Promise<Stop | undefined> {
    this.requireStanding();
    const moving = new AbortController();
    const abort = (): void => moving.abort();
    signal?.addEventListener('abort', abort, { once: true });
    const title = this.#stop?.position.live === false ? (titles[action] ?? 'Going on') : titles[action];
    const from: Departure = { stop: this.#stop, hadEnded: this.#parts.hasEnded() };
    this.#moving = moving;
    this.#leave();
    try {
      const asked = this.#parts.debuggee.navigate(action, params, moving.signal);
      const { stop } = await (title === undefined ? asked : this.#parts.progress.during(title, abort, asked));
      this.#moving = undefined;
      return stop === undefined ? await this.#ask(from) : await this.#arrive(stop, from);
    } catch (error) {
      this.#moving = undefined;
      return await this.#fail(ProtocolError.from(error), from);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** As `move`, for a request that an editor does not know to move: it is told that it does. */
  async moveUnasked(
    action: NavigateAction,
    params: Navigation = {},
    signal?: AbortSignal,
  ): Promise<Stop | undefined> {
    this.requireStanding();
    this.#parts.editor.say('continued', { threadId: mainThread, allThreadsContinued: true });
    return await this.move(action, params, signal);
  }

  /** Errors: `not-stopped`. */
  requireStanding(): void {
    if (this.#moving !== undefined || this.#stop === undefined)
      throw new ProtocolError('not-stopped', 'the program runs; pause it, or wait until it stops');
  }

  /** Stops a program that runs; it then says `stopped` itself. */
  async pause(): Promise<void> {
    await this.#parts.debuggee.navigate('pause');
  }

  /** Shows where it stands. */
  stand(stop: Stop): void {
    this.#parts.references.reset();
    this.#stop = stop;
    if (stop.position.live) this.#present = stop.position;
    // Said once, not at each step through the same stretch.
    if (stop.warning !== undefined && stop.warning !== this.#warning) this.#parts.editor.print(stop.warning);
    this.#warning = stop.warning;
    this.#parts.editor.say('stopped', toStoppedBody(stop));
    this.#parts.memory.mayHaveChanged();
    this.sayPosition();
  }

  /** Of the program itself, also where another client moved it. */
  onEvent(event: Event): void {
    // While we move, the answer to the movement says the same.
    if (this.#moving !== undefined) return;
    if (event.type === 'stopped' && event.stop.reason !== 'end') this.stand(event.stop);
    if (event.type === 'resumed' && this.#stop?.position.live === true) {
      this.#leave();
      this.#parts.editor.say('continued', { threadId: mainThread, allThreadsContinued: true });
    }
  }

  /** For an editor that knows time travel. */
  sayPosition(): void {
    const { session, trace } = this.#parts.debuggee;
    this.#parts.editor.say('hindsight/position', {
      session,
      ...(trace === undefined ? {} : { trace }),
      ...(this.#stop === undefined ? {} : { position: this.#stop.position, stop: this.#stop }),
      running: this.#stop === undefined,
    });
  }

  /** The program was branched off, or changed: what was known of the position is asked anew. */
  async refresh(reason: Stop['reason'], text?: string): Promise<void> {
    const { position } = await this.#parts.debuggee.navigate('position');
    if (position !== undefined) this.stand({ reason, position, ...(text === undefined ? {} : { text }) });
  }

  #leave(): void {
    this.#stop = undefined;
    this.#parts.references.reset();
    this.sayPosition();
  }

  async #arrive(stop: Stop, from: Departure): Promise<Stop | undefined> {
    if (stop.reason === 'end' && (await this.#parts.onEnd(stop, from))) return undefined;
    this.stand(stop);
    return stop;
  }

  async #fail(error: ProtocolError, from: Departure): Promise<Stop | undefined> {
    if (error.code === 'disconnected') return undefined;
    if (error.code !== 'cancelled') this.#parts.editor.print(error.message, 'important');
    return this.#ask(from);
  }

  /** Where it stands after a movement that led nowhere; a program that runs all the same is left to run. */
  async #ask(from: Departure): Promise<Stop | undefined> {
    const before = from.stop;
    try {
      const { position } = await this.#parts.debuggee.navigate('position');
      if (position === undefined) return undefined;
      const isSame = before !== undefined && before.position.at === position.at;
      this.stand(isSame ? before : { reason: 'step', position });
    } catch {
      // Nothing is recorded any more; the program's end says so.
      if (before !== undefined) await this.#parts.onEnd(before, from);
    }
    return undefined;
  }
}

/** Of movements that search; the others go on for real at the tip, and take what they take. */
const titles: Readonly<Partial<Record<NavigateAction, string>>> = {
  'step-back': 'Stepping back',
  'reverse-continue': 'Running back',
  goto: 'Going there',
  'goto-exception': 'Looking for the exception',
  'restart-frame': 'Going back to the start of the function',
};
