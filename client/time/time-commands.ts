/** The commands of time travel, as a part of the table of commands. Titles, keys and menus are in package.json. */
import * as vscode from 'vscode';
import { findCellMarkers } from '../code-lens/find-cells.ts';
import type { Session } from '../sessions/session.ts';
import { activeSession } from '../sessions/session-commands.ts';
import {
  createCheckpoint,
  deleteCheckpoint,
  exportCheckpoint,
  importCheckpoint,
  restoreCheckpoint,
} from './checkpoints.ts';
import { compareWith } from './compare.ts';
import { explainError } from './explain-error.ts';
import { fork, forkAfter } from './fork.ts';
import type { TimeParts } from './parts.ts';
import { pickState, treeOf } from './pick-state.ts';
import { runOfCell } from './run-of-cell.ts';
import type { Transactions } from './transactions.ts';
import { redo, redoRun, restoreLast, rewindBefore, undo } from './undo.ts';

type Command = (...args: never[]) => unknown;

export function timeCommands(
  parts: TimeParts,
  transactions: Transactions,
): Readonly<Record<string, Command>> {
  const { sessions, rewinder } = parts;
  return {
    'hindsight.undo': () => undo(activeSession(parts), rewinder),
    'hindsight.redo': () => redo(activeSession(parts), rewinder),
    'hindsight.rewindTo': () => rewindTo(parts),
    'hindsight.createCheckpoint': () => createCheckpoint(parts),
    'hindsight.restoreCheckpoint': () => restoreCheckpoint(parts),
    'hindsight.exportCheckpoint': () => exportCheckpoint(parts),
    'hindsight.importCheckpoint': () => importCheckpoint(parts),
    'hindsight.deleteCheckpoint': () => deleteCheckpoint(parts),
    'hindsight.fork': () => fork(parts, activeSession(parts)),
    'hindsight.compare': () => compareWith(parts, activeSession(parts)),
    'hindsight.runInTransaction': () => transactions.run(),
    'hindsight.keepTransaction': () => transactions.keep(activeSession(parts)),
    'hindsight.rollBackTransaction': () => transactions.rollBack(activeSession(parts)),
    'hindsight.endTransaction': () => transactions.decide(activeSession(parts)),
    'hindsight.restoreLast': (name?: unknown) =>
      restoreLast(typeof name === 'string' ? sessions.get(name) : activeSession(parts), rewinder),
    // From the toolbar of a cell, which is handed over; from the palette, the cell that is selected.
    'hindsight.rewindBefore': (cell?: vscode.NotebookCell) =>
      onRun(parts, cell, (session, key) => rewindBefore(session, key, rewinder)),
    'hindsight.forkFromCell': (cell?: vscode.NotebookCell) =>
      onRun(parts, cell, (session, key) => forkAfter(parts, session, key)),
    'hindsight.undoRun': (name: string, key: string) => rewindBefore(sessions.get(name), key, rewinder),
    'hindsight.redoRun': (name: string, key: string) => redoRun(sessions.get(name), key, rewinder),
    'hindsight.rewindBeforeAt': (uri: vscode.Uri, line: number) => rewindBeforeAt(parts, uri, line),
  };
}

/** Lets a person choose a state of the session, and goes there. */
async function rewindTo(parts: TimeParts): Promise<void> {
  const session = activeSession(parts);
  try {
    const tree = await parts.states.read();
    const own = treeOf(session.id, tree);
    const present = session.path.present;
    const node = await pickState(tree, {
      title: vscode.l10n.t('Rewind to…'),
      placeHolder: vscode.l10n.t('Which state to go to? The list shows the run that led there.'),
      filter: ({ id, tier }) => own.has(id) && id !== present && tier !== 'none',
      none: vscode.l10n.t('There is no state to go back to yet.'),
    });
    if (node === undefined) return;
    await parts.rewinder.go(session, { state: node.id, action: vscode.l10n.t('Rewind'), look: true });
  } catch (error) {
    await explainError(vscode.l10n.t('The states could not be listed'), error, parts.log);
  }
}

async function onRun(
  { runs }: TimeParts,
  cell: vscode.NotebookCell | undefined,
  act: (session: Session, executionId: string) => Promise<void>,
): Promise<void> {
  const selected = cell ?? selectedCell();
  const run = selected === undefined ? undefined : runs.of(selected);
  if (run !== undefined) await act(run.session, run.key);
}

/** The cell that is selected in the notebook in front. */
export function selectedCell(): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor;
  const index = editor?.selection.start;
  return editor === undefined || index === undefined || index >= editor.notebook.cellCount
    ? undefined
    : editor.notebook.cellAt(index);
}

async function rewindBeforeAt(
  { sessions, rewinder }: TimeParts,
  uri: vscode.Uri,
  line: number,
): Promise<void> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (document === undefined) return;
  const session = sessions.forFile(uri);
  const run = runOfCell(session.model.cells, uri.fsPath, findCellMarkers(document.getText()), line);
  if (run !== undefined) await rewindBefore(session, run.key, rewinder);
}
