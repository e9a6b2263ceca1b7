/**
 * Places in a trace: how they are ordered, and how they are named on the wire (docs/debugging.md, "Words"). Pure; it
 * knows no process and no recording.
 */
import type { DebugThread, Position } from '../../../protocol/debug.ts';

/** A moment: before the instruction at `offset` of the innermost of `depth` frames, after `time` counted events. */
export interface At {
  readonly time: number;
  readonly depth: number;
  readonly offset: number;
  /** True where the instruction has just raised an exception. */
  readonly raising?: boolean;
  /** Another thread than the main one, which alone is counted: nothing but the program itself ever stands there. */
  readonly thread?: DebugThread;
  /** With `thread`: where the main one was meanwhile. */
  readonly main?: At;
}

/** A moment with what stands there. */
export interface Place extends At {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly column?: number;
  readonly end_line?: number;
  readonly end_column?: number;
}

/**
 * Less than 0 where the first comes first. Between two counted events frames only end and instructions only follow: so of
 * one time the deeper moment is earlier, then the one of the smaller offset.
 */
export function compareAt(first: At, second: At): number {
  if (first.time !== second.time) return first.time - second.time;
  if (first.depth !== second.depth) return second.depth > first.depth ? 1 : -1;
  if (first.offset !== second.offset) return first.offset - second.offset;
  const raising = Number(first.raising ?? false) - Number(second.raising ?? false);
  return raising === 0 ? (first.thread?.id ?? 0) - (second.thread?.id ?? 0) : raising;
}

export function isSameAt(first: At, second: At): boolean {
  return compareAt(first, second) === 0;
}

/** Before every line of this time: right after the event that made it. */
export function beginningOf(time: number): At {
  return { time, depth: Number.POSITIVE_INFINITY, offset: -1 };
}

/** Names the moment on the wire. */
export function atText({ time, depth, offset, raising, thread }: At): string {
  if (!Number.isFinite(depth)) return `${time}`;
  const beside = thread === undefined ? '' : `@${thread.id}`;
  return `${time}.${depth}.${offset}${raising === true ? '.1' : ''}${beside}`;
}

/** The moment of a name; undefined where it is none of ours. */
export function parseAt(text: string): At | undefined {
  if (/^\d{1,15}$/.test(text)) return beginningOf(Number(text));
  const match = /^(\d{1,15})\.(\d{1,9})\.(-?\d{1,9})(?:\.([01]))?(?:@(\d{1,9}))?$/.exec(text);
  if (match === null) return undefined;
  const [, time, depth, offset, raising, thread] = match;
  return atOf({
    time: Number(time),
    depth: Number(depth),
    offset: Number(offset),
    ...(raising === '1' ? { raising: true } : {}),
    ...(thread === undefined ? {} : { thread: { id: Number(thread), name: `thread ${thread}` } }),
  });
}

/** The bare moment of a place. */
export function atOf({ time, depth, offset, raising, thread, main }: At): At {
  return {
    time,
    depth,
    offset,
    ...(raising === true ? { raising } : {}),
    ...(thread === undefined ? {} : { thread }),
    ...(main === undefined ? {} : { main }),
  };
}

/** The moment itself, or, where another thread stood, where the main one was. */
export function inMainThread(at: At): At {
  return at.thread === undefined ? at : (at.main ?? beginningOf(at.time));
}

export function sourceLocOf(place: Place): Position['sourceLoc'] {
  const { file, line, column, end_line: endLine, end_column: endColumn } = place;
  return {
    file,
    line,
    ...(column === undefined ? {} : { column }),
    ...(endLine === undefined ? {} : { endLine }),
    ...(endColumn === undefined ? {} : { endColumn }),
  };
}
