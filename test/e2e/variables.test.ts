/** Variables and tables in VS Code: at the present and at an earlier state, idle and busy, by mouse and keys. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { tablePage, Variables } from './harness/variables.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const file = `# %%
import pandas as pd
stars = ["Sirius", "Vega"]
weights = {"Sirius": 2.06, "Vega": 2.1}

# %%
stars.append("Deneb")
frame = pd.DataFrame({"n": range(100_000), "half": [n / 2 for n in range(100_000)], "name": [f"star {n}" for n in range(100_000)]})

# %%
input("wait: ")
`;

let vscode: VSCode;
let variables: Variables;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'sky.py': file } });
  variables = new Variables(vscode);
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('without a session the view says how one comes', async () => {
  await vscode.openFile('sky.py');
  await variables.open();

  await variables.message().getByText('once a session runs').waitFor();
});

test('the variables are there after a run, and open to what they hold', async () => {
  await vscode.openFile('sky.py');
  await vscode.goToLine(3);
  await vscode.command('Hindsight: Run Cell');

  await variables.waitForRows(/^stars, list, 2 items, .*\nweights, dict, 2 items/m);
  await variables.toggle('stars');
  await variables.waitForRows(/\[0\], str, 'Sirius'.*\n\[1\], str, 'Vega'/);
});

test('what the last run added and changed is marked, and what was open stays open', async () => {
  await runCellAt(8);

  await variables.waitForRows(/frame, DataFrame, 100,000 × 3, n, half, name, added by the last run/);
  await variables.waitForRows(
    /stars, list, 3 items,.*, changed by the last run.*\n\[0\].*\n\[1\].*\n\[2\], str, 'Deneb'/,
  );
  await vscode.screenshot('variables');
});

test('a filter leaves what it names', async () => {
  await variables.press('Filter Variables');
  await vscode.quickInput().fill('dict');

  await variables.waitForRows(/^weights, [^\n]*$/);
  await vscode.press('Enter');
  await variables.press('Clear Filter');
  await variables.waitForRows(/stars/);
});

test('the variables of an earlier state are shown, and a button leads back to the present', async () => {
  await variables.press('Show Variables at');
  await vscode.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: '[1]' }).first().click();

  await variables.waitForRows(/^(?![\s\S]*frame)[\s\S]*stars, list, 2 items/);
  assert.match(await variables.title(), /after run 1/i);
  await vscode.screenshot('variables-at');
  await variables.press('Show Variables at the Present');
  await variables.waitForRows(/frame/);
});

test('while code runs, the variables are those from before it', async () => {
  await vscode.openFile('sky.py');
  await runCellAt(11);
  await panel.waitForOutput('wait:');

  await variables.press('Filter Variables');
  await vscode.quickInput().fill('stars');
  await variables.waitForRows(/^stars, list, 3 items/);
  await vscode.press('Escape');
  await vscode.command('Hindsight: Interrupt');
});

test('a frame opens as a table, of which the keys reach every cell', async () => {
  await variables.row('frame').locator('.label-name').click();

  const table = await tablePage(vscode);
  const grid = table.locator('.grid');
  await table.locator('.size', { hasText: '100,000 rows × 3 columns' }).waitFor();
  assert.equal(await grid.getAttribute('aria-rowcount'), '100001');
  await vscode.screenshot('table');
  await grid.focus();
  await grid.press('Control+End');
  await table.locator('.cell.current', { hasText: 'star 99999' }).waitFor();
  await grid.press('Home');
  await table.locator('.cell.current', { hasText: /^99999$/ }).waitFor();
  await grid.press('PageUp');
  await waitUntil(
    'a row further up',
    async () => Number(await table.locator('.cell.current').innerText()) < 99_990,
  );
});

test('it is sorted by a click on a header and filtered by a text', async () => {
  const table = await tablePage(vscode);
  const first = table.locator('.row[aria-rowindex="2"] .cell').first();
  const header = table.locator('.head', { hasText: 'half' });
  await header.click();
  // It is drawn with the next frame.
  await table.locator('.head[aria-sort="ascending"]', { hasText: 'half' }).waitFor();
  await header.click();

  await first.getByText('99999', { exact: true }).waitFor();
  await table.locator('input').fill('star 777');
  await table.locator('.size', { hasText: '111 rows pass' }).waitFor();
  await first.getByText('77799', { exact: true }).waitFor();
  await vscode.screenshot('table-filtered');
  await table.locator('input').fill('no such thing');
  await table.getByText('No rows').waitFor();
  await table.locator('input').fill('');
  await first.getByText('99999', { exact: true }).waitFor();
});

test('a table of the present follows what runs', async () => {
  const table = await tablePage(vscode);
  await table.locator('.head', { hasText: 'half' }).click();
  await vscode.openFile('sky.py');
  await panel.typeIntoPrompt('frame.loc[0, "half"] = 0.125');
  await vscode.press('Shift+Enter');

  await table.locator('.row[aria-rowindex="2"] .cell', { hasText: '0.125' }).waitFor({ state: 'attached' });
});

for (const [theme, className] of [
  ['Default Light Modern', 'vs'],
  ['Default High Contrast', 'hc-black'],
] as const)
  test(`view and table can be read: ${theme}`, async () => {
    await vscode.writeSettings({ 'workbench.colorTheme': theme });
    await vscode.page.locator(`.monaco-workbench.${className}`).waitFor();
    await vscode.page.locator('.tab', { hasText: 'frame' }).first().click();
    await tablePage(vscode);

    await vscode.screenshot(`variables-${className}`);
  });

/** Runs the cell around a line, by its key. */
async function runCellAt(line: number): Promise<void> {
  await vscode.goToLine(line);
  await vscode.press('Control+Enter');
}
