/** Code that was sent runs, whatever is missing at that moment: a session, a Python, the runtime itself. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { runtimeOf } from './harness/runtime.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const files = {
  'two.py': 'print("one")\nprint("two")\nprint("three")\nkept = 4\nprint(kept * 11)\n',
  'endless.py': 'import time\nwhile True:\n    print("tick")\n    time.sleep(0.1)\n',
};

describe('without a session', () => {
  let vscode: VSCode;
  let panel: Notebook;
  before(async () => {
    vscode = await VSCode.open({ files });
    panel = new Notebook(vscode);
    await vscode.openFile('two.py');
  });
  after(() => vscode.close());

  test('what is sent in quick succession runs in that order', async () => {
    const button = vscode.page.locator('.editor-actions [aria-label^="Run in Hindsight"]').first();

    await button.click();
    await button.click();
    await button.click();

    await panel.waitForOutput(/one\s+two\s+three/);
    assert.deepEqual((await panel.cellTexts()).slice(0, 3), [
      'print("one")',
      'print("two")',
      'print("three")',
    ]);
  });

  test('a runtime that was killed is missed with a clear message, and the next code starts a new one', async () => {
    await vscode.openFile('endless.py');
    await vscode.command('Hindsight: Run File');
    await panel.waitForOutput('tick');
    const { pid } = await runtimeOf(vscode.folder);

    process.kill(pid, 'SIGKILL');

    await vscode.notifications().filter({ hasText: 'The Hindsight runtime has ended' }).first().waitFor();
    await panel.waitForOutput(/tick[\s\S]*Session ended: the Hindsight runtime has ended/);
    await vscode.screenshot('runtime-killed');
    await vscode.openFile('two.py');
    await vscode.goToLine(3);
    await vscode.press('Control+Enter');
    await panel.waitForOutput(/has ended[\s\S]*three/);
    assert.notEqual((await runtimeOf(vscode.folder)).pid, pid);
  });

  test('code that was sent at the very moment the runtime was killed runs in the new one', async () => {
    const { pid } = await runtimeOf(vscode.folder);
    await vscode.goToLine(4);

    process.kill(pid, 'SIGKILL');
    await vscode.press('Control+Enter');

    await waitUntil('a new runtime', async () => (await runtimeOf(vscode.folder)).pid !== pid);
    await vscode.waitForStatus(/Python 3\.\d+ · main/);
    await panel.waitForCell('kept = 4');
    await vscode.goToLine(5);
    await vscode.press('Control+Enter');
    await panel.waitForOutput(/^44\s*$/m);
  });
});

describe('without a Python', () => {
  let vscode: VSCode;
  let panel: Notebook;
  before(async () => {
    vscode = await VSCode.open({ files, python: '/nowhere/python3' });
    panel = new Notebook(vscode);
  });
  after(() => vscode.close());

  test('the code stays, and says what it waits for', async () => {
    await vscode.openFile('two.py');
    await vscode.command('Hindsight: Run File');

    await panel.waitForCell('print("three")');
    await vscode.page
      .locator('.notebookOverlay')
      .getByText('waits for a Python')
      .filter({ visible: true })
      .first()
      .waitFor();
    await vscode.notifications().filter({ hasText: '/nowhere/python3' }).first().waitFor();
    await vscode.screenshot('no-python');
  });

  test('once one is chosen, the code runs', async () => {
    await vscode.notifications().getByText('Select Interpreter…').first().click();
    const first = vscode.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'python3' })
      .first();
    await first.waitFor();
    await first.click();

    await panel.waitForOutput(/one\s+two\s+three/);
  });
});
