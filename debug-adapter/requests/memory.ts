/** Bytes, read and written. */
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { type Context, debuggingOf } from '../context.ts';
import { viewOf } from '../memory-references.ts';
import type { Handlers } from './request.ts';
import { change } from './variables.ts';

export function memoryRequests(context: Context): Handlers<'readMemory' | 'writeMemory'> {
  return {
    async readMemory({ memoryReference, offset = 0, count }, { signal }) {
      const { frame, view } = viewOf(memoryReference);
      const { variable } = await debuggingOf(context).debuggee.navigate(
        'evaluate',
        { ...frame, expression: reading(view, offset, count), context: 'clipboard' },
        signal,
      );
      const [, total, hex] = /^(\d+):([0-9a-f]*)$/.exec(variable?.value ?? '') ?? [];
      if (total === undefined || hex === undefined)
        throw new ProtocolError('expression-failed', 'these bytes cannot be read here');
      context.memory.wasRead(memoryReference, offset + count);
      const data = Buffer.from(hex, 'hex');
      return {
        address: `0x${offset.toString(16)}`,
        data: data.toString('base64'),
        ...(data.length < count ? { unreadableBytes: count - data.length } : {}),
      };
    },
    /** As any change: in the past it opens a branch. Bytes that cannot be changed, or are not there, are refused by Python. */
    async writeMemory({ memoryReference, offset = 0, data }, call) {
      const { frame, view } = viewOf(memoryReference);
      const bytes = Buffer.from(data, 'base64');
      const expression = `${view}[${offset}:${offset + bytes.length}]`;
      await change(
        context,
        { ...frame, expression, value: `bytes.fromhex('${bytes.toString('hex')}')` },
        call,
      );
      return { bytesWritten: bytes.length };
    },
  };
}

/** Its length and a piece of it, as hexadecimal text. */
function reading(view: string, offset: number, count: number): string {
  const [from, to] = [Math.max(offset, 0), Math.max(offset + count, 0)];
  return `(lambda view: f'{len(view)}:{view[${from}:${to}].hex()}')(${view})`;
}
