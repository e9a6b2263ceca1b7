/** How the panel shows what is more than text: the table of a data frame, the traceback of an error. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { tablePage } from './harness/variables.ts';
import { VSCode } from './harness/vscode.ts';

const files = {
  'failing.py': `import pandas as pd
def load(frame):
    return frame['missing']
load(pd.DataFrame({'a': [1]}))
`,
  'large.py': `import pandas as pd
pd.set_option('display.max_rows', 40)
pd.set_option('display.min_rows', 40)
frame = pd.DataFrame({'number': range(12_481), 'square': [n * n for n in range(12_481)]})
frame
`,
  'emptied.py': 'frame = None\n"emptied"\n',
};

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('shows a large frame with its size, and its header stays in view', async () => {
  await runFile('large.py');
  await panel.waitForOutput('12,481 rows × 2 columns');
  const box = await panel.waitForInOutput('.hindsight-table');
  const header = box.locator('thead th').nth(1);

  const scrolled = await box.evaluate((element) => {
    element.scrollTo(0, 200);
    return element.scrollTop;
  });

  assert.equal(scrolled, 200);
  const [headerTop, boxTop] = [(await header.boundingBox())?.y, (await box.boundingBox())?.y];
  assert.ok(headerTop !== undefined && boxTop !== undefined);
  assert.ok(Math.abs(headerTop - boxTop) < 2, `the header is at ${headerTop}, its box at ${boxTop}`);
  await vscode.screenshot('table');
});

test('a frame that has a name opens as a table, as it was when it was shown', async () => {
  await (await panel.waitForInOutput('button:has-text("Open as Table")')).click();
  await (await tablePage(vscode)).locator('.size', { hasText: '12,481 rows × 2 columns' }).waitFor();
  await vscode.screenshot('table-of-output');
  await vscode.command('View: Close Editor');
  await runFile('emptied.py');
  await panel.waitForOutput("'emptied'");

  await (await panel.waitForInOutput('button:has-text("Open as Table")')).click();

  await (await tablePage(vscode)).locator('.size', { hasText: '12,481 rows × 2 columns' }).waitFor();
  await vscode.page.locator('.tab.active', { hasText: 'frame (after run 1)' }).waitFor();
  await vscode.screenshot('table-of-output-then');
  await vscode.command('View: Close Editor');
});

test('shows the person’s frames of an error, folds those of libraries, and opens them by keyboard', async () => {
  await runFile('failing.py');
  const outputs = await panel.waitForOutput(/… \d+ frames in pandas/);
  assert.match(outputs, /failing\.py", line 3, in load/);
  assert.match(outputs, /KeyError: 'missing'\n(Go back into this error\s*)?(Undo this run\s*)?Copy/);
  assert.doesNotMatch(outputs, /get_loc/);
  await vscode.screenshot('error');

  const copy = await panel.waitForInOutput('button:has-text("Copy")');
  await copy.click();
  await panel.waitForOutput('Copied');
  const copied = await vscode.page.evaluate<string>('navigator.clipboard.readText()');
  assert.match(copied, /^Traceback[\s\S]*get_loc[\s\S]*KeyError: 'missing'$/);

  const fold = await panel.waitForInOutput('summary');
  await fold.focus();
  await fold.press('Enter');

  await panel.waitForOutput('get_loc');
  const link = await panel.waitForInOutput('a:has-text("failing.py")');
  await link.click();
  await vscode.page.locator('.tab.active[data-resource-name="failing.py"]').waitFor();
});

async function runFile(name: string): Promise<void> {
  await vscode.openFile(name);
  await vscode.command('Hindsight: Run File');
}
