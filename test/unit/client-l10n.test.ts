/** Every text that a person sees can be translated: those of the manifest and those of the code. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundlePath, renderBundle, textsOf } from '../build/l10n.ts';
import { root } from '../tools/paths.ts';

/** What these fields hold in package.json is shown to a person. */
const shownFields = new Set([
  'title',
  'name',
  'label',
  'description',
  'markdownDescription',
  'altText',
  'enumDescriptions',
]);
/** The product's name is the same in every language. */
const names = new Set(['Hindsight']);

test('every title and description of the manifest is one of package.nls.json, and each of those is used', async () => {
  const { contributes, capabilities, description } = JSON.parse(await read('package.json'));
  const texts = JSON.parse(await read('client/l10n/package.nls.json'));

  const shown = [...shownTexts({ contributes, capabilities, description })].filter(
    (text) => !names.has(text),
  );

  assert.deepEqual(
    new Set(shown),
    new Set(Object.keys(texts).map((key) => `%${key}%`)),
    'texts of package.json belong into client/l10n/package.nls.json',
  );
});

test('the bundle holds exactly the texts of the code (else: npm run docs)', async () => {
  assert.equal(await readFile(bundlePath, 'utf8'), await renderBundle());
});

test('finds literal texts only, and says where one is computed', () => {
  assert.deepEqual(textsOf('a.ts', "vscode.l10n.t('Run {0}', name); l10n.t('Stop'); other.t('no');"), [
    'Run {0}',
    'Stop',
  ]);
  assert.throws(() => textsOf('a.ts', 'l10n.t(text)'), /a\.ts: l10n\.t takes a literal text/);
});

function* shownTexts(value: unknown, field = ''): Generator<string> {
  if (typeof value === 'string' && shownFields.has(field)) yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    yield* shownTexts(inner, Array.isArray(value) ? field : key);
}

function read(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8');
}
