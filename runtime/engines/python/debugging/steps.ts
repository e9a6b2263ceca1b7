/**
 * Which line of a trace is which step: what index passes over its pieces counted, put together. A step is one line, from 1.
 * Pure; it knows no process.
 */
import type { Timeline } from '../../../protocol/debug.ts';
import type { Mark } from './messages.ts';
import { type At, atText, compareAt, isSameAt } from './places.ts';

/** What was counted from one moment to another; the lines are those after the first, up to the last and with it. */
export interface Counted {
  readonly from: At;
  readonly until: At;
  readonly lines: number;
  readonly samples: readonly Sample[];
  readonly marks: readonly Mark[];
}

export interface Sample {
  readonly time: number;
  /** Lines since `from`; in `Steps` since the beginning. */
  readonly lines: number;
  /** Deepest stack since the sample before. */
  readonly depth: number;
  readonly file: string;
  readonly line: number;
}

interface Marked extends Omit<Mark, 'lines'> {
  readonly step: number;
}

/** Of time, `to` included, and how finely it is drawn. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

interface Known {
  readonly at: At;
  readonly step: number;
}

export class Steps {
  /** In order of time: where pieces begin. */
  readonly #known: Known[] = [];
  readonly #learnt = new Map<string, number>();
  readonly #samples: Sample[] = [];
  readonly #marks: Marked[] = [];
  #end: At | undefined;
  #total = 1;

  /** Lines that were counted. */
  get total(): number {
    return this.#end === undefined ? 0 : this.#total;
  }

  /** Where the counting goes on; undefined: at the beginning. */
  get end(): At | undefined {
    return this.#end;
  }

  /** What comes next in order of time. */
  add({ from, until, lines, samples, marks }: Counted): void {
    // A moment that is no line was said to end the piece before by the line after it, which is counted again.
    const begin = Number.isFinite(from.depth) ? this.#total : this.#total - 1;
    if (this.#known.length === 0) this.#known.push({ at: from, step: begin });
    this.#samples.push(...samples.map((sample) => ({ ...sample, lines: begin + sample.lines })));
    this.mark(marks, begin);
    this.#total = begin + lines;
    this.#end = until;
    if (Number.isFinite(until.depth)) this.#known.push({ at: until, step: this.#total });
  }

  /** Marks beside those of the pieces; `begin` is the step of the line from which on they count. */
  mark(marks: readonly Mark[], begin = this.#total): void {
    this.#marks.push(...marks.map(({ lines, ...mark }) => ({ ...mark, step: begin + lines })));
  }

  /** Something that was found out otherwise. */
  learn(at: At, step: number): void {
    this.#learnt.set(atText(at), step);
  }

  /** The step of a moment, where it needs no counting. */
  known(at: At): number | undefined {
    const before = this.before(at);
    return before !== undefined && isSameAt(before.at, at) ? before.step : this.#learnt.get(atText(at));
  }

  /** True when the lines up to this moment have been counted. */
  covers(at: At): boolean {
    return this.#end !== undefined && compareAt(at, this.#end) <= 0;
  }

  /** The last moment at or before another whose step is known. */
  before(at: At): Known | undefined {
    return this.#known.findLast((known) => compareAt(known.at, at) <= 0);
  }

  /** The last moment that is known to be at or before a step. */
  beforeStep(step: number): Known | undefined {
    return this.#known.findLast((known) => known.step <= step);
  }

  /** At most `count` samples of a stretch of time, each the deepest of those that it stands for. */
  picture({ from, to, count }: Stretch): Pick<Timeline, 'samples' | 'files'> {
    const within = this.#samples.filter(({ time }) => time >= from && time <= to);
    const files = new Map<string, number>();
    const samples = thinned(within, count).map(({ time, lines, depth, file, line }) => {
      const index = files.get(file) ?? files.size;
      files.set(file, index);
      return { time, depth, file: index, line: Math.max(1, line), step: lines };
    });
    return { samples, files: [...files.keys()] };
  }

  /** The marks of a stretch of time, in order; where several of a kind fall into one of `count` columns, the first of them stands for all. */
  marks({ from, to, count }: Stretch): Timeline['marks'] {
    const columns = new Map<string, Marked>();
    for (const mark of this.#marks) {
      if (mark.time < from || mark.time > to) continue;
      const column = `${mark.kind} ${Math.floor(((mark.time - from) / (to - from + 1)) * count)}`;
      const first = columns.get(column);
      columns.set(column, first === undefined ? mark : { ...first, count: first.count + mark.count });
    }
    return [...columns.values()].toSorted((one, other) => one.time - other.time);
  }
}

/** How many lines a sample stands for: a short piece is drawn line by line. */
export function everyOf(events: number): number {
  return Math.min(1000, Math.max(1, Math.ceil(events / 1000)));
}

function thinned(samples: readonly Sample[], count: number): Sample[] {
  if (samples.length <= count) return [...samples];
  const thin: Sample[] = [];
  for (let index = 0; index < count; index += 1) {
    const begin = Math.floor((index * samples.length) / count);
    const group = samples.slice(begin, Math.floor(((index + 1) * samples.length) / count));
    const [first] = group;
    if (first !== undefined) thin.push({ ...first, depth: Math.max(...group.map(({ depth }) => depth)) });
  }
  return thin;
}
