/**
 * One recorded evaluation: its snapshots in order of time, and where the program itself stands, the tip. It outlives
 * the evaluation. It does not know how one gets from a snapshot to a moment.
 */
import type { Evaluation } from '../../../core/engine.ts';
import type { Stop, Trace } from '../../../protocol/debug.ts';
import { deferred } from '../deferred.ts';
import type { FrozenProcess } from '../frozen-process.ts';
import { withinMs } from '../within.ts';
import type { Said } from './messages.ts';
import { Moment } from './moment.ts';
import { type At, compareAt, type Place } from './places.ts';
import { victimOf } from './thinning.ts';

/** From what is said of a snapshot to the hello of its process. */
export const helloWithinMs = 2000;

export type Tip =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'stopped';
      readonly place: Place;
      readonly said: Said<'stopped'>;
      readonly reason: Stop['reason'];
    }
  | { readonly kind: 'ended'; readonly status: Trace['status']; readonly place: Place | undefined };

export interface RecordingSettings {
  readonly id: string;
  readonly executionId: string;
  readonly code: string;
  readonly file: string | undefined;
  readonly record: NonNullable<Evaluation['record']>;
  readonly memoryBytes: number | undefined;
}

/** Owns the frozen processes of its snapshots. */
export class Recording {
  readonly settings: RecordingSettings;
  readonly #moments: Moment[] = [];
  /** Of which only one half has come: what was said, or the process. */
  readonly #said = new Map<string, Moment>();
  readonly #processes = new Map<string, FrozenProcess>();
  #tip: Tip = { kind: 'running' };
  #lastStop: Place | undefined;
  #changed = deferred<void>();
  #recorded: Said<'recorded'> | undefined;
  #isClosed = false;
  /** Called when a snapshot has come, so that it is counted. */
  onDidGrow: (() => void) | undefined;

  constructor(settings: RecordingSettings) {
    this.settings = settings;
  }

  get id(): string {
    return this.settings.id;
  }

  get tip(): Tip {
    return this.#tip;
  }

