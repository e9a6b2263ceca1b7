/** The suite that runs inside the extension host, with the VS Code API: each of its tests is one here. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';
import type { InsideResult } from './inside/mocha.ts';

test('inside the extension host', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hs-inside-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'results.json');
  await using _window = await VSCode.open({
    files: { 'hindsight-inside.json': JSON.stringify({ results: file }) },
  });

  await waitUntil('the results of the suite inside', async () => existsSync(file), 120_000);
  const results: readonly InsideResult[] = JSON.parse(await readFile(file, 'utf8'));

  assert.notEqual(results.length, 0);
  for (const { title, error } of results)
    await context.test(title, () => assert.ok(error === undefined, error));
});
