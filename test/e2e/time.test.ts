/** Time in VS Code: undo, redo, rewind, fork, compare, by keys and mouse. Panel and state move together. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { results } from '../tools/paths.ts';
import { inlineResults } from './harness/inline-results.ts';
import { Notebook } from './harness/notebook.ts';
import { Questions } from './harness/questions.ts';
import { Timeline } from './harness/timeline.ts';
import { frameWith, Variables } from './harness/variables.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

const file = `# %%
stars = ["Sirius", "Vega"]
weight = 3

# %%
stars.append("Deneb")
weight = weight * 2
len(stars)

# %%
stars.clear()
len(stars)

# %%
print(stars, weight)

# %%
stars.append(input("which star? "))

# %%
import threading
watching = threading.Event()
threading.Thread(target=watching.wait, name="watcher").start()

# %%
open("stars.txt", "w").write(stars.pop())
`;

let vscode: VSCode;
let panel: Notebook;
let timeline: Timeline;
let questions: Questions;
before(async () => {
  vscode = await VSCode.open({ files: { 'stars.py': file } });
  panel = new Notebook(vscode);
  timeline = new Timeline(vscode);
  questions = new Questions(vscode);
  await vscode.openFile('stars.py');
});
after(() => vscode.close());

test('Undo Last Run by its key marks the cell, and the variables are back', async () => {
  // The key counts once a session serves the file.
  await vscode.command('Hindsight: Run Cell');
  await panel.waitForCell('weight = 3');
  await vscode.waitForStatus(/Python 3\.\d+ · main/);
  await vscode.openFile('stars.py');
  await runCellAt(6);
  await runCellAt(11);
  await waitUntil('two results', async () => (await inlineResults(vscode, 'stars.py')).length === 2);

  await vscode.press('Control+Alt+Z');

  await waitForUndone(1);
  await vscode.waitForStatus('Back before run 3');
  await vscode.screenshot('time-undone');
  await runCellAt(15);
  await panel.waitForOutput("['Sirius', 'Vega', 'Deneb'] 6");
  assert.deepEqual(
    (await inlineResults(vscode, 'stars.py')).map(({ isStale }) => isStale),
    [false, true],
  );
});

test('Redo by its key brings back what was undone last', async () => {
  const marks = (await frameWith(vscode, '.output_container')).getByText('undone — Redo');
  const pressed = performance.now();
  await vscode.press('Control+Alt+Z');
  await marks.nth(1).waitFor();
  const undoMs = Math.round(performance.now() - pressed);
  // For the bench; it depends on the machine, so nothing is asserted.
  await mkdir(results, { recursive: true });
  await writeFile(join(results, 'undo.json'), JSON.stringify({ undoMs }));
  await waitForUndone(2);

  await vscode.press('Control+Alt+Y');

  await waitForUndone(1);
});

test('the Timeline shows every state, the branch that was left, and where the session is', async () => {
  await timeline.open();

  await timeline.waitForRows(
    /present, run 4.*\n.*run 3.*on another branch.*\n(.*run 2.*)\n(.*run 1.*)\n.*the beginning/,
  );
  await vscode.screenshot('time-timeline');
});

test('a click on a state shows its code, its output, and what it changed', async () => {
  // Beside the buttons that appear under the mouse.
  await (await timeline.row('[2]')).click({ position: { x: 70, y: 10 } });

  const details = await timeline.details();
  await details.getByText('What this run changed').waitFor();
  const text = await details.innerText();
  assert.match(text, /After run 2/);
  assert.match(text, /stars\.append\("Deneb"\)/);
  assert.match(text, /weight[\s\S]*3 → 6/);
  await vscode.screenshot('time-details');
});

test('a rewind by the mouse goes there, and the panel says so', async () => {
  await timeline.press('[1]', 'Go to This State');

  await timeline.waitForRows(/run 4.*on another branch[\s\S]*present, run 1/);
  await panel.waitForLine('Back before run 2');
  await vscode.screenshot('time-rewound');
});

test('arrow keys walk through time, and a letter goes to a state', async () => {
  const list = await timeline.list();
  await list.focus();
  await list.press('Home');
  await list.press('r');

  await timeline.waitForRows(/^present, run 4/);
});

test('two states are compared variable by variable', async () => {
  await timeline.press('[1]', 'Compare with');

  const frame = await frameWith(vscode, 'details.changed');
  assert.match(await frame.locator('body').innerText(), /Changed\s*2[\s\S]*stars[\s\S]*weight/);
  await vscode.screenshot('time-compared');
  await vscode.command('View: Close Editor');
});

test('a fork goes on beside, with the same variables', async () => {
  await timeline.press('[1]', 'Fork from Here');

  await vscode.page.locator('.tab').filter({ hasText: 'branch 2' }).first().waitFor();
  await vscode.page.locator('.notebookOverlay .monaco-editor[data-uri*="branch"]').last().click();
  await vscode.type('print("forked", stars, weight)');
  await vscode.press('Shift+Enter');
  await panel.waitForOutput("forked ['Sirius', 'Vega'] 3");
  await vscode.screenshot('time-forked');
  // Its panel is in front of the one that the next test looks at.
  await vscode.command('View: Close Editor');
});

test('Undo while code runs asks whether to interrupt it', async () => {
  await vscode.openFile('stars.py');
  await runCellAt(18);
  await panel.waitForOutput('which star?');

  await vscode.press('Control+Alt+Z');
  await questions.dialog('The session runs something.').waitFor();
  await vscode.screenshot('time-busy');
  await questions.answer('The session runs something.', 'Interrupt and Undo');

  await panel.waitForLine('Back before run 5');
  await new Variables(vscode).waitForRows(/stars, list, 3 items/);
});

test('or to wait until it has ended', async () => {
  await runCellAt(18);
  await panel.waitForOutput('which star?');

  await vscode.press('Control+Alt+Z');
  await questions.answer('The session runs something.', 'Wait');
  await panel.answerInput('which star?', 'Altair');

  await panel.waitForLine('Back before run 6');
  await new Variables(vscode).waitForRows(/stars, list, 3 items/);
});

test('what does not come back is told before, and not again if a person does not want to hear it', async () => {
  const variables = new Variables(vscode);
  const warning = 'Not everything comes back exactly.';
  await vscode.openFile('stars.py');
  await runCellAt(21);
  await variables.waitForRows(/watching, Event/);
  await runCellAt(26);
  await variables.waitForRows(/stars, list, 2 items/);

  await vscode.press('Control+Alt+Z');
  await questions.dialog(warning).waitFor();
  await vscode.screenshot('time-warned');
  const told = await questions.answer(warning, 'Cancel');
  assert.match(told, /not come back as it was:\n• .*watcher.*\n[\s\S]*outside.*:\n• wrote .*stars\.txt/);
  await vscode.press('Control+Alt+Z');
  await questions.answer(warning, 'Undo, and Don’t Ask Again for This Session');
  await variables.waitForRows(/stars, list, 3 items/);
  await runCellAt(26);
  await variables.waitForRows(/stars, list, 2 items/);
  await vscode.press('Control+Alt+Z');

  await variables.waitForRows(/stars, list, 3 items/);
});

for (const [theme, className] of [
  ['Default Light Modern', 'vs'],
  ['Default High Contrast', 'hc-black'],
  ['Default High Contrast Light', 'hc-light'],
] as const)
  test(`the Timeline can be read: ${theme}`, async () => {
    await vscode.writeSettings({ 'workbench.colorTheme': theme });
    await vscode.page.locator(`.monaco-workbench.${className}`).waitFor();
    const row = await timeline.row('[2]');
    await row.click();

    await vscode.screenshot(`time-${className}`);

    const mark = row.locator('circle').first();
    assert.notEqual(await mark.evaluate(strokeOf), 'none');
  });

/** Runs the cell around a line, by its key. */
async function runCellAt(line: number): Promise<void> {
  await vscode.goToLine(line);
  await vscode.press('Control+Enter');
}

/** Waits until so many cells in view say that they are undone. */
async function waitForUndone(count: number): Promise<void> {
  await waitUntil(`${count} undone cells`, async () => {
    const outputs = await panel.outputTexts().catch(() => []);
    return outputs.filter((text) => text.includes('undone — Redo')).length === count;
  });
}

/** Runs in the page, whose types are not those of the tests. */
function strokeOf(element: object): string {
  return Reflect.get(globalThis, 'getComputedStyle')(element).stroke;
}
