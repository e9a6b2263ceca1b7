/** Light and high-contrast themes: what Hindsight draws itself can be read there. The pictures are for a person's eyes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inlineResults } from './harness/inline-results.ts';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const file = '# %%\n6 * 7\n\n# %%\n1 / 0\n\n# %%\nname = input("What is your name? ")\n';

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'themes.py': file } });
  panel = new Notebook(vscode);
  await vscode.openFile('themes.py');
  await vscode.command('Hindsight: Run Cell');
  await waitUntil('a result', async () => (await inlineResults(vscode, 'themes.py')).length === 1);
  await vscode.goToLine(5);
  await vscode.press('Control+Enter');
  await waitUntil('an error', async () => (await inlineResults(vscode, 'themes.py')).length === 2);
  await vscode.goToLine(8);
  await vscode.press('Control+Enter');
  await panel.waitForInOutput('input');
});
after(() => vscode.close());

for (const [theme, className] of [
  ['Default Light Modern', 'vs'],
  ['Default High Contrast', 'hc-black'],
  ['Default High Contrast Light', 'hc-light'],
] as const)
  test(`the prompt stands out from its ground: ${theme}`, async () => {
    await vscode.writeSettings({ 'workbench.colorTheme': theme });
    await vscode.page.locator(`.monaco-workbench.${className}`).waitFor();
    await vscode.page.locator(`.monaco-editor.${className}`).first().waitFor();

    const field = await panel.waitForInOutput('input');
    const button = await panel.waitForInOutput('button:has-text("Interrupt")');
    await vscode.screenshot(`theme-${className}`);

    for (const control of [field, button])
      assert.ok(
        await control.evaluate(isOutlinedOrFilled),
        `${await control.innerText()} has no edge and no ground`,
      );
  });

/** Runs in the page, whose types are not those of the tests. */
function isOutlinedOrFilled(element: object): boolean {
  const style = Reflect.get(globalThis, 'getComputedStyle')(element);
  const isDrawn = (colour: string): boolean => !/rgba\(.*, 0\)|transparent/.test(colour);
  return (style.borderTopWidth !== '0px' && isDrawn(style.borderTopColor)) || isDrawn(style.backgroundColor);
}
