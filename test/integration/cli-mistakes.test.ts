/** What a person types wrong: one clear line, an exit code of 1, and no stack. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { runHindsight } from '../support/hindsight-command.ts';

const mistakes: readonly [string, string[], RegExp][] = [
  [
    'an address that is none',
    ['eval', '--url', 'nonsense', '1'],
    /^hindsight: 'nonsense' is no address of a runtime; it is like ws:/,
  ],
  [
    'a port that is too large',
    ['serve', '--port', '99999'],
    /'--port <number>' argument '99999' is invalid. It must be 65535 at most/,
  ],
];

for (const [what, args, expected] of mistakes) {
  test(`explains ${what}`, async (t) => {
    const { code, stderr } = await runHindsight(t, args);

    assert.equal(code, 1);
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /^ {4}at /m);
  });
}

test('does not serve with an empty token', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hindsight-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'token');
  writeFileSync(file, '\n');

  const { code, stdout, stderr } = await runHindsight(t, [
    'serve',
    '--token-file',
    file,
    '--log-level',
    'error',
  ]);

  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /holds no token; remove it/);
});
