/** What stands below a cell: the place it came from, as a link; what it waits for, and how to cancel that. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { PanelCell, WaitingNote } from './cells.ts';
import { keyOf, metadataOf } from './outputs.ts';
import type { Panels } from './panels.ts';

export class CellStatusProvider implements vscode.NotebookCellStatusBarItemProvider {
  readonly #panels: Panels;
  readonly #didChange = new vscode.EventEmitter<void>();
  readonly onDidChangeCellStatusBarItems = this.#didChange.event;

  constructor(panels: Panels) {
    this.#panels = panels;
  }

  refresh(): void {
    this.#didChange.fire();
  }

  provideCellStatusBarItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    const key = keyOf(cell);
    const model = key === undefined ? undefined : this.#panels.get(cell.notebook.uri)?.session.model.get(key);
    const waiting = model === undefined ? undefined : waitingNote(model);
    if (model === undefined || waiting === undefined)
      return [originItem(cell)].filter((item) => item !== undefined);
    return [originItem(cell), waitingItem(waiting), cancelItem(model)].filter((item) => item !== undefined);
  }
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
