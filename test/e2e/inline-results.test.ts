/** Results at the end of the line: the whole value on hover, struck through after an edit, gone with Escape. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inlineResultOf, inlineResults } from './harness/inline-results.ts';
import { plainSpaces, VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const values = 'list(range(60))\n\n1 / 0\n';

let vscode: VSCode;
before(async () => {
  vscode = await VSCode.open({ files: { 'values.py': values } });
  await vscode.openFile('values.py');
});
after(() => vscode.close());

test('shows the first 80 characters of a value, and an error', async () => {
  await vscode.command('Hindsight: Run Line');
  await waitUntil('the value', async () => (await texts()).length === 1);
  await vscode.goToLine(3);
  await vscode.press('Control+Enter');
  await waitUntil('the error', async () => (await texts()).length === 2);

  const [value, error] = await texts();
  assert.match(value ?? '', /^⇒ \[0, 1, 2.*…$/);
  assert.equal(value?.length, 80);
  assert.equal(error, '✗ ZeroDivisionError: division by zero');
});

test('shows the whole value on hover, with what can be done with it', async () => {
  await inlineResultOf(vscode, 'values.py', 'list(range').hover();

  const hover = vscode.page
    .locator('.monaco-hover:not(.hidden) .hover-contents')
    .filter({ hasText: '59]' })
    .first();
  await hover.waitFor();
  const text = plainSpaces(await hover.innerText());
  assert.match(text, /\[0,\s+1,\s+2,[\s\S]*58,\s+59\]/);
  await vscode.screenshot('inline-hover');
  await vscode.page.locator('.monaco-hover:not(.hidden) a').filter({ hasText: 'Open in Panel' }).click();
  await vscode.page.locator('.notebookOverlay .code-cell-row.focused').waitFor();
});

test('strikes through the result of a line that was edited, and moves it along with its line', async () => {
  await vscode.openFile('values.py');
  await vscode.goToLine(3);
  await vscode.press('End');
  await vscode.type('0');

  await waitUntil('one stale result', async () => {
    const [value, error] = await inlineResults(vscode, 'values.py');
    return value?.isStale === false && error?.isStale === true;
  });
  await vscode.goToLine(2);
  await vscode.type('\n\n');
  await inlineResultOf(vscode, 'values.py', '1 / 00').waitFor();
  // VS Code takes what stands behind lines away for a moment when it draws them anew.
  await waitUntil('both results', async () => (await texts()).length === 2);
  await vscode.screenshot('inline-stale');
});

test('Escape closes what is open first, then removes the results', async () => {
  await vscode.press('Control+F');
  const find = vscode.page.locator('.find-widget.visible');
  await find.waitFor();

  await vscode.press('Escape');
  await find.waitFor({ state: 'hidden' });
  assert.equal((await texts()).length, 2);
  await vscode.press('Escape');

  await waitUntil('no result any more', async () => (await texts()).length === 0);
});

async function texts(): Promise<readonly string[]> {
  return (await inlineResults(vscode, 'values.py')).map(({ text }) => text);
}
