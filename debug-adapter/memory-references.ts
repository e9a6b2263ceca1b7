/**
 * Values that are bytes, or hold their data as bytes, as memory. A reference is the frame and the expression that gives the value, so that it can
 * be read at any time, also after a step: it then shows what the expression gives there.
 */
import type { DebugVariable } from '../runtime/protocol/debug.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { FrameRef } from './references.ts';

const buffers: ReadonlySet<string> = new Set([
  'bytes',
  'bytearray',
  'memoryview',
  'array',
  'array.array',
  'ndarray',
  'numpy.ndarray',
]);

/** For `readMemory`; undefined for what holds none, or cannot be asked for by an expression. */
export function memoryOf(
  { frame, thread }: FrameRef,
  { type, evaluateName }: DebugVariable,
): string | undefined {
  if (evaluateName === undefined || !buffers.has(type)) return undefined;
  return `${frame}${thread === undefined ? '' : `@${thread}`} ${evaluateName}`;
}

/** The frame, and an expression for a view of the bytes. Errors: `invalid-request` for what is no reference. */
export function viewOf(reference: string): { readonly frame: FrameRef; readonly view: string } {
  const [, frame, thread, expression] = /^(\d+)(?:@(\d+))? ([\s\S]+)$/.exec(reference) ?? [];
  if (frame === undefined || expression === undefined)
    throw new ProtocolError('invalid-request', `${JSON.stringify(reference)} is no reference to memory`);
  const inThread = thread === undefined ? {} : { thread: Number(thread) };
  return { frame: { frame: Number(frame), ...inThread }, view: `memoryview((${expression})).cast('B')` };
}
