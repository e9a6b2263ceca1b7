/**
 * Messages as MessagePack, of which only what JSON can say is used, and byte strings: no extension
 * types, no records. A frame is scanned (`msgpack-scan.ts`) before the decoder allocates anything for it.
 */
import { Packr } from 'msgpackr';
import { ProtocolError } from '../errors.ts';
import { type Codec, defaultDecodeLimits, requireObject, requireSize } from './codec.ts';
import { scanMessagePack } from './msgpack-scan.ts';

// `skipValues` leaves out what is undefined, as JSON does; it is not in the library's types.
const options = { useRecords: false, int64AsType: 'number', skipValues: [undefined] } as const;
const packr = new Packr({ ...options });
const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /\p{Surrogate}/gu;

export const msgpackCodec: Codec = {
  encoding: 'msgpack',
  encode: (message) => packr.pack(wellFormed(message)),
  decode(frame, limits = defaultDecodeLimits) {
    requireSize(frame.byteLength, limits);
    scanMessagePack(frame, limits);
    return requireObject(unpack(frame));
  },
};

function unpack(frame: Uint8Array): unknown {
  try {
    const value: unknown = packr.unpack(frame);
    return value;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProtocolError('invalid-frame', `the frame is not valid MessagePack: ${reason}`, {
      cause: error,
    });
  }
}

// A MessagePack string is UTF-8, which has no lone surrogates: each becomes U+FFFD. Without this the
// packer writes them as they are into short strings, and strict decoders refuse the whole frame.
function wellFormed(message: object): unknown {
  return hasLoneSurrogate(message) ? repaired(message) : message;
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return loneSurrogate.test(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  if (Array.isArray(value)) return value.some(hasLoneSurrogate);
  return Object.entries(value).some(([key, item]) => hasLoneSurrogate(key) || hasLoneSurrogate(item));
}

function repaired(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(loneSurrogates, '\uFFFD');
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(repaired);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [repaired(key), repaired(item)]));
}
