/** The panel: prompts, pictures and tables in it, its last cell as a REPL, restart, and a reload of the window. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const files = {
  'ask.py': `name = input('What is your name? ')
print('Hello,', name)
`,
  'secret.py': `import getpass
secret = getpass.getpass('password? ')
print('length', len(secret))
`,
  'table.py': `import pandas as pd
planets = pd.DataFrame({'name': ['Earth', 'Mars'], 'mass': [5.97, 0.642]})
planets
`,
  'figure.py': `import matplotlib.pyplot as plt
_ = plt.plot([1, 4, 9])
plt.show()
`,
  'endless.py': `import time
count = 0
while True:
    count += 1
    print('count', count)
    time.sleep(0.1)
`,
  'long.py': `for number in range(20_000):
    print('line', number)
`,
};

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('answers an input inside the panel', async () => {
  await runFile('ask.py');

  await panel.answerInput('What is your name?', 'Ada');

  await panel.waitForOutput('What is your name? Ada');
  await panel.waitForOutput('Hello, Ada');
  await vscode.screenshot('input');
});

test('never shows a password', async () => {
  await runFile('secret.py');

  await panel.answerInput('password?', 'tiger');

  const outputs = await panel.waitForOutput('length 5');
  assert.match(outputs, /password\? ••••/);
  assert.doesNotMatch(outputs, /tiger/);
});

test('shows a table', async () => {
  await runFile('table.py');

  const table = await panel.waitForInOutput('table');
  assert.match(await table.innerText(), /Earth[\s\S]*Mars/);
});

test('shows a figure', async () => {
  await runFile('figure.py');

  const image = await panel.waitForInOutput('img');
  assert.ok(((await image.boundingBox())?.width ?? 0) > 200);
  await vscode.screenshot('figure');
});

test('runs what is typed into the last cell, and offers it again with Up', async () => {
  await showPanel();
  await panel.typeIntoPrompt('len(planets)');
  await vscode.press('Shift+Enter');
  await panel.waitForOutput(/^2$/m);

  await panel.typeIntoPrompt('name');
  await vscode.press('Shift+Enter');
  await panel.waitForOutput("'Ada'");
  await lastCellIs('');
  await vscode.press('ArrowUp');
  await lastCellIs('name');
  await vscode.press('ArrowUp');
  await lastCellIs('len(planets)');
  await vscode.press('ArrowDown');
  await vscode.press('ArrowDown');
  await lastCellIs('');
  await vscode.screenshot('repl');
});

test('shows the head and the tail of much output, and all of it in an editor', async () => {
  await runFile('long.py');

  await panel.waitForOutput('line 19999');
  const link = await panel.waitForInOutput('a:has-text("Show all 20,000 lines")');
  await vscode.screenshot('long');
  await link.click();

  await vscode.page
    .locator('.tab.active')
    .filter({ hasText: /Output \d+/ })
    .waitFor();
  await vscode.press('Control+End');
  await vscode.page
    .locator('.view-line')
    .filter({ hasText: 'line' })
    .filter({ hasText: '19999' })
    .first()
    .waitFor();
  await vscode.press('Control+W');
});

test('finds the session alive, and its loop running, after a reload of the window', async () => {
  await runFile('endless.py');
  await panel.waitForOutput('count 5');

  await vscode.reload();

  const seen = await panel.waitForOutput(/count \d+/);
  const last = Number(/count (\d+)\s*$/.exec(seen)?.[1]);
  await panel.waitForOutput(`count ${last + 5}`);
  assert.deepEqual(await vscode.notifications().allInnerTexts(), [], 'prompts that were answered long ago');
  await vscode.screenshot('reloaded');
  await vscode.command('Hindsight: Interrupt');
  await panel.waitForOutput('KeyboardInterrupt');
});

test('restarts the session: its variables are gone, its output stays', async () => {
  await vscode.command('Hindsight: Restart Session');
  await showPanel();
  await panel.waitForLine('variables are gone');

  await panel.typeIntoPrompt('planets');
  await vscode.press('Shift+Enter');

  await panel.waitForOutput("name 'planets' is not defined");
  await vscode.screenshot('restarted');
});

/** Shows the panel, and waits until the keyboard's input goes there: it would be taken from a cell that is clicked before. */
async function showPanel(): Promise<void> {
  await vscode.command('Hindsight: Show Panel');
  await vscode.page.locator('.editor-group-container.active .tab.active', { hasText: 'Hindsight' }).waitFor();
}

/** Opens a file of the workspace and runs all of it. */
async function runFile(name: string): Promise<void> {
  await vscode.openFile(name);
  await vscode.command('Hindsight: Run File');
}

async function lastCellIs(text: string): Promise<void> {
  await waitUntil(
    `the last cell to be '${text}'`,
    async () => ((await panel.cellTexts()).at(-1) ?? '').trim() === text,
  );
}
