/** A Jupyter notebook with Hindsight as its kernel: cells, magics, prompts, errors, and what is saved. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const cells = [
  'x = 20\nprint("first")\nx + 22',
  '%%bash\necho "from bash"',
  'name = input("Who? ")\nname.upper()',
  'import matplotlib.pyplot as plt\nplt.plot([1, 4, 9]);',
];

let vscode: VSCode;
let notebook: Notebook;
before(async () => {
  vscode = await VSCode.open({
    files: { 'work.ipynb': written(cells) },
  });
  notebook = new Notebook(vscode);
});
after(() => vscode.close());

test('offers itself as the kernel, and runs all cells in order', async () => {
  await vscode.openFile('work.ipynb');
  await notebook.waitForCell('x = 20');
  await waitForKernel();

  await vscode.command('Notebook: Run All');

  await notebook.waitForOutput('first');
  await notebook.waitForOutput('42');
  await notebook.waitForOutput('from bash');
  await notebook.answerInput('Who?', 'Ada');
  await notebook.waitForOutput('ADA');
  await notebook.waitForInOutput('img');
  await vscode.waitForStatus(/work\.ipynb/);
  await vscode.screenshot('jupyter');
});

test('saves what Jupyter reads: streams, results with their count, pictures, and no prompt of ours', async () => {
  await vscode.command('File: Save');

  const saved = await waitUntil('a saved notebook', async () => {
    const text = await readFile(join(vscode.folder, 'work.ipynb'), 'utf8');
    return text.includes('image/png') ? (JSON.parse(text) as Saved) : undefined;
  });

  const [first, bash, asked, plotted] = saved.cells;
  assert.deepEqual(
    first?.outputs.map(({ output_type }) => output_type),
    ['stream', 'execute_result'],
  );
  assert.equal(first?.execution_count, 1);
  assert.deepEqual(first?.outputs[1]?.data, { 'text/plain': ['42'] });
  assert.deepEqual(bash?.outputs[0]?.text, ['from bash\n']);
  assert.deepEqual(asked?.outputs[0]?.text, ['Who? Ada\n']);
  assert.ok('image/png' in (plotted?.outputs[0]?.data ?? {}));
  assert.doesNotMatch(JSON.stringify(saved), /vnd\.hindsight/);
});

test('undoes the last run by key, marks its cell, and brings it back', async () => {
  await notebook.typeInto(0, '');
  await vscode.press('Escape');

  await vscode.press('Control+Alt+Z');
  // Where matplotlib was imported for the first time, it has written a cache: a file that is not undone, which is said.
  const undone = vscode.page.getByText('undone — Redo').first();
  const agree = vscode.page.locator('.monaco-dialog-box .monaco-button', { hasText: /^Undo$/ });
  await undone.or(agree).first().waitFor();
  if (await agree.isVisible()) await agree.click();
  await vscode.page.getByText('undone — Redo').first().waitFor();
  await vscode.screenshot('jupyter-undone');
  await vscode.press('Control+Alt+Y');

  await vscode.page.getByText('undone — Redo').first().waitFor({ state: 'hidden' });
});

test('rewinds to before a cell by its button', async () => {
  await notebook.typeInto(0, '');
  await vscode.page
    .getByRole('button', { name: 'Rewind to Before This' })
    .filter({ visible: true })
    .first()
    .click();

  // The second cell has started a process, which a rewind does not undo: it is said before.
  const dialog = vscode.page.locator('.monaco-dialog-box');
  await dialog.getByText('bash').first().waitFor();
  await vscode.screenshot('jupyter-dialog');
  await dialog.locator('.monaco-button', { hasText: /^Rewind$/ }).click();

  await vscode.page.getByText('undone — Redo').first().waitFor();
  assert.ok((await vscode.page.getByText('undone — Redo').count()) > 1);
});

test('stops at the first cell that fails', async () => {
  // In a window of its own: of two notebooks in one place, VS Code keeps the cells of the one behind.
  await vscode.close();
  vscode = await VSCode.open({ files: { 'failing.ipynb': written(['1/0', 'print("never")']) } });
  notebook = new Notebook(vscode);
  await vscode.openFile('failing.ipynb');
  await notebook.waitForCell('1/0');
  await waitForKernel();

  await vscode.command('Notebook: Run All');

  const outputs = await notebook.waitForOutput('ZeroDivisionError');
  await vscode.waitForStatus(/failing\.ipynb/);
  assert.doesNotMatch(outputs, /never/);
});

interface Saved {
  readonly cells: readonly {
    readonly execution_count: number | null;
    readonly outputs: readonly {
      readonly output_type: string;
      readonly text?: readonly string[];
      readonly data?: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/** It is the only kernel of this VS Code, which then needs no choice. */
async function waitForKernel(): Promise<void> {
  const kernel = vscode.page.locator('.notebook-toolbar-container', { hasText: 'Hindsight (Python' });
  await kernel.filter({ visible: true }).waitFor();
}

/** The text of an .ipynb with these code cells. */
function written(sources: readonly string[]): string {
  return JSON.stringify({
    cells: sources.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source: source.split(/(?<=\n)/),
    })),
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
