/** Cells under the debugger: from one that has failed back into its error, and those of a Jupyter notebook. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Debugger } from './harness/debugger.ts';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const shares = `# %%
total = 12

# %%
def share(people):
    each = total / people
    return each

for people in [4, 3, 0]:
    each = share(people)
`;

let vscode: VSCode;
let panel: Notebook;
let debug: Debugger;
before(async () => {
  vscode = await VSCode.open({
    files: {
      'shares.py': shares,
      'shares.ipynb': notebookOf(['def half(n):\n    return n / 2', 'total = 7\nhalf(total)']),
    },
  });
  panel = new Notebook(vscode);
  debug = new Debugger(vscode);
});
after(() => vscode.close());

test('a failed cell of the panel leads back into its error, where it was raised', async () => {
  await vscode.openFile('shares.py');
  await vscode.command('Hindsight: Run Cell');
  await vscode.goToLine(5);
  await vscode.command('Hindsight: Run Cell');
  await panel.waitForOutput('ZeroDivisionError');
  await (await panel.waitForInOutput('button:has-text("Go back into this error")')).click();

  await debug.waitForLine(6);
  await debug.waitForVariable('people', '0');
  await vscode.screenshot('debug-error');
});

test('from there one steps back to the call, and before it', async () => {
  await debug.press('Step Back');
  await vscode.waitForStatus(/◀ step \d+ of \d+/);
  await debug.press('Step Out');
  await debug.waitForLine(6);
});

test('a cell is debugged in its session by the lens above it, and leaves its variables there', async () => {
  await debug.press('Stop');
  await debug.button('Stop').waitFor({ state: 'hidden' });
  await vscode.openFile('shares.py');
  await debug.toggleBreakpoint(2);
  await vscode.clickLens('Debug', 0);
  await debug.waitForLine(2);
  await debug.press('Continue');
  await debug.button('Stop').waitFor({ state: 'hidden' });

  await panel.typeIntoPrompt('total + 1');
  await vscode.press('Shift+Enter');
  assert.match(await panel.waitForOutput('13'), /13/);
});

test('a cell of a Jupyter notebook is debugged by its toolbar, into the code of another, and back', async () => {
  await vscode.openFile('shares.ipynb');
  const notebook = new Notebook(vscode);
  await notebook.waitForCell('def half');
  await vscode.page
    .locator('.notebook-toolbar-container', { hasText: 'Hindsight (Python' })
    .filter({ visible: true })
    .waitFor();
  await notebook.typeInto(0, '');
  await vscode.press('Shift+Enter');
  await vscode.waitForStatus(/shares\.ipynb/);
  await vscode.page
    .locator('.notebookOverlay .execution-count-label')
    .filter({ hasText: '[1]', visible: true })
    .waitFor();
  await notebook.typeInto(1, '');
  await vscode.press('Control+End');
  await vscode.press('F9');
  await vscode.page.locator('.notebookOverlay a.codicon-debug-alt').last().click();

  await debug.waitForVariable('total', '7');
  await debug.waitForFrame('<module>', 'shares.ipynb, cell 2');
  await debug.press('Step Into');
  await debug.waitForVariable('n', '7');
  await debug.waitForFrame('half', 'shares.ipynb, cell 1');
  await debug.press('Step Back');
  await vscode.waitForStatus(/◀ step 2 of \d/);
  await vscode.screenshot('debug-jupyter');
  await debug.press('Stop');
});

function notebookOf(sources: readonly string[]): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  }));
  return JSON.stringify({
    cells,
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
