/** Looking at live objects: hover and completion in a file that a session serves, and in the panel's own cell. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const model = `import pandas as pd
frame = pd.DataFrame({'price': [1.5, 2.5], 'amount': [3, 4]})
stock = {'apples': 1, 'pears': 2}

def halve(value, by=2):
    "Halves a value."
    return value / by

print('made', len(frame))

`;
const lastLine = 11;

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'model.py': model } });
  panel = new Notebook(vscode);
  await vscode.openFile('model.py');
  await vscode.selectLines(1, 9);
  await vscode.command('Hindsight: Run Selection');
  await panel.waitForOutput('made 2');
});
after(() => vscode.close());

test('hovers a live frame', async () => {
  const hover = await vscode.hover('model.py', 'frame', 'live, session');

  assert.match(hover, /pandas\.core\.frame\.DataFrame · 2 rows × 2 columns/);
  assert.match(hover, /price\s+float64/);
  assert.match(hover, /live, session main/);
  await vscode.screenshot('hover');
});

test('completes an attribute of a live object', async () => {
  await vscode.goToLine(lastLine);
  await vscode.type('frame.desc');

  assert.ok((await vscode.suggestions('describe')).includes('describe'));
  await vscode.screenshot('completion');
  await vscode.press('Enter');
  assert.match(await vscode.editorText('model.py'), /frame\.describe$/m);
});

test('completes a key into the brackets and quotes that the editor closed', async () => {
  await vscode.type('\nstock["');

  assert.deepEqual([...(await vscode.suggestions('apples'))].sort(), ['apples', 'pears']);
  await vscode.press('Enter');
  assert.match(await vscode.editorText('model.py'), /stock\["apples"\]$/m);
});

test('completes a column of a frame while the session is busy', async () => {
  await vscode.press('End');
  await vscode.type('\nwhile True: print("busy", flush=True); __import__("time").sleep(0.1)');
  await vscode.press('Escape');
  await vscode.press('Control+Enter');
  await panel.waitForOutput('busy');
  await vscode.type('\nframe["pr');

  assert.ok((await vscode.suggestions('price')).includes('price'));
  await vscode.press('Escape');
  await vscode.command('Hindsight: Interrupt');
  await vscode.screenshot('looking-while-busy');
  await panel.waitForOutput('KeyboardInterrupt');
});

test('says which parameter is being written', async () => {
  await vscode.press('End');
  await vscode.type('\nhalve(1, ');

  const help = vscode.page.locator('.parameter-hints-widget.visible');
  await help.filter({ hasText: 'halve(value, by=2)' }).waitFor();
  assert.match(await help.locator('.parameter.active').innerText(), /^by/);
});

test('completes in the last cell of the panel', async () => {
  await panel.typeIntoPrompt('frame.desc');
  await vscode.screenshot('completion-in-panel');

  assert.ok((await vscode.suggestions('describe')).includes('describe'));
});
