/** The debugger that goes both ways, as a person uses it: by F5, the toolbar, the menus of variables, and the Time view. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Debugger } from './harness/debugger.ts';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const prices = `def parse(text):
    return float(text)


def total(rows):
    result = 0
    for row in rows:
        result = result + parse(row)
    return result


rows = ["1.5", "2.5", "4"]
first = total(rows)
rows.append("many")
try:
    second = total(rows)
except ValueError:
    second = None
print("totals:", first, second)
`;

let vscode: VSCode;
let debug: Debugger;
before(async () => {
  vscode = await VSCode.open({ files: { 'prices.py': prices } });
  debug = new Debugger(vscode);
});
after(() => vscode.close());

test('F5 debugs the file in front with no launch.json, and stops at a breakpoint', async () => {
  await vscode.openFile('prices.py');
  await debug.toggleBreakpoint(19);
  await vscode.press('F5');

  await debug.waitForLine(19);
  await debug.waitForVariable('first', '8.0');
  await debug.waitForPosition(/step \d+ of \d+, in <module>, line 19 now/);
});

test('Step Back of the toolbar goes back over an exception and the call that raised it', async () => {
  for (const line of [18, 17, 16]) {
    await debug.press('Step Back');
    await debug.waitForLine(line);
  }

  await vscode.waitForStatus(/◀ step \d+ of \d+/);
  await debug.waitForPosition(/line 16$/);
  await debug.waitForLineBefore(15);
});

test('the Time view shows the run, and a click goes there', async () => {
  const frame = await debug.timeView();
  await frame.locator('.silhouette[d^="M"]').waitFor({ state: 'attached' });
  await frame.locator('.mark.exception').first().waitFor({ state: 'attached' });

  await frame.locator('.strip').click({ position: { x: 3, y: 40 } });
  await debug.waitForPosition(/step \d of \d+/);
  await frame.locator('.strip').press('End');
  await debug.waitForLine(19);
});

test('When Did This Change? goes back to the line that changed a variable', async () => {
  await debug.choose('first', 'When Did This Change?');

  await debug.waitForLine(14);
  await vscode.waitForStatus(/◀ step/);
});

test('Show History lists the values that a variable has had, and a row goes there', async () => {
  await debug.press('Continue');
  await debug.waitForLine(19);
  await debug.choose('first', 'Show History');

  const page = await debug.history();
  await page.locator('tbody tr').filter({ hasText: '8.0' }).first().waitFor();
  await page.locator('tbody tr').filter({ hasText: '8.0' }).first().click();
  await vscode.waitForStatus(/◀ step/);
});

test('a value that is changed in the past makes a branch, which runs on with it', async () => {
  await vscode.openFile('prices.py');
  await debug.choose('first', 'When Did This Change?');
  await debug.waitForLine(14);
  await debug.setVariable('first', '100.0');
  await debug.waitForVariable('first', '100.0');
  await debug.press('Continue');

  await debug.waitForLine(19);
  await debug.waitForVariable('first', '100.0');
});

test('Open REPL Here makes a session with the variables of that moment', async () => {
  await debug.press('Step Back');
  await debug.waitForLine(18);
  await vscode.command('Hindsight: Open REPL Here');

  const panel = new Notebook(vscode);
  await panel.typeIntoPrompt('first * 2, len(rows)');
  await vscode.press('Shift+Enter');
  assert.match(await panel.waitForOutput('200.0'), /\(200\.0, 4\)/);
});
