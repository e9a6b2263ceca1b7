/** The table of error codes, the reference page and what leaves the runtime say the same. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { errorCodes, ProtocolError } from '../../runtime/protocol/errors.ts';
import { isKnownOp, validateRequest } from '../../runtime/protocol/validate.ts';

test('the reference page lists exactly the codes of the table', async () => {
  const page = await readFile(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const rows = page.slice(page.indexOf('## Errors')).matchAll(/^\| `([a-z-]+)` \| (\w+) \| (yes|no) \|/gm);
  const listed = Array.from(rows, ([, code, errorClass, retryable]) => [
    code,
    errorClass,
    retryable === 'yes',
  ]);

  assert.deepEqual(
    listed,
    Object.entries(errorCodes).map(([code, kind]) => [code, kind.class, kind.retryable]),
  );
});

test('every error survives being sent', () => {
  for (const code of Object.keys(errorCodes) as (keyof typeof errorCodes)[]) {
    const error = new ProtocolError(code, `about ${code}`, { details: { n: 1 } });
    const received = ProtocolError.parse(JSON.stringify(error.toShape()));
    assert.deepEqual(
      [received?.code, received?.message, received?.details],
      [code, `about ${code}`, { n: 1 }],
    );
  }
});

test('an error that is none of ours is internal, and text that is none is nothing', () => {
  assert.equal(ProtocolError.from(new TypeError('x')).code, 'internal');
  assert.equal(ProtocolError.parse('{"code":"made-up","error":"?"}')?.code, 'internal');
  assert.equal(ProtocolError.parse('<html>'), undefined);
});

test('an error of another bundle, which has a class of its own, keeps its code, message and details', () => {
  const theirs = Object.assign(new Error('no Python 3.10 or newer was found'), {
    name: 'ProtocolError',
    code: 'interpreter-not-found',
    details: { searched: ['/usr/bin'] },
  });

  const { code, message, details } = ProtocolError.from(theirs);

  assert.deepEqual(
    { code, message, details },
    {
      code: 'interpreter-not-found',
      message: 'no Python 3.10 or newer was found',
      details: { searched: ['/usr/bin'] },
    },
  );
});

const messages: readonly [Record<string, unknown>, string][] = [
  [{ op: 'eval' }, "eval: field 'code' is missing"],
  [{ op: 'eval', code: 1 }, "eval: field 'code' must be string"],
  [
    { op: 'eval', code: '', origin: 'mail' },
    "eval: field 'origin' must be one of file, panel, notebook, script",
  ],
  [{ op: 'clone', env: { A: 1 } }, "clone: field 'env.A' must be string"],
  [
    { op: 'locate', code: '', line: 1, column: 0, unit: 'block', end: { line: 1 } },
    "locate: field 'end.column' is missing",
  ],
];

for (const [request, message] of messages) {
  test(`says: ${message}`, () => {
    const op = String(request['op']);
    assert.ok(isKnownOp(op));
    assert.throws(() => validateRequest({ id: '1', ...request, op }), { code: 'invalid-request', message });
  });
}
