/**
 * Bytes, and what holds its data as bytes, as memory. A reference is the frame and the expression that gives the value, so that it can be read
 * at any time, also after a step: it then shows what the expression gives there.
 */
import type { DebugVariable } from '../../runtime/protocol/debug.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { type Context, debuggingOf } from '../context.ts';
import type { Handlers } from './request.ts';

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
export function memoryOf(frame: number, { type, evaluateName }: DebugVariable): string | undefined {
  return evaluateName !== undefined && buffers.has(type) ? `${frame} ${evaluateName}` : undefined;
}

export function memoryRequests(context: Context): Handlers<'readMemory'> {
  return {
    async readMemory({ memoryReference, offset = 0, count }, { signal }) {
      const [, frame, expression] = /^(\d+) ([\s\S]+)$/.exec(memoryReference) ?? [];
      if (frame === undefined || expression === undefined)
        throw new ProtocolError(
          'invalid-request',
          `${JSON.stringify(memoryReference)} is no reference to memory`,
        );
      const { variable } = await debuggingOf(context).debuggee.navigate(
        'evaluate',
        { frame: Number(frame), expression: reading(expression, offset, count), context: 'clipboard' },
        signal,
      );
      const [, total, hex] = /^(\d+):([0-9a-f]*)$/.exec(variable?.value ?? '') ?? [];
      if (total === undefined || hex === undefined)
        throw new ProtocolError('expression-failed', `the bytes of ${expression} cannot be read here`);
      const data = Buffer.from(hex, 'hex');
      return {
        address: `0x${offset.toString(16)}`,
        data: data.toString('base64'),
        ...(data.length < count ? { unreadableBytes: count - data.length } : {}),
      };
    },
  };
}

/** Its length and a piece of it, as hexadecimal text. */
function reading(expression: string, offset: number, count: number): string {
  const [from, to] = [Math.max(offset, 0), Math.max(offset + count, 0)];
  return `(lambda view: f'{len(view)}:{view[${from}:${to}].hex()}')(memoryview((${expression})).cast('B'))`;
}
