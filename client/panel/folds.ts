/**
 * Which cells of a panel have their code folded: long code that came from a file, and what was undone, whose outputs fold
 * themselves. VS Code folds only in an editor that is in view, so what is to be done waits for one. It knows no events: it is told cells.
 */
import * as vscode from 'vscode';
import type { PanelCell } from './cells.ts';
import { keyOf } from './outputs.ts';

const commands = {
  foldInput: 'notebook.cell.collapseCellInput',
  unfoldInput: 'notebook.cell.expandCellInput',
} as const;

type Fold = keyof typeof commands;

export class Folds {
  readonly #document: () => vscode.NotebookDocument | undefined;
  readonly #undone = new Set<string>();
  readonly #waiting = new Map<string, Fold>();

  constructor(document: () => vscode.NotebookDocument | undefined) {
    this.#document = document;
  }

  /** Forgets what was folded: the document is another one. */
  reset(): void {
    this.#undone.clear();
    this.#waiting.clear();
  }

  /** A cell is new in the document. */
  added(cell: PanelCell): void {
    if (isLongFromFile(cell)) this.#waiting.set(cell.key, 'foldInput');
  }

  /** A cell may have been undone, or brought back. */
  changed(cell: PanelCell): void {
    const isUndone = cell.undone === 'rewound';
    if (cell.kind !== 'code' || isUndone === this.#undone.has(cell.key)) return;
    if (isUndone) this.#undone.add(cell.key);
    else this.#undone.delete(cell.key);
    this.#waiting.set(cell.key, isUndone || isLongFromFile(cell) ? 'foldInput' : 'unfoldInput');
  }

  /** Does what waits, where the document is in view. */
  async apply(): Promise<void> {
    const document = this.#document();
    if (this.#waiting.size === 0 || document === undefined || !isVisible(document)) return;
    const waiting = new Map(this.#waiting);
    this.#waiting.clear();
    for (const fold of Object.keys(commands) as Fold[]) {
      // The keys of a constant table.
      const cells = document.getCells().filter((cell) => waiting.get(keyOf(cell) ?? '') === fold);
      const ranges = cells.map(({ index }) => ({ start: index, end: index + 1 }));
      if (ranges.length > 0)
        await vscode.commands.executeCommand(commands[fold], { ranges, document: document.uri });
    }
  }
}

function isLongFromFile({ file, code }: PanelCell): boolean {
  return file !== undefined && code.trimEnd().split('\n').length > 3;
}

function isVisible(document: vscode.NotebookDocument): boolean {
  return vscode.window.visibleNotebookEditors.some(({ notebook }) => notebook === document);
}
