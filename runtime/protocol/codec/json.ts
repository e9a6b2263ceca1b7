/** Messages as JSON text. Lone surrogates survive: they are written as escapes. */
import { ProtocolError } from '../errors.ts';
import {
  type Codec,
  type DecodeLimits,
  defaultDecodeLimits,
  requireObject,
  requireSize,
  tooDeep,
} from './codec.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export const jsonCodec: Codec = {
  encoding: 'json',
  encode: (message) => JSON.stringify(message),
  decode(frame, limits = defaultDecodeLimits) {
    requireSize(frame.byteLength, limits);
    const value = requireObject(parse(frame));
    requireDepth(value, limits);
    return value;
  },
};

function parse(frame: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(frame));
    return value;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProtocolError('invalid-frame', `the frame is not valid JSON: ${reason}`, { cause: error });
  }
}

// Level by level and not recursively: the depth is what an attacker chooses.
function requireDepth(root: object, limits: DecodeLimits): void {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limits.maxDepth) throw tooDeep(limits);
    level = level.flatMap(childObjects);
  }
}

function childObjects(value: object): object[] {
  const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return children.filter((child): child is object => typeof child === 'object' && child !== null);
}
