/**
 * The pictures of the debugger for README.md, in a dark and a light theme: in the past of a run, with the strip of time and the
 * history of a value. Taken anew in each run as test/results/debugger.png and debugger-light.png, and copied to docs/images/ when they should change.
 */
import { after, before, test } from 'node:test';
import { Debugger } from './harness/debugger.ts';
import { VSCode } from './harness/vscode.ts';

const harvest = `import math

PRICES = {"apple": 1.2, "pear": 1.5, "plum": 3.1}


def weigh(day):
    if day % 9 == 7:
        raise ValueError("rain")
    return [round(2 + math.sin(day + kind), 2) for kind in range(3)]


def sell(weights):
    income = 0.0
    for fruit, weight in zip(PRICES, weights):
        income += PRICES[fruit] * weight
    return round(income, 2)


def season(days):
    balance = 10.0
    for day in range(days):
        try:
            income = sell(weigh(day))
        except ValueError:
            income = 0.0
        balance = round(balance + income - 12.5, 2)
        print(f"day {day}: {balance}")
    return balance


total = season(24)
print("at the end:", total)
`;

let vscode: VSCode;
let debug: Debugger;
before(async () => {
  vscode = await VSCode.open({ files: { 'harvest.py': harvest } });
  debug = new Debugger(vscode);
});
after(() => vscode.close());

test('the debugger in the past of a run, in a dark and a light theme', async () => {
  await vscode.openFile('harvest.py');
  await debug.toggleBreakpoint(28);
  await vscode.press('F5');
  await debug.waitForLine(28);
  await debug.waitForVariable('balance', /\d/);
  await debug.waitForPosition(/step \d+ of \d+, in season, line 28/);
  await debug.choose('balance', 'Show History');
  await (await debug.history()).locator('tbody tr').nth(14).click();
  await debug.waitForLine(27);
  await vscode.waitForStatus(/◀ step \d+ of \d+/);
  await debug.waitForVariable('day', '13');

  await vscode.screenshot('debugger');
  await vscode.writeSettings({ 'workbench.colorTheme': 'Default Light Modern' });
  await vscode.page.locator('.monaco-workbench.vs').waitFor();
  await vscode.screenshot('debugger-light');
});
