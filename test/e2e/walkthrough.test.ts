/** The walkthrough: five steps with a picture each, whose buttons do the thing in an example file. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { Debugger } from './harness/debugger.ts';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';
import { waitUntil } from './harness/wait.ts';

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: {} });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('has five steps, and each has a picture', async () => {
  await openWalkthrough();

  assert.deepEqual(await steps().locator('.step-title').allInnerTexts(), [
    'Run a selection',
    'Answer an input',
    'Undo a run',
    'Go back into an error',
    'Make a checkpoint',
  ]);
  for (const title of ['Answer an input', 'Run a selection']) {
    await step(title).click();
    const expected = title === 'Run a selection' ? /import time/ : /name/;
    await waitUntil(`the picture of '${title}'`, async () => expected.test(await pictureText()));
  }
  await vscode.screenshot('walkthrough');
});

test('runs the loop of the first step in an example file', async () => {
  await button('Run a Loop').click();

  await panel.waitForOutput('step 4');
  await vscode.screenshot('walkthrough-run');
});

test('asks for an input', async () => {
  await openWalkthrough();
  await step('Answer an input').click();
  await button('Ask Me Something').click();

  await panel.answerInput('What is your name?', 'Ada');

  await panel.waitForOutput('Hello, Ada');
});

test('undoes a run, and what it emptied is there again', async () => {
  await openWalkthrough();
  await step('Undo a run').click();
  await button('Undo a Run').click();

  await panel.waitForOutput("['Sirius', 'Vega']");
  await panel.waitForOutput('undone — Redo');
  await vscode.screenshot('walkthrough-undo');
});

test('goes back into an error, in the debugger, and asks for no name of the example file', async () => {
  const debug = new Debugger(vscode);
  await openWalkthrough();
  await step('Go back into an error').click();
  await button('Go Back into an Error').click();

  await debug.waitForFrame('<module>', '<cell');
  await debug.waitForVariable('star', "'Sun'");
  assert.equal(await vscode.page.locator('.tab').filter({ hasText: 'A short tour' }).count(), 1);
  await vscode.screenshot('walkthrough-error');
  await debug.press('Stop');
  await debug.button('Stop').waitFor({ state: 'hidden' });
});

test('makes a checkpoint of a name', async () => {
  await openWalkthrough();
  await step('Make a checkpoint').click();
  await button('Make a Checkpoint').click();
  await vscode.quickInput().fill('stars are there');
  await vscode.press('Enter');

  await vscode.waitForStatus('Checkpoint "stars are there" is on disk');
});

async function openWalkthrough(): Promise<void> {
  await vscode.command('Welcome: Open Walkthrough...');
  await vscode.quickInput().fill('Get Started with Hindsight');
  await vscode.page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ hasText: 'Get Started with Hindsight' })
    .first()
    .waitFor();
  await vscode.press('Enter');
  await steps().first().waitFor();
}

function steps(): Locator {
  return vscode.page.locator('.getting-started-step');
}

function step(title: string): Locator {
  return steps().filter({ has: vscode.page.getByText(title, { exact: true }) });
}

function button(label: string): Locator {
  return vscode.page.locator('.getting-started-step.expanded').getByRole('button', { name: label });
}

/** The text in the picture of the step that is open; VS Code draws it in a frame. */
function pictureText(): Promise<string> {
  return waitUntil('the picture of the step', async () => {
    for (const frame of vscode.page.frames()) {
      const pictures = await frame
        .locator('svg:has(title)')
        .all()
        .catch(() => []);
      for (const picture of pictures) if (await picture.isVisible()) return await picture.innerHTML();
    }
    return undefined;
  });
}
