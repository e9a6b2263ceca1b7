/** Checkpoints as a person handles them, and the last state of a session that was restarted, crashed or was killed. */
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { Questions } from './harness/questions.ts';
import { killRuntime, runtimeOf } from './harness/runtime.ts';
import { Variables } from './harness/variables.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const file = `# %%
stars = ["Sirius", "Vega"]
weight = 3

# %%
stars.append("Deneb")

# %%
import os
os._exit(3)

# %%
print("anew")
`;
const [begin, append, crash, anew] = [2, 6, 9, 13];

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
  await vscode.goToLine(begin);
  await vscode.command('Hindsight: Run Cell');
  await panel.waitForCell('weight = 3');
  await variables.open();
  await variables.waitForRows(/stars, list, 2 items/);
});
after(() => vscode.close());

test('a checkpoint is created, and exported to a file', async () => {
  await createCheckpoint('two stars');
  await runCellAt(append);
  await variables.waitForRows(/stars, list, 3 items/);
  await createCheckpoint('three stars');

  await vscode.command('Hindsight: Export Checkpoint…');
  await questions.pick('two stars');
  await waitUntil('a path', async () => (await vscode.quickInput().inputValue()).includes('two stars.hind'));
  await vscode.screenshot('checkpoint-export');
  await vscode.press('Enter');

  await vscode.waitForStatus(/Exported "two stars": \d/);
  await access(join(vscode.folder, 'two stars.hindsight-checkpoint'));
});

test('deleted, after a question, it is not offered any more', async () => {
  await vscode.command('Hindsight: Delete Checkpoint…');
  await questions.pick('two stars');
  await questions.dialog('Delete the state').waitFor();
  await vscode.screenshot('checkpoint-delete');
  await questions.answer('Delete the state "two stars"?', 'Delete');

  await vscode.command('Hindsight: Restore Checkpoint…');
  // Those of other workspaces are in the list, too.
  const own = questions.rows('stars').filter({ hasNotText: 'from ' });
  await own.filter({ hasText: 'three stars' }).waitFor();
  assert.equal(await own.count(), 1);
  await vscode.press('Escape');
});

test('imported, nothing of it runs unless a person agrees, who sees what it holds', async () => {
  await vscode.command('Hindsight: Import Checkpoint…');
  await waitUntil('the folder', async () => (await vscode.quickInput().inputValue()).includes(vscode.folder));
  await vscode.screenshot('checkpoint-import');
  await vscode.quickInput().fill(join(vscode.folder, 'two stars.hindsight-checkpoint'));
  await vscode.press('Enter');
  await questions.notification('Imported "two stars" with 2 variables. Nothing of it has run.').waitFor();
  await vscode.screenshot('checkpoint-imported');
  await questions.press('Imported "two stars"', 'Restore…');

  await questions.dialog('Load it only if you trust').waitFor();
  await vscode.screenshot('checkpoint-trust');
  const question = await questions.answer('Load it only if you trust', 'Cancel');
  assert.match(question, /It holds:\s+• stars: list\s+• weight: int/);
  await variables.waitForRows(/stars, list, 3 items/);
  await vscode.command('Hindsight: Restore Checkpoint…');
  await questions.pick('two stars');
  await questions.answer('Load it only if you trust', 'Load It and Run Its Code');

  await variables.waitForRows(/stars, list, 2 items/);
  await panel.waitForLine('Back before run 2');
  await vscode.screenshot('checkpoint-loaded');
});

test('after a restart the last state is one click away', async () => {
  await runCellAt(append);
  await variables.waitForRows(/stars, list, 3 items/);

  await vscode.command('Hindsight: Restart Session');
  await questions.notification('Its last state is kept').waitFor();
  await vscode.screenshot('restart-offer');
  await questions.press('Its last state is kept', 'Restore Last State');

  await variables.waitForRows(/stars, list, 3 items/);
  await vscode.screenshot('restart-restored');
});

test('after a crash, too', async () => {
  await runCellAt(append);
  await variables.waitForRows(/stars, list, 4 items/);
  await runCellAt(crash);

  await questions.notification('The state before the code that it ran is kept').waitFor();
  await vscode.screenshot('crash-offer');
  await questions.press('The state before the code that it ran is kept', 'Restore Last State');

  await vscode.waitForStatus('Back in the state after run 4. Undo');
  await panel.waitForLine('Back in the state after run 4');
  await variables.waitForRows(/stars, list, 4 items/);
  await vscode.screenshot('crash-restored');
});

test('after a kill of everything, the next run offers the checkpoint that is on disk', async () => {
  await createCheckpoint('before the end');
  const { pid } = await runtimeOf(vscode.folder);

  await killRuntime(vscode.folder);
  await questions.notification('The Hindsight runtime has ended').waitFor();
  await runCellAt(anew);
  await panel.waitForOutput('anew');
  await questions.notification('A checkpoint of an earlier session is on disk: "before the end"').waitFor();
  await vscode.screenshot('killed-offer');
  assert.notEqual((await runtimeOf(vscode.folder)).pid, pid);
  await questions.press('A checkpoint of an earlier session', 'Restore');

  await vscode.waitForStatus('Back in the checkpoint "before the end". Undo');
  await variables.waitForRows(/stars, list, 4 items/);
  await vscode.screenshot('killed-restored');
});

test('it is not offered in another workspace, where it can be found', async () => {
  await using other = await VSCode.open({ files: { 'sky.py': 'print("elsewhere")\n' } });
  await other.openFile('sky.py');
  await other.command('Hindsight: Run File');
  await new Notebook(other).waitForOutput('elsewhere');

  await other.command('Hindsight: Restore Checkpoint…');

  const rows = new Questions(other).rows('before the end');
  await rows.filter({ hasText: 'from ' }).first().waitFor();
  await other.screenshot('checkpoint-elsewhere');
  assert.equal(await other.notifications().count(), 0);
});

async function createCheckpoint(name: string): Promise<void> {
  await vscode.command('Hindsight: Create Checkpoint…');
  await vscode.quickInput().fill(name);
  await vscode.press('Enter');
  await vscode.waitForStatus(`Checkpoint "${name}" is on disk`);
}

/** Runs the cell around a line, by its key. */
async function runCellAt(line: number): Promise<void> {
  await vscode.openFile('stars.py');
  await vscode.goToLine(line);
  await vscode.press('Control+Enter');
}
