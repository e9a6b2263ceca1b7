/** The harness itself: what it reads in a notebook is what stands there. The notebook is VS Code's own, with saved outputs. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const cell = (source: string, outputs: readonly unknown[]) => ({
  cell_type: 'code',
  source,
  outputs,
  metadata: {},
  execution_count: 1,
});
const notebookFile = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { language_info: { name: 'python' } },
  cells: [
    cell('print("first")', [{ output_type: 'stream', name: 'stdout', text: 'first line\n' }]),
    cell('table', [
      {
        output_type: 'display_data',
        metadata: {},
        data: { 'text/html': '<table><tr><td>12</td></tr></table>' },
      },
    ]),
  ],
});

let vscode: VSCode;
before(async () => {
  vscode = await VSCode.open({
    files: { 'saved.ipynb': notebookFile, 'lines.py': 'one = 1\ntwo = 2\nthree = 3\n' },
    settings: { 'editor.fontSize': 17 },
  });
});
after(() => vscode.close());

test('reads cells and their outputs', async () => {
  await vscode.openFile('saved.ipynb');
  const notebook = new Notebook(vscode);

  await notebook.waitForCell('print("first")');
  await notebook.waitForOutput(/first line[\s\S]*12/);
  const table = await notebook.waitForInOutput('table');
  assert.equal((await table.innerText()).trim(), '12');
  assert.deepEqual(await notebook.cellTexts(), ['print("first")', 'table']);
  await vscode.screenshot('harness-notebook');
});

test('selects lines by keyboard and types over them', async () => {
  await vscode.openFile('lines.py');

  await vscode.selectLines(1, 2);
  await vscode.type('zero = 0');

  assert.equal(await vscode.editorText('lines.py'), 'zero = 0\nthree = 3');
});

test('takes the settings of the workspace', async () => {
  const size = await vscode.page.evaluate(
    'getComputedStyle(document.querySelector(".monaco-editor[data-uri$=\\"/lines.py\\"] .view-line")).fontSize',
  );

  assert.equal(size, '17px');
});

test('finds VS Code as it was after a reload', async () => {
  await vscode.reload();

  await vscode.editor('lines.py').waitFor();
});
