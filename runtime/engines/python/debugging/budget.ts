/**
 * The memory and the processes that the snapshots of all traces may take together. It measures off the hot path, and gives
 * up what is worth least. It knows no session.
 */
import { totalmem } from 'node:os';
import type { Recording } from './recording.ts';

export interface BudgetOptions {
  readonly maxProcesses?: number;
  readonly maxBytes?: number;
}

const defaultProcesses = 200;
const shareOfMemory = 1 / 8;
const measureEveryMs = 500;
/** Reading one takes up to a millisecond where much is mapped. */
const measuredAtOnce = 12;

export class RecordingBudget {
  readonly #recordings = new Set<Recording>();
  readonly #maxProcesses: number;
  readonly #maxBytes: number;
  #timer: NodeJS.Timeout | undefined;
  #next = 0;

  constructor({
    maxProcesses = defaultProcesses,
    maxBytes = totalmem() * shareOfMemory,
  }: BudgetOptions = {}) {
    this.#maxProcesses = maxProcesses;
    this.#maxBytes = maxBytes;
  }

  /** From now on, until it is closed. */
  add(recording: Recording): void {
    this.#recordings.add(recording);
    recording.onDidGrow = () => this.#grew();
  }

  remove(recording: Recording): void {
    recording.onDidGrow = undefined;
    this.#recordings.delete(recording);
  }

  /** Gives up what is over the budget. */
  enforce(): void {
    for (const recording of this.#recordings) {
      const { memoryBytes } = recording.settings;
      while (memoryBytes !== undefined && recording.bytes > memoryBytes && this.#giveUp([recording])) {
        // Each turn gives one up.
      }
    }
    while (this.#isOver && this.#giveUp([...this.#recordings])) {
      // Likewise.
    }
  }

  get #isOver(): boolean {
    const all = [...this.#recordings];
    const processes = all.reduce((sum, { moments }) => sum + moments.length, 0);
    return processes > this.#maxProcesses || all.reduce((sum, { bytes }) => sum + bytes, 0) > this.#maxBytes;
  }

  // The longest trace gives first: the others are left as dense as it is.
  #giveUp(recordings: readonly Recording[]): boolean {
    const longest = recordings.toSorted((a, b) => b.moments.length - a.moments.length);
    for (const recording of longest) {
      const victim = recording.victim();
      if (victim === undefined) continue;
      recording.remove(victim);
      return true;
    }
    return false;
  }

  #grew(): void {
    if (this.#isOver) this.enforce();
    this.#timer ??= setTimeout(() => void this.#measure(), measureEveryMs).unref();
  }

  async #measure(): Promise<void> {
    const all = [...this.#recordings].flatMap(({ moments }) => [...moments]);
    const fresh = all.filter(({ bytes }) => bytes === 0).slice(0, measuredAtOnce);
    const old = all.slice(this.#next, this.#next + measuredAtOnce - fresh.length);
    this.#next = old.length === 0 ? 0 : this.#next + old.length;
    await Promise.all([...fresh, ...old].map((moment) => moment.measure()));
    this.#timer = undefined;
    this.enforce();
    const isGrowing = [...this.#recordings].some(({ tip }) => tip.kind !== 'ended');
    if (isGrowing || all.length > fresh.length + old.length) this.#grew();
  }
}
