/** Both codecs: what goes in comes out, and rubbish is one clear error, never a crash and never a strange value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Codec } from '../../runtime/protocol/codec/codec.ts';
import { jsonCodec } from '../../runtime/protocol/codec/json.ts';
import { msgpackCodec } from '../../runtime/protocol/codec/msgpack.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { fc } from '../support/properties.ts';

const codecs: readonly Codec[] = [jsonCodec, msgpackCodec];

for (const codec of codecs) {
  const bytesOf = (message: object): Uint8Array => Buffer.from(codec.encode(message));

  test(`${codec.encoding}: a message survives encoding and decoding`, () => {
    const message = fc
      .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }))
      // A key of this name is taken out of its way, wherever it is.
      .filter((value) => !JSON.stringify(value).includes('"__proto__":'));
    fc.assert(
      fc.property(message, (value) => {
        const decoded = codec.decode(bytesOf(value));
        assert.deepEqual(JSON.parse(JSON.stringify(decoded)), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test(`${codec.encoding}: random bytes decode to an object or are an invalid frame`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          assert.equal(typeof codec.decode(bytes), 'object');
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error));
          assert.equal(error.code, 'invalid-frame');
        }
      }),
      { numRuns: 2000 },
    );
  });

  test(`${codec.encoding}: a message that is cut off is an invalid frame`, () => {
    const whole = bytesOf({ id: '1', op: 'eval', code: 'x'.repeat(300), list: [1, { a: null }] });
    for (let length = 0; length < whole.length; length += 1) {
      assert.throws(
        () => codec.decode(whole.subarray(0, length)),
        { code: 'invalid-frame' },
        `cut at ${length}`,
      );
    }
  });

  test(`${codec.encoding}: a frame over the limit is refused before it is decoded`, () => {
    const limits = { maxFrameBytes: 10, maxDepth: 64 };
    assert.throws(() => codec.decode(new Uint8Array(11).fill(0xc1), limits), { code: 'frame-too-large' });
  });

  test(`${codec.encoding}: nesting is allowed up to 64 levels`, () => {
    const nested = (depth: number): object => (depth === 1 ? { end: true } : { inner: nested(depth - 1) });
    assert.deepEqual(codec.decode(bytesOf(nested(64))), nested(64));
    assert.throws(() => codec.decode(bytesOf(nested(65))), {
      code: 'invalid-frame',
      message: /deeper than 64/,
    });
  });

  test(`${codec.encoding}: a frame that holds no object is refused`, () => {
    for (const value of [[], [1], null, 1, 'text', true]) {
      assert.throws(() => codec.decode(bytesOf(value as object)), {
        code: 'invalid-frame',
        message: /a message is an object/,
      });
    }
  });

  test(`${codec.encoding}: what is undefined is left out`, () => {
    assert.deepEqual(codec.decode(bytesOf({ a: 1, b: undefined })), { a: 1 });
  });
}

test('json: lone surrogates survive', () => {
  const message = { data: 'a\ud800b\udc00' };
  assert.deepEqual(jsonCodec.decode(Buffer.from(jsonCodec.encode(message))), message);
});

test('msgpack: lone surrogates become U+FFFD and pairs stay', () => {
  for (const padding of ['', 'x'.repeat(100)]) {
    const encoded = Buffer.from(msgpackCodec.encode({ [`k\ud800`]: `a\ud800😀\udc00${padding}` }));
    new TextDecoder('utf-8', { fatal: true }).decode(encoded.subarray(2, 6));
    assert.deepEqual(msgpackCodec.decode(encoded), { 'k\ufffd': `a\ufffd😀\ufffd${padding}` });
  }
});

test('msgpack: integers of 64 bits are numbers', () => {
  const frame = Buffer.from('81a161cf0000000100000000', 'hex');
  assert.deepEqual(msgpackCodec.decode(frame), { a: 2 ** 32 });
});

const hostile: readonly [string, string][] = [
  ['extension type', '81a161d40100'],
  ['timestamp', '81a161d6ff00000000'],
  ['array of four thousand million entries', '81a161ddffffffff'],
  ['map of four thousand million entries', 'dfffffffff'],
  ['text longer than the frame', '81a161dbffffffff41'],
  ['bytes longer than the frame', '81a161c6ffffffff00'],
  ['key that is no text', '810101'],
  ['second value', '8080'],
  ['byte without a meaning', '81a161c1'],
];

for (const [what, hex] of hostile) {
  test(`msgpack: refuses a frame with: ${what}`, () => {
    assert.throws(() => msgpackCodec.decode(Buffer.from(hex, 'hex')), { code: 'invalid-frame' });
  });
}