  /** Where the main thread has stood last. */
  get lastStop(): Place | undefined {
    return this.#lastStop;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Those that can be gone on from, in order of time. */
  get moments(): readonly Moment[] {
    return this.#moments;
  }

  get warnings(): readonly string[] {
    return this.#recorded?.warnings ?? [];
  }

  get recorder(): Trace['recorder'] {
    return this.#recorded?.recorder ?? 'native';
  }

  /** Counted events so far, as far as is known. */
  get time(): number {
    const tip = this.#tip.kind === 'stopped' ? this.#tip.place.time : (this.#recorded?.time ?? 0);
    return Math.max(tip, this.#moments.at(-1)?.time ?? 0);
  }

  /** All counted events of a program that ended well enough to say it. */
  get endTime(): number | undefined {
    return this.#recorded?.time;
  }

  get bytes(): number {
    return this.#moments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A snapshot was taken; it counts when its process has said hello, too. */
  addMoment(id: string, said: Said<'moment'>, pointsVersion: number | undefined): void {
    const moment = new Moment(id, said, pointsVersion);
    this.#said.set(id, moment);
    this.#join(id);
  }

  addProcess(process: FrozenProcess): void {
    if (this.#isClosed) {
      process.release();
      return;
    }
    this.#processes.set(process.hello.id, process);
    this.#join(process.hello.id);
  }

  /** Resolves when the processes of the snapshots that were told of have said hello; those of a short run may come after its end. */
  async arrived(signal: AbortSignal): Promise<void> {
    const waiting = [...this.#said.values()].filter(({ isExtra }) => !isExtra);
    if (waiting.length === 0) return;
    const held = Promise.all(waiting.map((moment) => moment.held));
    if (await firstOf(withinMs(held, helloWithinMs, signal), signal)) return;
    // One that has not come by now has ended: it is waited for once.
    for (const { id } of waiting) this.#said.delete(id);
  }

  /** The newest snapshot at or before the moment. */
  nearest(at: At, which: (moment: Moment) => boolean = () => true): Moment | undefined {
    return this.#moments.findLast((moment) => compareAt(moment.at, at) <= 0 && which(moment));
  }

  /** The snapshot that was taken exactly there, also where its process has not said hello yet. */
  takenAt(at: At): Moment | undefined {
    const waiting = [...this.#said.values()].find((moment) => compareAt(moment.at, at) === 0);
    return waiting ?? this.#moments.findLast((moment) => compareAt(moment.at, at) === 0);
  }

  resumed(): void {
    this.#setTip({ kind: 'running' });
  }

  stopped(reason: Stop['reason'], said: Said<'stopped'>): void {
    const { place } = said;
    if (place === undefined) return;
    if (place.thread === undefined) this.#lastStop = place;
    this.#setTip({ kind: 'stopped', place, said, reason });
  }

  /** What the tip says right before its end. */
  recorded(said: Said<'recorded'>): void {
    this.#recorded = said;
  }

  ended(status: Trace['status']): void {
    if (this.#tip.kind === 'ended') return;
    this.#setTip({ kind: 'ended', status, place: this.#recorded?.place });
  }

  /** Of a program that has ended: where its last line is. */
  endsAt(place: Place): void {
    if (this.#tip.kind === 'ended') this.#tip = { ...this.#tip, place };
  }

  /** Where the tip stands, once it does: stopped or ended. */
  async stands(signal: AbortSignal): Promise<Exclude<Tip, { kind: 'running' }>> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#tip.kind !== 'running') return this.#tip;
      await firstOf(this.#changed.promise, signal);
    }
  }

  /** Gives one snapshot up. */
  remove(moment: Moment): void {
    const index = this.#moments.indexOf(moment);
    if (index >= 0) this.#moments.splice(index, 1);
    moment.release();
  }

  /** The one to give up first, with how much would be lost; undefined where none can go. */
  victim(): Moment | undefined {
    const index = victimOf(this.#moments, { end: this.time, isGrowing: this.#tip.kind !== 'ended' });
    return index === undefined ? undefined : this.#moments[index];
  }

  describe(): Omit<Trace, 'steps' | 'counted'> {
    const { id, executionId, code, file } = this.settings;
    return {
      id,
      executionId,
      code: code.trimStart().split('\n', 1)[0] ?? '',
      ...(file === undefined ? {} : { file }),
      time: this.time,
      status: this.#tip.kind === 'ended' ? this.#tip.status : this.#tip.kind,
      snapshots: this.#moments.length,
      memoryBytes: this.bytes,
      recorder: this.recorder,
      warnings: [...this.warnings],
    };
  }

  /** Gives all its snapshots up. Twice is harmless. */
  close(): void {
    this.#isClosed = true;
    for (const moment of [...this.#moments, ...this.#said.values()]) moment.release();
    for (const process of this.#processes.values()) process.release();
    this.#moments.length = 0;
    this.#said.clear();
    this.#processes.clear();
  }

  #join(id: string): void {
    const moment = this.#said.get(id);
    const process = this.#processes.get(id);
    if (moment === undefined || process === undefined) return;
    this.#said.delete(id);
    this.#processes.delete(id);
    if (this.#isClosed) {
      process.release();
      return;
    }
    const after = this.#moments.findLastIndex(({ at }) => compareAt(at, moment.at) <= 0);
    this.#moments.splice(after + 1, 0, moment);
    moment.hold(process);
    void process.lost.then(() => this.remove(moment));
    this.onDidGrow?.();
  }

  #setTip(tip: Tip): void {
    this.#tip = tip;
    this.#changed.resolve();
    this.#changed = deferred();
  }
}

/** Settles with the promise; rejects with the signal's reason when it fires first. */
export function firstOf<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
