/** The gate, and how bytes become lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loopbackHosts, refusal, statusOf } from '../../runtime/transports/gate.ts';
import { LineSplitter } from '../../runtime/transports/line-splitter.ts';
import { fc } from '../support/properties.ts';

const gate = {
  token: 'secret',
  allowedHosts: loopbackHosts(4000),
  allowedOrigins: ['https://allowed.example'],
};
const good = { host: '127.0.0.1:4000', authorization: 'Bearer secret' };

const comers: readonly [string, Record<string, string>, string | undefined][] = [
  ['a client with the token', good, undefined],
  ['a client that calls this machine by name', { ...good, host: 'LocalHost:4000' }, undefined],
  ['a client over IPv6', { ...good, host: '[::1]:4000' }, undefined],
  ['a page of an origin on the list', { ...good, origin: 'https://allowed.example' }, undefined],
  [
    'a browser with the token as a subprotocol',
    { host: good.host, 'sec-websocket-protocol': 'hindsight.json, hindsight.token.secret' },
    undefined,
  ],
  ['a client without a token', { host: good.host }, 'unauthorized'],
  ['a wrong token', { ...good, authorization: 'Bearer secres' }, 'unauthorized'],
  ['a longer token', { ...good, authorization: 'Bearer secret2' }, 'unauthorized'],
  ['an empty token', { ...good, authorization: 'Bearer ' }, 'unauthorized'],
  ['another scheme', { ...good, authorization: 'Basic secret' }, 'unauthorized'],
  ['a foreign origin with the token', { ...good, origin: 'https://evil.example' }, 'forbidden-origin'],
  ['an opaque origin', { ...good, origin: 'null' }, 'forbidden-origin'],
  ['a name that was rebound to this machine', { ...good, host: 'evil.example:4000' }, 'forbidden-host'],
  ['another port', { ...good, host: '127.0.0.1:4001' }, 'forbidden-host'],
  ['a host that begins well', { ...good, host: '127.0.0.1:4000.evil.example' }, 'forbidden-host'],
  ['no host', { authorization: good.authorization }, 'forbidden-host'],
];

for (const [who, headers, code] of comers) {
  test(`the gate ${code === undefined ? 'lets in' : `answers ${code} to`} ${who}`, () => {
    assert.equal(refusal(headers, gate)?.code, code);
  });
}

test('a wrong token is 401, a wrong place 403', () => {
  const statuses = comers
    .flatMap(([, headers]) => refusal(headers, gate) ?? [])
    .map((error) => [error.code, statusOf(error)]);
  for (const [code, status] of statuses) assert.equal(status, code === 'unauthorized' ? 401 : 403);
});

test('lines come out whole however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,8}$/)),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const { splitter, found } = collector(8);
        let at = 0;
        for (const length of [...cuts, bytes.length]) splitter.push(bytes.subarray(at, (at += length)));
        assert.deepEqual(found, lines);
      },
    ),
  );
});

test('a line over the limit is told once, and the next one is read', () => {
  const { splitter, found } = collector(5);
  for (const chunk of ['abc\n123', '456', '789\nd', 'ef\n', 'end']) splitter.push(Buffer.from(chunk));
  splitter.end();

  assert.deepEqual(found, ['abc', '<too long>', 'def', 'end']);
});

function collector(maxBytes: number) {
  const found: string[] = [];
  const splitter = new LineSplitter(maxBytes, {
    onLine: (line) => found.push(Buffer.from(line).toString()),
    onTooLong: () => found.push('<too long>'),
  });
  return { splitter, found };
}
