/**
 * The picture at the top of README.md: a session as a person has it after two minutes. Taken anew in each run as
 * test/results/readme.png, and copied to docs/images/panel.png when it should change.
 */
import { after, before, test } from 'node:test';
import { Notebook } from './harness/notebook.ts';
import { VSCode } from './harness/vscode.ts';

const orbits = `# %% Load
import matplotlib.pyplot as plt
import pandas as pd

planets = pd.DataFrame({
    "name": ["Mercury", "Venus", "Earth", "Mars"],
    "distance": [0.387, 0.723, 1.0, 1.524],
    "year": [0.241, 0.615, 1.0, 1.881],
})
planets

# %% Ask
who = input("Who is looking? ")
print(f"Welcome, {who}.")

# %% Compare
planets.year.mean()

# %% Draw
plt.figure(figsize=(6, 2.4))
plt.loglog(planets.distance, planets.year, "o-")
plt.title("Kepler's third law")
plt.show()
`;

let vscode: VSCode;
let panel: Notebook;
before(async () => {
  vscode = await VSCode.open({ files: { 'orbits.py': orbits } });
  panel = new Notebook(vscode);
});
after(() => vscode.close());

test('runs a file cell by cell, with the lens above each cell and by the keyboard', async () => {
  await vscode.openFile('orbits.py');
  await vscode.press('Control+B');

  await vscode.clickLens('Run Cell');
  await panel.waitForInOutput('table');
  await vscode.goToLine(12);
  await vscode.press('Shift+Enter');
  await panel.answerInput('Who is looking?', 'Ada');
  await panel.waitForOutput('Welcome, Ada.');
  await vscode.editor('orbits.py').locator('.view-line').filter({ hasText: 'Compare' }).click();
  await vscode.press('Shift+Enter');
  await panel.waitForOutput('0.93425');
  await vscode.press('Shift+Enter');
  await panel.waitForInOutput('img');

  await vscode.hover('orbits.py', 'planets', 'DataFrame');
  await vscode.screenshot('readme');
});
