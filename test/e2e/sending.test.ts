/** Sending code to a session: what a person does in the editor, and what the panel beside it shows. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { plainSpaces, VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const model = `import time

def area(width, height):
    return width * height

for number in range(3):
    print('step', number)

area(6, 7)

slow = 0
while slow < 2:
    print('tick', slow, flush=True)
    slow += 0 if slow else 1
    time.sleep(0.1)
`;

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'model.py': model } });
  panel = new Notebook(vscode);
  await vscode.openFile('model.py');
});
after(() => vscode.close());

test('runs a selection in the panel beside, and the focus stays in the editor', async () => {
  await vscode.selectLines(1, 7);

  await vscode.command('Hindsight: Run Selection');

  await panel.waitForOutput('step 0\nstep 1\nstep 2');
  await vscode.page.locator('.monaco-editor.focused[data-uri$="/model.py"]').waitFor();
  await vscode.waitForStatus(/Python 3\.\d+ · main/);
  await vscode.screenshot('sending');
});

test('shows the result at the end of the line, and removes it with Escape', async () => {
  await vscode.goToLine(9);

  await vscode.press('Alt+Enter');

  await waitUntil('the result at the end of the line', async () => (await inlineResults()).includes('⇒ 42'));
  await vscode.press('Escape');
  await waitUntil('no result any more', async () => (await inlineResults()).length === 0);
});

test('shows output while the loop that prints it still runs, and interrupts the loop', async () => {
  await vscode.goToLine(11);
  await vscode.press('Control+Enter');
  await vscode.goToLine(12);
  await vscode.press('Control+Enter');

  await panel.waitForOutput('tick 0');
  await panel.waitForOutput('tick 1\ntick 1');
  await vscode.screenshot('streaming');
  await vscode.command('Hindsight: Interrupt');

  const outputs = await panel.waitForOutput('KeyboardInterrupt');
  assert.match(outputs, /tick 0/);
  await vscode.screenshot('interrupted');
});

/** What stands behind the ends of lines: VS Code draws it as the content of pseudo-elements. */
async function inlineResults(): Promise<readonly string[]> {
  const contents = await vscode
    .editor('model.py')
    .locator('.view-line span')
    .evaluateAll((spans) =>
      // This function runs in the page, whose types are not those of the tests.
      spans.map((span) => Reflect.get(globalThis, 'getComputedStyle')(span, '::after').content as string),
    );
  return contents
    .filter((content) => /^"[⇒✗]/.test(content))
    .map((content) => plainSpaces(content.slice(1, -1)));
}
