/**
 * The example file behind the walkthrough's buttons, each of which runs a cell of it. It is untitled, so that nothing
 * is written anywhere, and the same one for all buttons, so that what the person changed in it stays.
 */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';

const headline = '# A short tour of Hindsight.';

const text = `${headline} Put the cursor on a statement and press the button with the clock,
# top right; or press "Run Cell" above a cell.

# %% Run a selection: output streams in while the loop still runs
import time

for number in range(5):
    print('step', number)
    time.sleep(0.5)

# %% Answer an input: a field appears in the panel
name = input('What is your name? ')
print('Hello,', name)

# %% Make something to lose
stars = ['Sirius', 'Vega']

# %% Undo a run: this empties the list; undone, its stars are back
stars.clear()

# %% Look: the stars are there again
stars

# %% Go back into an error: which star is it, and why?
years = {'Sirius': 8.6, 'Vega': 25, 'Sun': 0}
for star, light in years.items():
    print(star, 100 / light)
`;

/** What the cells of the example start with, by what they show. */
const cells = {
  run: '# %% Run a selection',
  input: '# %% Answer an input',
  make: '# %% Make something',
  undo: '# %% Undo a run',
  look: '# %% Look',
  error: '# %% Go back into an error',
} as const;

type TourCell = keyof typeof cells;

/** Shows the example. */
export async function openTour(): Promise<vscode.TextEditor> {
  const open = vscode.workspace.textDocuments.find(
    (candidate) => candidate.isUntitled && candidate.getText().startsWith(headline),
  );
  const document = open ?? (await vscode.workspace.openTextDocument({ language: 'python', content: text }));
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some((tab) => isTabOf(tab, document)));
  return await vscode.window.showTextDocument(document, {
    viewColumn: group?.viewColumn ?? vscode.ViewColumn.Active,
    preview: false,
  });
}

/** What the buttons of the walkthrough do. */
export type TourStep = 'run' | 'input' | 'undo' | 'error' | 'checkpoint';

/** Runs what shows something in the example. */
export async function runTour(step: TourStep, sessions: Sessions): Promise<void> {
  const editor = await openTour();
  const session = sessions.forFile(editor.document.uri);
  switch (step) {
    case 'undo':
      return await undoRun(editor, session);
    case 'error':
      return await goBackIntoError(editor, session);
    case 'checkpoint':
      if (session.path.present === undefined) await runCell(editor, 'make', session);
      await vscode.commands.executeCommand('hindsight.createCheckpoint');
      return;
    default:
      await runCell(editor, step);
  }
}

async function goBackIntoError(editor: vscode.TextEditor, session: Session): Promise<void> {
  await runCell(editor, 'error', session);
  const failed = session.model.cells.at(-1);
  if (failed !== undefined)
    await vscode.commands.executeCommand('hindsight.goBackInto', session.name, failed.key);
}

async function undoRun(editor: vscode.TextEditor, session: Session): Promise<void> {
  await runCell(editor, 'make', session);
  await runCell(editor, 'undo', session);
  await vscode.commands.executeCommand('hindsight.undo');
  await runCell(editor, 'look', session);
}

/** With a session, waits until nothing runs in it any more. */
async function runCell(editor: vscode.TextEditor, cell: TourCell, session?: Session): Promise<void> {
  const { document } = editor;
  const offset = document.getText().indexOf(cells[cell]);
  // A person may have taken the cell out of their copy; the file is what is left to show.
  if (offset === -1) return;
  const start = document.positionAt(offset);
  editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.AtTop);
  await vscode.commands.executeCommand('hindsight.runCellAt', document.uri, start.line);
  if (session !== undefined) await ended(session);
}

/** Resolves once nothing runs or waits in the session. */
function ended(session: Session): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (session.model.unfinished.length > 0) return;
      listening.dispose();
      resolve();
    };
    const listening = session.onDidChangeCells(look);
    look();
  });
}

function isTabOf({ input }: vscode.Tab, { uri }: vscode.TextDocument): boolean {
  return input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
}
