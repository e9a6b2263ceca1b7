/** Run in Transaction: what a run did is shown, then kept or rolled back; what fails is rolled back by itself. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { Questions } from './harness/questions.ts';
import { frameWith, Variables } from './harness/variables.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const file = `stars = ["Sirius", "Vega"]

stars.append("Deneb")

open("stars.txt", "w").write(stars.pop())

for star in list(stars):
    stars.remove(star)
    1 / 0
`;
const [append, write, fail] = [3, 5, 7];

let vscode: VSCode;
let panel: Notebook;
let variables: Variables;
let questions: Questions;
before(async () => {
  vscode = await VSCode.open({ files: { 'stars.py': file } });
  panel = new Notebook(vscode);
  variables = new Variables(vscode);
  questions = new Questions(vscode);
  await vscode.openFile('stars.py');
  await vscode.command('Hindsight: Run Statement or Selection and Advance');
  await panel.waitForCell('stars = ');
  await variables.open();
  await variables.waitForRows(/stars, list, 2 items/);
});
after(() => vscode.close());

test('what it changed is shown, and rolled back the variable is as before', async () => {
  await runInTransaction(append);

  const difference = await frameWith(vscode, 'details.changed');
  assert.match(await difference.locator('body').innerText(), /Changed\s*1[\s\S]*stars[\s\S]*Deneb/);
  await variables.waitForRows(/stars, list, 3 items/);
  await vscode.screenshot('transaction-question');
  await questions.press('Keep what it did?', 'Roll Back');

  await variables.waitForRows(/stars, list, 2 items/);
  await panel.waitForLine('Rolled back: it was asked for');
  await waitForDecided();
  await vscode.screenshot('transaction-rolled-back');
});

test('kept, it stays', async () => {
  await runInTransaction(append);
  await questions.press('Keep what it did?', 'Keep');

  await waitForDecided();
  await variables.waitForRows(/stars, list, 3 items/);
  await vscode.command('Hindsight: Undo Last Run');
  await variables.waitForRows(/stars, list, 2 items/);
});

test('what fails is rolled back by itself, and says why', async () => {
  await runInTransaction(fail);

  await panel.waitForLine('Rolled back: it failed with ZeroDivisionError: division by zero');
  await variables.waitForRows(/stars, list, 2 items/);
  await panel.waitForOutput('ZeroDivisionError');
  assert.doesNotMatch((await panel.outputTexts()).join('\n'), /Undo this run/);
  await vscode.screenshot('transaction-failed');
});

test('the question that was put away is asked again by the status bar, and before another transaction', async () => {
  await runInTransaction(write);
  const question = questions.notification('Keep what it did?');
  await question.waitFor();
  assert.match(await question.innerText(), /not undone by a rollback: wrote \S*stars\.txt\./);
  await question.hover();
  await question.locator('.codicon-notifications-clear').click();
  await question.waitFor({ state: 'hidden' });

  await vscode.page.locator('.statusbar-item', { hasText: 'Keep or Roll Back' }).click();
  const rollBack = questions.rows('Roll Back').first();
  await rollBack.waitFor();
  await vscode.screenshot('transaction-again');
  await vscode.press('Escape');
  await rollBack.waitFor({ state: 'hidden' });
  await runInTransaction(append);
  await rollBack.click();

  await panel.waitForLine(/Not undone, because it is outside of the session:[\s\S]*wrote \S*stars\.txt/);
  await variables.waitForRows(/stars, list, 3 items/);
});

test('a reloaded window knows it, and Undo decides it, too', async () => {
  await vscode.reload();
  await vscode.waitForStatus('Keep or Roll Back');
  await vscode.openFile('stars.py');

  await vscode.command('Hindsight: Undo Last Run');

  await waitForDecided();
  await variables.waitForRows(/stars, list, 2 items/);
});

async function runInTransaction(line: number): Promise<void> {
  await vscode.openFile('stars.py');
  await vscode.goToLine(line);
  await vscode.command('Hindsight: Run in Transaction');
}

/** Nothing asks any more, and the code is in front again. */
async function waitForDecided(): Promise<void> {
  await vscode.page.locator('.statusbar-item', { hasText: 'Keep or Roll Back' }).waitFor({ state: 'hidden' });
  await waitUntil('the code', async () => await vscode.editor('stars.py').isVisible());
}
