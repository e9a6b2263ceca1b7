/**
 * A snapshot of a trace: what was said of it, and the frozen process that holds it. The two arrive on different links,
 * in either order. It does not know its neighbours.
 */
import { deferred } from '../deferred.ts';
import type { FrozenProcess } from '../frozen-process.ts';
import type { Said } from './messages.ts';
import { type At, atOf, beginningOf, type Place } from './places.ts';

export class Moment {
  readonly id: string;
  readonly at: At;
  readonly place: Place | undefined;
  readonly why: string;
  /** How the program's memory was used there; undefined where that is not known. */
  readonly memory: string | undefined;
  /** Which breakpoints it has. */
  readonly pointsVersion: number | undefined;
  /** Own memory, as last measured. */
  bytes = 0;
  readonly #held = deferred<FrozenProcess | undefined>();
  #process: FrozenProcess | undefined;
  #isReleased = false;

  constructor(id: string, { time, place, why, memory }: Said<'moment'>, pointsVersion: number | undefined) {
    this.id = id;
    this.pointsVersion = pointsVersion;
    this.place = place;
    this.at = place === undefined ? beginningOf(time) : atOf(place);
    this.why = why;
    this.memory = memory;
  }

  get time(): number {
    return this.at.time;
  }

  /** Taken on the way to another moment, and not by the program itself. */
  get isExtra(): boolean {
    return this.why === 'near';
  }

  /** No replay may pass it: what happened there does not happen by itself again. */
  get isBarrier(): boolean {
    return this.why === 'effect' || this.isEdit;
  }

  /** A person changed the program there. */
  get isEdit(): boolean {
    return this.why === 'edit';
  }

  get process(): FrozenProcess | undefined {
    return this.#process;
  }

  /** Its frozen process has said hello. */
  hold(process: FrozenProcess): void {
    if (this.#isReleased) process.release();
    else this.#process = process;
    this.#held.resolve(this.#process);
  }

  /** The process, once it said hello; undefined where it was given up before. */
  get held(): Promise<FrozenProcess | undefined> {
    return this.#held.promise;
  }

  async measure(): Promise<void> {
    this.bytes = (await this.#process?.measure()) ?? this.bytes;
  }

  /** Twice is harmless. */
  release(): void {
    this.#isReleased = true;
    this.#process?.release();
    this.#held.resolve(undefined);
  }
}
