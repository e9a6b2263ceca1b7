/** Dims the code of cells that were undone, in each panel and notebook in view. What is undone is the model's to say. */
import * as vscode from 'vscode';
import type { ShownRuns } from '../notebooks/shown-runs.ts';

export class UndoneMarks implements vscode.Disposable {
  readonly #runs: ShownRuns;
  readonly #dimmed = vscode.window.createTextEditorDecorationType({ opacity: '0.45' });
  readonly #subscriptions: vscode.Disposable[];

  constructor(runs: ShownRuns) {
    this.#runs = runs;
    this.#subscriptions = [
      this.#dimmed,
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => {
        if (runs.has(notebook)) this.draw();
      }),
    ];
  }

  draw(): void {
    const dimmed = this.#undoneDocuments();
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.scheme !== 'vscode-notebook-cell') continue;
      const isDimmed = dimmed.has(editor.document);
      editor.setDecorations(this.#dimmed, isDimmed ? [wholeOf(editor.document)] : []);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #undoneDocuments(): ReadonlySet<vscode.TextDocument> {
    const cells = vscode.window.visibleNotebookEditors
      .flatMap(({ notebook }) => (this.#runs.has(notebook) ? notebook.getCells() : []))
      .filter((cell) => {
        const run = this.#runs.of(cell);
        return run?.session.model.get(run.key)?.undone !== undefined;
      });
    return new Set(cells.map(({ document }) => document));
  }
}

function wholeOf(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(0, 0, document.lineCount, 0);
}
