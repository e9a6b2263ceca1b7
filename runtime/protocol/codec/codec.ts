/**
 * What an encoding is: bytes or text to a message and back. Whatever cannot be decoded is refused here
 * with `invalid-frame` or `frame-too-large`; what a decoded object means is validated later.
 */
import { ProtocolError } from '../errors.ts';

export type Encoding = 'json' | 'msgpack';

export interface DecodeLimits {
  /** Bytes of one frame. */
  readonly maxFrameBytes: number;
  /** How deep arrays and maps may be nested. */
  readonly maxDepth: number;
}

export const defaultDecodeLimits: DecodeLimits = { maxFrameBytes: 10 * 1024 * 1024, maxDepth: 64 };

export interface Codec {
  readonly encoding: Encoding;
  /** The message in this encoding: text for JSON, bytes for MessagePack. */
  encode(message: object): string | Uint8Array;
  /** The object that a frame holds; throws `invalid-frame` or `frame-too-large`. */
  decode(frame: Uint8Array, limits?: DecodeLimits): object;
}

/** The value when it is an object that is no array, as every message is; throws `invalid-frame`. */
export function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const found = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
  throw new ProtocolError('invalid-frame', `the frame holds ${found}; a message is an object`);
}

/** Throws `frame-too-large` when a frame has more bytes than allowed. */
export function requireSize(bytes: number, limits: DecodeLimits): void {
  if (bytes > limits.maxFrameBytes) throw frameTooLarge(limits.maxFrameBytes);
}

export function frameTooLarge(maxFrameBytes: number): ProtocolError {
  const message = `a frame is larger than the limit of ${maxFrameBytes} bytes; send less, or raise --max-frame`;
  return new ProtocolError('frame-too-large', message, { details: { maxFrameBytes } });
}

export function tooDeep(limits: DecodeLimits): ProtocolError {
  return new ProtocolError('invalid-frame', `the frame is nested deeper than ${limits.maxDepth} levels`, {
    details: { maxDepth: limits.maxDepth },
  });
}
