/** Code that waits behind other code, and a program that waits for a person: what can be cancelled, and what that leaves. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const files = {
  'queue.py':
    'import time\nprint("go"); time.sleep(600)\nprint("skip" + "ped")\nprint("for" + "gotten")\nprint("at la" + "st")\n',
  'ask.py': "name = input('Who? ')\nprint('Hello,', name)\n",
};

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('queued code says how long its queue is, and can be taken out of it', async () => {
  await vscode.openFile('queue.py');
  await vscode.command('Hindsight: Run Line');
  await panel.waitForCell('import time');
  for (const line of [2, 3, 4]) {
    await vscode.goToLine(line);
    await vscode.press('Control+Enter');
  }
  const notes = vscode.page.locator('.notebookOverlay .cell-status-item');
  await notes.filter({ hasText: 'queued, 2 before it' }).waitFor();
  await vscode.screenshot('queued');

  await notes.filter({ hasText: 'Cancel' }).first().click();

  await panel.waitForOutput(/go[\s\S]*Dropped/);
});

test('an interrupt drops what is queued, and says so there', async () => {
  await vscode.command('Hindsight: Interrupt');

  await panel.waitForOutput(/go[\s\S]*KeyboardInterrupt[\s\S]*Dropped[\s\S]*Dropped/);
  await vscode.openFile('queue.py');
  await vscode.goToLine(5);
  await vscode.press('Control+Enter');
  const outputs = await panel.waitForOutput('at last');
  assert.doesNotMatch(outputs, /skipped|forgotten/);
  await vscode.screenshot('dropped');
});

test('Escape in a prompt interrupts the program', async () => {
  await ask();

  const field = await panel.waitForInOutput('input');
  await field.press('Escape');

  await panel.waitForOutput(/Who\? \(interrupted\)[\s\S]*KeyboardInterrupt/);
});

test('so does the button beside it', async () => {
  await vscode.command('Hindsight: Clear Panel');
  await ask();

  await (await panel.waitForInOutput('button:has-text("Interrupt")')).click();

  await panel.waitForOutput(/^Who\? \(interrupted\)[\s\S]*KeyboardInterrupt/);
});

test('a prompt that is open while the window is reloaded can be answered after it', async () => {
  await ask();
  await panel.waitForInOutput('input');

  await vscode.reload();
  await panel.answerInput('Who?', 'Grace');

  await panel.waitForOutput('Hello, Grace');
});

async function ask(): Promise<void> {
  await vscode.openFile('ask.py');
  await vscode.command('Hindsight: Run File');
}
