/** Holds that what is generated from the protocol's schema is current. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderProtocolReference } from '../../../runtime/protocol/docs.ts';
import { root } from '../../tools/paths.ts';

test('docs/protocol.md is what the schema renders to (else: npm run docs)', async () => {
  const page = await readFile(join(root, 'docs', 'protocol.md'), 'utf8');

  assert.ok(page === renderProtocolReference(), 'docs/protocol.md is not current; run: npm run docs');
});
