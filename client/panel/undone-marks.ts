/** Dims the code of cells that were undone, in each panel in view. What is undone is the model's to say. */
import * as vscode from 'vscode';
import { keyOf } from './outputs.ts';
import type { Panels } from './panels.ts';

export class UndoneMarks implements vscode.Disposable {
  readonly #panels: Panels;
  readonly #dimmed = vscode.window.createTextEditorDecorationType({ opacity: '0.45' });
  readonly #subscriptions: vscode.Disposable[];

  constructor(panels: Panels) {
    this.#panels = panels;
    this.#subscriptions = [
      this.#dimmed,
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => {
        if (panels.get(notebook.uri) !== undefined) this.draw();
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
    const cells = vscode.window.visibleNotebookEditors.flatMap(({ notebook }) => {
      const model = this.#panels.get(notebook.uri)?.session.model;
      return model === undefined
        ? []
        : notebook.getCells().filter((cell) => model.get(keyOf(cell) ?? '')?.undone !== undefined);
    });
    return new Set(cells.map(({ document }) => document));
  }
}

function wholeOf(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(0, 0, document.lineCount, 0);
}
