/** What running a cell of a panel does: the panel is a REPL, so the code is sent as something new. */

import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { Launcher } from '../sessions/launcher.ts';
import { keyOf } from './outputs.ts';
import type { Panels } from './panels.ts';

/** Sends the cells' code in order. A cell that was run before stays as it was: its code runs again below. */
export function runCells(
  cells: readonly vscode.NotebookCell[],
  notebook: vscode.NotebookDocument,
  panels: Panels,
  launcher: Launcher,
): void {
  const panel = panels.get(notebook.uri);
  if (panel === undefined) return;
  for (const cell of cells) {
    const code = cell.document.getText();
    if (code.trim() === '') continue;
    const id = randomUUID();
    if (keyOf(cell) === undefined) panel.claim(cell, id);
    panel.session.submit({ id, code, origin: 'panel' });
  }
  if (panel.session.hasWaiting) void launcher.ensureOpen(panel.session, undefined);
}
