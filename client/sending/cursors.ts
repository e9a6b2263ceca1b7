/**
 * Where the cursor of an editor is, our own moves included. VS Code makes a move in the window and tells of it a moment
 * later; of two in quick succession the news of the first comes when the second is made, and `editor.selection` goes back
 * for that moment. A key pressed then would run the same code again.
 */
import * as vscode from 'vscode';

export class Cursors implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  /** Our moves of which VS Code has not told yet, oldest first. */
  readonly #moves = new WeakMap<vscode.TextEditor, readonly vscode.Selection[]>();

  constructor() {
    this.#subscription = vscode.window.onDidChangeTextEditorSelection((change) => this.#changed(change));
  }

  of(editor: vscode.TextEditor): vscode.Selection {
    return this.#moves.get(editor)?.at(-1) ?? editor.selection;
  }

  move(editor: vscode.TextEditor, to: vscode.Selection): void {
    // What does not change is not told either.
    if (!this.of(editor).isEqual(to)) this.#moves.set(editor, [...(this.#moves.get(editor) ?? []), to]);
    editor.selection = to;
    editor.revealRange(to, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  // What is no move of ours is a person's, and counts from then on.
  #changed({ textEditor, selections: [selection] }: vscode.TextEditorSelectionChangeEvent): void {
    const moves = this.#moves.get(textEditor) ?? [];
    const told = moves.findIndex((move) => selection !== undefined && move.isEqual(selection));
    this.#moves.set(textEditor, told === -1 ? [] : moves.slice(told + 1));
  }
}
