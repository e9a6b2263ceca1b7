/** The WebSocket subprotocols, and the codec that each stands for. */
import type { Codec, Encoding } from './codec.ts';
import { jsonCodec } from './json.ts';
import { msgpackCodec } from './msgpack.ts';

/** A browser cannot set a header; it offers its token as a subprotocol that starts so. */
export const tokenSubprotocolPrefix = 'hindsight.token.';

export function subprotocolOf(encoding: Encoding): string {
  return `hindsight.${encoding}`;
}

/** The codec of a subprotocol; JSON where none was agreed on; undefined for an unknown name. */
export function codecOfSubprotocol(subprotocol: string): Codec | undefined {
  if (subprotocol === '' || subprotocol === 'hindsight.json') return jsonCodec;
  return subprotocol === 'hindsight.msgpack' ? msgpackCodec : undefined;
}

export function codecOf(encoding: Encoding): Codec {
  return encoding === 'json' ? jsonCodec : msgpackCodec;
}
