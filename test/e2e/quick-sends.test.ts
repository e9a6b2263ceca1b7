/** Keys pressed faster than code is found, in a window in which nothing ran before: each runs the next cell, once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const numbers = [1, 2, 3, 4, 5, 6];
const cells = numbers.map((number) => `# %% Cell ${number}\nprint("ran", ${number})\n`).join('\n');

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'quick.py': cells } });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('each of five quick keys runs the cell after the last one', async () => {
  await vscode.openFile('quick.py');
  await vscode.clickLens('Run Cell');
  await panel.waitForCell('print("ran", 1)');
  await vscode.goToLine(4);

  for (let presses = 0; presses < 5; presses += 1) await vscode.press('Shift+Enter');

  const outputs = await panel.waitForOutput(/ran 6\s*$/);
  assert.deepEqual(
    [...outputs.matchAll(/ran (\d)/g)].map(([, number]) => Number(number)),
    numbers,
  );
});
