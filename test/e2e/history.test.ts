/** What was run is offered again, in another window and another session. */
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const files = {
  'model.py': 'marker = 6 * 7\n',
  'other.py': 'other = 1\n',
};

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('offers in a new window what was run in another one', async () => {
  await runFile('model.py');
  await vscode.waitForStatus(/main/);
  await vscode.close();
  vscode = await VSCode.open({ files });
  panel = new Notebook(vscode);
  await runFile('other.py');
  await panel.waitForCell('other = 1');

  // The keys belong to the input once VS Code has told the extension where the cursor is; typing takes longer.
  await panel.typeIntoPrompt('1');
  await inputIs('1');
  await vscode.press('Backspace');
  await inputIs('');
  await vscode.press('ArrowUp');
  await inputIs('other = 1');
  await vscode.press('ArrowUp');
  await inputIs('marker = 6 * 7');
  await vscode.press('ArrowDown');
  await vscode.press('ArrowDown');
  await inputIs('');

  await vscode.command('Hindsight: Search History…');
  await vscode.quickInput().fill('marker');
  const row = vscode.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'marker = 6 * 7' });
  await row.first().waitFor();
  await vscode.press('Enter');

  await inputIs('marker = 6 * 7');
  await vscode.press('Shift+Enter');
  await panel.waitForCell('marker = 6 * 7');
});

async function inputIs(text: string): Promise<void> {
  await waitUntil(`'${text}' in the input`, async () => (await panel.cellTexts()).at(-1)?.trim() === text);
}

async function runFile(name: string): Promise<void> {
  await vscode.openFile(name);
  await vscode.command('Hindsight: Run File');
}
