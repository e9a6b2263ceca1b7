/** The first minute: VS Code opens, Hindsight is there, and nothing has started. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

test('lists Hindsight among the installed extensions', async () => {
  await vscode.command('Extensions: Show Installed Extensions');
  const extension = vscode.page.locator('.extension-list-item').filter({ hasText: 'Hindsight' }).first();

  await extension.waitFor();
  assert.match(await extension.innerText(), /nothing is ever lost/);
});
