/** What stands below a cell: the place it came from, as a link; what it waits for, and how to cancel that. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { jupyterType } from '../notebooks/notebooks.ts';
import type { ShownRuns } from '../notebooks/shown-runs.ts';
import type { Session } from '../sessions/session.ts';
import type { PanelCell, WaitingNote } from './cells.ts';
import { metadataOf } from './outputs.ts';

export class CellStatusProvider implements vscode.NotebookCellStatusBarItemProvider {
  readonly #runs: ShownRuns;
  readonly #didChange = new vscode.EventEmitter<void>();
  readonly onDidChangeCellStatusBarItems = this.#didChange.event;

  constructor(runs: ShownRuns) {
    this.#runs = runs;
  }

  refresh(): void {
    this.#didChange.fire();
  }

  provideCellStatusBarItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    const run = this.#runs.of(cell);
    const model = run?.session.model.get(run.key);
    const own =
      run === undefined || model === undefined
        ? []
        : statusItems(model, run.session, cell.notebook.notebookType === jupyterType);
    return [originItem(cell), ...own].filter((item) => item !== undefined);
  }
}

// What a panel says in the output of a cell stands below it in a Jupyter notebook, whose errors VS Code draws itself.
function statusItems(
  cell: PanelCell,
  session: Session,
  isNotebook: boolean,
): vscode.NotebookCellStatusBarItem[] {
  const waiting = waitingNote(cell);
  if (waiting !== undefined) return [waitingItem(waiting), cancelItem(cell)];
  if (cell.undone !== undefined) return [undoneItem(cell, session)];
  if (isNotebook && cell.outputs.some((output) => output.kind === 'error' && output.code === 'eval-failed'))
    return [goBackItem(cell, session)];
  return session.path.lastLife !== undefined && session.model.lastEnded === cell
    ? [lastLifeItem(session)]
    : [];
}

function goBackItem({ key }: PanelCell, { name }: Session): vscode.NotebookCellStatusBarItem {
  const title = vscode.l10n.t('Go back into this error');
  const item = leftItem(`$(history) ${title}`);
  item.command = { title, command: 'hindsight.goBackInto', arguments: [name, key] };
  item.tooltip = vscode.l10n.t('Run it once more under the debugger, and stand where it was raised');
  return item;
}

function undoneItem({ key, undone }: PanelCell, { name }: Session): vscode.NotebookCellStatusBarItem {
  const isRewound = undone === 'rewound';
  const item = leftItem(
    isRewound
      ? `$(discard) ${vscode.l10n.t('undone — Redo')}`
      : `$(discard) ${vscode.l10n.t('rolled back: its changes are undone')}`,
  );
  if (!isRewound) return item;
  item.command = { title: vscode.l10n.t('Redo'), command: 'hindsight.redoRun', arguments: [name, key] };
  item.tooltip = vscode.l10n.t('Go to the state after this run');
  return item;
}

function lastLifeItem({ name }: Session): vscode.NotebookCellStatusBarItem {
  const title = vscode.l10n.t('Restore Last State');
  const item = leftItem(`$(history) ${title}`);
  item.command = { title, command: 'hindsight.restoreLast', arguments: [name] };
  item.tooltip = vscode.l10n.t('Go on with the variables that the session had');
  return item;
}

function originItem(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem | undefined {
  const { file, line } = metadataOf(cell).hindsight ?? {};
  if (file === undefined || line === undefined) return undefined;
  const text = `$(go-to-file) ${basename(file)}:${line}`;
  const item = leftItem(text);
  item.command = { title: text, command: 'hindsight.openSource', arguments: [file, line] };
  item.tooltip = vscode.l10n.t('Open {0} at line {1}', file, line);
  return item;
}

function waitingNote({ state, note, position }: PanelCell): WaitingNote | undefined {
  if (state === 'queued') return { text: queuedText(position) };
  return state === 'sent' ? note : undefined;
}

function waitingItem({ text, detail, command }: WaitingNote): vscode.NotebookCellStatusBarItem {
  const item = leftItem(`$(clock) ${text}`);
  if (command !== undefined) item.command = command;
  if (detail !== undefined) item.tooltip = detail;
  return item;
}

function cancelItem({ key }: PanelCell): vscode.NotebookCellStatusBarItem {
  const title = vscode.l10n.t('Cancel');
  const item = leftItem(`$(close) ${title}`);
  item.command = { title, command: 'hindsight.cancelQueued', arguments: [key] };
  item.tooltip = vscode.l10n.t('Take this code out of the queue');
  return item;
}

function leftItem(text: string): vscode.NotebookCellStatusBarItem {
  return new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Left);
}

function queuedText(position: number | undefined): string {
  return position === undefined || position === 0
    ? vscode.l10n.t('queued')
    : vscode.l10n.t('queued, {0} before it', position);
}
