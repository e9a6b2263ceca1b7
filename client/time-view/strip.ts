/**
 * The picture of a run as shapes: which part of it is in view, how deep the stack is in each column, which marks stand
 * where. Pure; knows neither VS Code nor how a shape is drawn. Times are counted events, x and y are pixels.
 */
import type { MarkKind, Timeline } from './messages.ts';

/** What is in view; `to` is exclusive, and at least 1 after `from`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Marks of one kind that fall into one place. */
export interface PlacedMark {
  readonly kind: MarkKind;
  readonly x: number;
  readonly count: number;
  /** Of the first one. */
  readonly time: number;
  readonly at?: string;
  readonly step?: number;
  readonly text?: string;
}

/** No less than this many events are zoomed to. */
export const narrowestSpan = 16;
/** A run that calls little is not drawn as if it were deep. */
const flattestDepth = 6;
/** Marks closer than this are one. */
const mergePx = 4;

/** All of a run that has come so far. */
export function wholeRun(end: number): Span {
  return { from: 0, to: Math.max(end + 1, 2) };
}

/** Where a time is drawn, from 0 to `width`; outside of it when it is not in view. */
export function xOf(time: number, span: Span, width: number): number {
  return ((time - span.from) / (span.to - span.from)) * width;
}

/** The time at a place of the strip, within the span. */
export function timeAt(x: number, span: Span, width: number): number {
  const share = Math.min(1, Math.max(0, x / Math.max(1, width)));
  return Math.min(span.to - 1, Math.round(span.from + share * (span.to - span.from)));
}

/** Shows less (`factor` below 1) or more of the run, and keeps a time where it is, as far as the run's ends allow. */
export function zoom(span: Span, anchor: number, factor: number, whole: Span): Span {
  const length = clamp((span.to - span.from) * factor, narrowestSpan, whole.to - whole.from);
  const share = (anchor - span.from) / (span.to - span.from);
  return within({ from: anchor - share * length, to: anchor + (1 - share) * length }, whole);
}

export function pan(span: Span, by: number, whole: Span): Span {
  return within({ from: span.from + by, to: span.to + by }, whole);
}

/** The same span where it shows the time, else one as long around it. */
export function showing(span: Span, time: number, whole: Span): Span {
  if (time >= span.from && time < span.to) return within(span, whole);
  const half = (span.to - span.from) / 2;
  return within({ from: time - half, to: time + half }, whole);
}

/** The deepest stack in each column; 0 where nothing is known. */
export function depthsOf({ samples, from }: Timeline, span: Span, width: number): readonly number[] {
  const depths = new Array<number>(Math.max(0, Math.floor(width))).fill(0);
  let since = from;
  for (const { time, depth } of samples) {
    const first = Math.max(0, Math.floor(xOf(since, span, width)));
    const last = Math.min(depths.length - 1, Math.floor(xOf(time, span, width)));
    for (let column = first; column <= last; column++) depths[column] = Math.max(depths[column] ?? 0, depth);
    since = time;
  }
  return depths;
}

/** The outline of the depths as an SVG path on the ground of the strip; empty where nothing is known. */
export function silhouette(depths: readonly number[], height: number): string {
  const deepest = depths.reduce((most, depth) => Math.max(most, depth), flattestDepth);
  const parts: string[] = [];
  let drawn: number | undefined;
  depths.forEach((depth, column) => {
    if (depth === drawn) return;
    const y = round(height - (depth / deepest) * height);
    parts.push(drawn === undefined ? `M${column} ${height}V${y}` : `H${column}V${y}`);
    drawn = depth;
  });
  return parts.length === 0 ? '' : `${parts.join('')}H${depths.length}V${height}Z`;
}

/** The marks in view, those of one kind in one place as one, in order of time. */
export function placeMarks({ marks }: Timeline, span: Span, width: number): readonly PlacedMark[] {
  const placed: PlacedMark[] = [];
  const lastOf = new Map<MarkKind, number>();
  for (const mark of marks.toSorted((one, other) => one.time - other.time)) {
    const x = round(xOf(mark.time, span, width));
    if (x < 0 || x > width) continue;
    const index = lastOf.get(mark.kind);
    const last = index === undefined ? undefined : placed[index];
    if (index !== undefined && last !== undefined && x - last.x < mergePx) {
      placed[index] = { ...last, count: last.count + (mark.count ?? 1) };
      continue;
    }
    lastOf.set(mark.kind, placed.length);
    placed.push({ ...mark, x, count: mark.count ?? 1 });
  }
  return placed;
}

/** A place of the strip; `height` from 0 at its top to 1 at its ground. */
export interface Pointed {
  readonly x: number;
  readonly height: number;
}

/** The mark that a click means: the nearest within reach; of two, what was marked for a person first. Outputs are many: they are met where they are drawn. */
export function markNear(
  marks: readonly PlacedMark[],
  { x, height }: Pointed,
  reachPx: number,
): PlacedMark | undefined {
  const near = marks.filter(
    ({ kind, x: at }) =>
      kind !== 'snapshot' && (kind !== 'output' || height >= outputsFrom) && Math.abs(at - x) <= reachPx,
  );
  return near.toSorted(
    (one, other) => rank(one.kind) - rank(other.kind) || Math.abs(one.x - x) - Math.abs(other.x - x),
  )[0];
}

/** Of the height of the strip: where outputs are drawn. */
export const outputsFrom = 0.75;

/** The mark that comes next in one direction, for whoever has no mouse; snapshots are none of them. */
export function markBeside(
  { marks }: Timeline,
  time: number,
  direction: 'before' | 'after',
): Timeline['marks'][number] | undefined {
  const shown = marks.filter(({ kind }) => kind !== 'snapshot');
  return direction === 'after'
    ? shown.find((mark) => mark.time > time)
    : shown.findLast((mark) => mark.time < time);
}

/** How many marks of each kind there are. */
export function countMarks({ marks }: Timeline): ReadonlyMap<MarkKind, number> {
  const counts = new Map<MarkKind, number>();
  for (const { kind, count = 1 } of marks) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return counts;
}

const ranks: readonly MarkKind[] = ['exception', 'breakpoint', 'edit', 'effect', 'output', 'snapshot'];

function rank(kind: MarkKind): number {
  return ranks.indexOf(kind);
}

function within({ from, to }: Span, whole: Span): Span {
  const length = Math.min(to - from, whole.to - whole.from);
  const start = clamp(from, whole.from, whole.to - length);
  return { from: start, to: start + length };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
