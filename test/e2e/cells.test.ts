/** Files with `# %%` cells, the queue, and a session whose process ends: what a person sees and can do. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const files = {
  'cells.py': '# %%\nprint("first")\ninput("go on? ")\n\n# %%\nprint("second")\n\n# %%\nprint("third")\n',
  'die.py': 'import os\nprint("going")\nos._exit(3)\n',
};

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('nothing has started before the first command', async () => {
  await vscode.openFile('cells.py');

  await vscode.page.getByText('Run Cell').first().waitFor();

  assert.ok(!(await vscode.statusBar()).some((text) => text.includes('main')));
});

test('a cell runs from its code lens, and the next one waits in the queue', async () => {
  await vscode.clickLens('Run Cell');
  await panel.waitForCell('input("go on? ")');

  await vscode.clickLens('Run Cell', 1);

  await vscode.page.locator('.notebookOverlay').getByText('queued, 1 before it').waitFor();
  await panel.answerInput('go on?', 'yes');
  await panel.waitForOutput('second');
});

test('Shift+Enter runs a cell and advances, once a session serves the file', async () => {
  await vscode.openFile('cells.py');
  await vscode.goToLine(6);

  await vscode.press('Shift+Enter');
  await vscode.waitForStatus(/Ln [78], Col 1/);
  await vscode.press('Shift+Enter');

  await panel.waitForOutput(/second\s+second\s+third/);
});

test('a process that ends says why, and a click gives a fresh one', async () => {
  await vscode.openFile('die.py');
  await vscode.command('Hindsight: Run File');
  await panel.waitForOutput(/going\s+[\s\S]*exit code 3/);

  await vscode.notifications().getByText('Restart Session').first().click();
  await vscode.openFile('cells.py');
  await vscode.goToLine(9);
  await vscode.press('Control+Enter');

  await panel.waitForOutput(/exit code 3[\s\S]*third/);
});
