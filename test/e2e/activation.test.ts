/**
 * The first minute: VS Code opens, Hindsight is there, and nothing has started. The time that VS Code measured for it is
 * kept for the bench.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { results } from '../tools/paths.ts';
import { VSCode } from './harness/vscode.ts';

let vscode: VSCode;
before(async () => {
  vscode = await VSCode.open({ files: { 'model.py': 'answer = 6 * 7\nprint(answer)\n' } });
});
after(() => vscode.close());

test('opens a Python file', async () => {
  await vscode.openFile('model.py');

  assert.equal(await vscode.editorText('model.py'), 'answer = 6 * 7\nprint(answer)');
  await vscode.screenshot('opening');
});

test('Hindsight is among the installed extensions', async () => {
  await vscode.command('Extensions: Show Installed Extensions');
  const extension = vscode.page.locator('.extension-list-item').filter({ hasText: 'Hindsight' }).first();

  await extension.waitFor();
  assert.match(await extension.innerText(), /nothing is ever lost/);
});

test('a Python file activates the extension, and VS Code says how long that took', async () => {
  // The slowest come first, and rows out of sight are not there: a window this tall shows them all.
  await vscode.page.setViewportSize({ width: 1400, height: 4000 });
  await vscode.command('Developer: Show Running Extensions');

  const row = vscode.page
    .locator('.runtime-extensions-editor .extension')
    .filter({ hasText: 'Hindsight' })
    .first();
  const time = row.locator('.activation-time').filter({ hasText: /\d+ms/ });
  await time.waitFor();

  const activationMs = Number(/(\d+)ms/.exec(await time.innerText())?.[1]);
  assert.ok(Number.isFinite(activationMs));
  await writeFile(join(results, 'activation.json'), `${JSON.stringify({ activationMs })}\n`);
});

test('nothing has started: no session in the status bar', async () => {
  const entries = await vscode.statusBar();

  assert.ok(!entries.some((text) => /Python 3\.\d+ · /.test(text)), entries.join(' | '));
});
