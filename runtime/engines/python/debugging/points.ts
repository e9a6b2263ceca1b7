/**
 * The breakpoints of a session, as its cursors are told them. It knows neither which are met nor who asks.
 */
import type { Breakpoints } from '../../../protocol/debug.ts';
import type { Cursor } from './cursor.ts';
import type { Search } from './searching.ts';

/** Stands for a breakpoint of our own, for one search. */
const ownId = 0;

export class Points {
  #all: Breakpoints = {};
  #version = 0;

  get all(): Breakpoints {
    return this.#all;
  }

  /** Another number after each change; a cursor that was made at the same one has them. */
  get version(): number {
    return this.#version;
  }

  /** False where nothing would ever stop. */
  get canStop(): boolean {
    const { lines = [], functions = [], data = [], exceptions = {} } = this.#all;
    const { raised = false, uncaught = false, userUncaught = false } = exceptions;
    const isStopping = lines.some(({ logMessage }) => logMessage === undefined || logMessage === '');
    return isStopping || functions.length + data.length > 0 || raised || uncaught || userUncaught;
  }

  replace(all: Breakpoints): void {
    this.#all = all;
    this.#version += 1;
  }

  tell(cursor: Cursor): void {
    if (cursor.pointsVersion === this.#version) return;
    cursor.setPoints(this.#all, this.#version);
  }

  /** Others instead, for one run. */
  tellOnly(cursor: Cursor, points: Readonly<Record<string, unknown>>): void {
    cursor.setPoints(points, undefined);
  }

  onlyLine(file: string, line: number): Breakpoints {
    return { lines: [{ id: ownId, file, line }] };
  }

  onlyExceptions(): Breakpoints {
    return { exceptions: { raised: true } };
  }

  search(): Search {
    return {
      want: { kind: 'breakpoints' },
      key: `breakpoints ${this.#version}`,
      canBeCut: this.#canBeCut,
      prepare: (cursor) => this.tell(cursor),
    };
  }

  searchOnly(points: Breakpoints, key: string): Search {
    return {
      want: { kind: 'breakpoints' },
      key,
      canBeCut: true,
      prepare: (cursor) => this.tellOnly(cursor, points),
    };
  }

  /** A hit is counted, a value compared with the one before, a function met at its start: all from the snapshot on. */
  get #canBeCut(): boolean {
    const { lines = [], functions = [], data = [] } = this.#all;
    return (
      functions.length + data.length === 0 && lines.every(({ hitCondition = '' }) => hitCondition === '')
    );
  }
}
