/** More than one session, and more than one window: which code runs where, and who sees it. */
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'model.py': 'where = "here"\nprint("where" in globals())\n' } });
  panel = new Notebook(vscode);
  await vscode.openFile('model.py');
  await vscode.command('Hindsight: Run File');
  await panel.waitForOutput('True');
});
after(() => vscode.close());

test('another window on the same folder shows the same session, and each sees what the other runs', async () => {
  const other = await vscode.openWindow();
  const otherPanel = new Notebook(other);
  await other.command('Hindsight: Show Panel');
  await otherPanel.waitForOutput('True');

  await otherPanel.typeInto(-1, 'where + " and there"');
  await other.press('Shift+Enter');

  await otherPanel.waitForOutput('here and there');
  await other.close();
  await panel.waitForOutput('here and there');
});

test('Clear Panel removes what is shown, not what is known', async () => {
  await vscode.command('Hindsight: Clear Panel');
  await waitUntil('an empty panel', async () => (await panel.cells().count()) === 1);

  await panel.typeIntoPrompt('[where]');
  await vscode.press('Shift+Enter');

  await panel.waitForOutput("['here']");
});

test('a new session has variables of its own, and a name with a slash', async () => {
  await vscode.openFile('model.py');
  await vscode.command('Hindsight: New Session');
  await vscode.quickInput().fill('a/b');
  await vscode.press('Enter');
  await vscode.waitForStatus(/Python 3\.\d+ · a\/b/);

  await vscode.openFile('model.py');
  await vscode.goToLine(2);
  await vscode.press('Control+Enter');

  await panel.waitForOutput('False');
  await panel.typeIntoPrompt('6 * 7');
  await vscode.press('Shift+Enter');
  await panel.waitForOutput(/^42$/m);
  await vscode.screenshot('new-session');
});
