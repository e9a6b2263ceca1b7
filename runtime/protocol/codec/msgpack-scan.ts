/**
 * Walks over a MessagePack frame without building anything, and refuses what a decoder should not meet:
 * lengths beyond the frame, nesting beyond the limit, extension types, several values, map keys that are
 * not text. Byte values are those of the format table in the MessagePack specification.
 */
import { ProtocolError } from '../errors.ts';
import { type DecodeLimits, tooDeep } from './codec.ts';

/** Throws `invalid-frame` unless `frame` is exactly one value that is safe to decode. */
export function scanMessagePack(frame: Uint8Array, limits: DecodeLimits): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  // Values still to come at each open level; a map counts its keys and values.
  const open: { left: number; isMap: boolean }[] = [{ left: 1, isMap: false }];
  let at = 0;
  while (open.length > 0) {
    const level = open.at(-1);
    if (level === undefined || level.left === 0) {
      open.pop();
      continue;
    }
    if (at >= view.byteLength) throw invalid('it ends in the middle of a value');
    const isKey = level.isMap && level.left % 2 === 0;
    level.left -= 1;
    const item = readItem(view, at);
    if (isKey && !item.isText) throw invalid('a key of a map is not text');
    at = item.end;
    if (at > view.byteLength || item.children > view.byteLength - at)
      throw invalid('a length points beyond its end');
    if (item.children > 0) {
      if (open.length > limits.maxDepth) throw tooDeep(limits);
      open.push({ left: item.children, isMap: item.isMap });
    }
  }
  if (at < view.byteLength) throw invalid('something follows its value');
}

interface Item {
  /** Offset behind the item's own bytes. */
  readonly end: number;
  /** Values that follow inside of it. */
  readonly children: number;
  readonly isMap: boolean;
  readonly isText: boolean;
}

function readItem(view: DataView, at: number): Item {
  const first = view.getUint8(at);
  if (first <= 0x7f || first >= 0xe0) return scalar(at + 1);
  if (first <= 0x8f) return map(at + 1, first & 0x0f);
  if (first <= 0x9f) return array(at + 1, first & 0x0f);
  if (first <= 0xbf) return text(at + 1, first & 0x1f);
  return readTagged(view, at, first);
}

function readTagged(view: DataView, at: number, first: number): Item {
  switch (first) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return scalar(at + 1);
    case 0xc4:
    case 0xc5:
    case 0xc6: {
      const [body, length] = readLength(view, at, first - 0xc4);
      return scalar(body + length);
    }
    case 0xca: // float 32
      return scalar(at + 5);
    case 0xcb: // float 64
      return scalar(at + 9);
    case 0xcc: // unsigned, 1 to 8 bytes
    case 0xcd:
    case 0xce:
    case 0xcf:
      return scalar(at + 1 + 2 ** (first - 0xcc));
    case 0xd0: // signed, 1 to 8 bytes
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return scalar(at + 1 + 2 ** (first - 0xd0));
    case 0xd9:
    case 0xda:
    case 0xdb: {
      const [body, length] = readLength(view, at, first - 0xd9);
      return text(body, length);
    }
    case 0xdc:
    case 0xdd:
      return array(...readLength(view, at, first - 0xdb));
    case 0xde:
    case 0xdf:
      return map(...readLength(view, at, first - 0xdd));
    case 0xc1:
      throw invalid('it holds the byte 0xc1, which has no meaning');
    default:
      throw invalid('it holds an extension type; those are not used here');
  }
}

/** A length of 1, 2 or 4 bytes (`width` 0, 1, 2) behind the tag: [offset behind it, length]. */
function readLength(view: DataView, at: number, width: number): [number, number] {
  const bytes = 2 ** width;
  if (at + 1 + bytes > view.byteLength) throw invalid('it ends in the middle of a length');
  if (width === 0) return [at + 2, view.getUint8(at + 1)];
  if (width === 1) return [at + 3, view.getUint16(at + 1)];
  return [at + 5, view.getUint32(at + 1)];
}

function scalar(end: number): Item {
  return { end, children: 0, isMap: false, isText: false };
}

function text(start: number, length: number): Item {
  return { end: start + length, children: 0, isMap: false, isText: true };
}

function array(end: number, length: number): Item {
  return { end, children: length, isMap: false, isText: false };
}

function map(end: number, length: number): Item {
  return { end, children: 2 * length, isMap: true, isText: false };
}

function invalid(problem: string): ProtocolError {
  return new ProtocolError('invalid-frame', `the frame is not valid MessagePack: ${problem}`);
}
