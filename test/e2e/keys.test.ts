/** The keys: ours only in files that a session serves, Shift+Enter only where it was asked for, none with one setting. */
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

// The first line counts how often it runs, so that one run too many is seen in the next.
const code = `runs = globals().get("runs", 0) + 1; print("run", runs)
next_line = 2

def twice(x):
    y = x * 2
    return y
`;

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'keys.py': code } });
  panel = new Notebook(vscode);
  await vscode.openFile('keys.py');
});
after(() => vscode.close());

test('in a file that no session serves, keys do what they do in VS Code', async () => {
  await keysAreThoseOfVSCode();

  await runFirstLineByCommand();
  await panel.waitForOutput(/^run 1$/m);
});

test('Ctrl+Enter runs the statement and stays', async () => {
  await vscode.goToLine(1);

  await vscode.press('Control+Enter');

  await panel.waitForOutput(/^run 2$/m);
  await vscode.waitForStatus('Ln 1, Col 1');
});

test('Alt+Enter runs the enclosing top-level statement', async () => {
  await vscode.goToLine(5);

  await vscode.press('Alt+Enter');

  await panel.waitForCell('def twice(x):');
  await vscode.waitForStatus('Ln 5, Col 5');
});

test('Shift+Enter belongs to others', async () => {
  await vscode.goToLine(2);

  await vscode.press('Shift+Enter');

  await linesAre(8);
  await vscode.press('Control+Z');
  await linesAre(7);
});

test('Shift+Enter runs and advances, where the setting says so', async () => {
  await apply({ 'hindsight.keys.shiftEnter': true, 'editor.fontSize': 17 }, '17px');
  await vscode.goToLine(1);

  await vscode.press('Shift+Enter');

  await panel.waitForOutput(/^run 3$/m);
  await vscode.waitForStatus('Ln 2, Col 1');
});

test('no key is taken when the setting says so', async () => {
  await apply(
    { 'hindsight.keys.enabled': false, 'hindsight.keys.shiftEnter': true, 'editor.fontSize': 18 },
    '18px',
  );

  await keysAreThoseOfVSCode();

  await runFirstLineByCommand();
  await panel.waitForOutput(/^run 4$/m);
});

/** VS Code's own Ctrl+Enter and Shift+Enter make a line; Alt+Enter does nothing in an editor. */
async function keysAreThoseOfVSCode(): Promise<void> {
  await vscode.goToLine(1);
  await vscode.press('Alt+Enter');
  await vscode.press('Control+Enter');
  await linesAre(8);
  await vscode.press('Control+Z');
  await linesAre(7);
  await vscode.goToLine(1);
  await vscode.press('Shift+Enter');
  await linesAre(8);
  await vscode.press('Control+Z');
  await linesAre(7);
}

async function runFirstLineByCommand(): Promise<void> {
  await vscode.goToLine(1);
  await vscode.command('Hindsight: Run Line');
}

/** Waits until the editor has so many lines, the empty one at its end included. */
async function linesAre(expected: number): Promise<void> {
  const lines = vscode.editor('keys.py').locator('.view-line');
  await waitUntil(`${expected} lines`, async () => (await lines.count()) === expected);
}

/** Writes settings and waits until they count: the font's size is what can be seen of them. */
async function apply(settings: Readonly<Record<string, unknown>>, fontSize: string): Promise<void> {
  await vscode.writeSettings(settings);
  const line = vscode.editor('keys.py').locator('.view-line').first();
  await waitUntil(`letters of ${fontSize}`, async () => {
    const size = await line.evaluate(
      (element) => Reflect.get(globalThis, 'getComputedStyle')(element).fontSize,
    );
    return size === fontSize;
  });
}
