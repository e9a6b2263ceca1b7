/**
 * Keeps the end of a panel in view while output comes, until a person scrolls up; being back at the end, or
 * running something new, makes it follow again. Knows no model.
 */
import * as vscode from 'vscode';

// Outputs are laid out in a frame of their own, some time after VS Code was told of them.
const settleMs = [0, 150, 500];

export class TailFollower implements vscode.Disposable {
  readonly #document: () => vscode.NotebookDocument | undefined;
  readonly #subscription: vscode.Disposable;
  #timers: NodeJS.Timeout[] = [];
  #isFollowing = true;
  #firstVisible = 0;

  constructor(document: () => vscode.NotebookDocument | undefined) {
    this.#document = document;
    this.#subscription = vscode.window.onDidChangeNotebookEditorVisibleRanges(
      ({ notebookEditor, visibleRanges }) => {
        if (notebookEditor.notebook === document()) this.#scrolled(notebookEditor.notebook, visibleRanges);
      },
    );
  }

  /** Something new is at the end. */
  start(): void {
    this.#isFollowing = true;
    this.follow();
  }

  /** Something has changed: the end is shown, if it was. */
  follow(): void {
    if (!this.#isFollowing) return;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = settleMs.map((ms) => setTimeout(() => this.#reveal(), ms));
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#subscription.dispose();
  }

  // We only ever scroll down; what moves up is the person.
  #scrolled(notebook: vscode.NotebookDocument, visible: readonly vscode.NotebookRange[]): void {
    const first = visible[0]?.start ?? 0;
    const last = visible.at(-1)?.end ?? 0;
    if (last >= notebook.cellCount) this.#isFollowing = true;
    else if (first < this.#firstVisible) this.#isFollowing = false;
    this.#firstVisible = first;
  }

  #reveal(): void {
    const document = this.#document();
    if (document === undefined || !this.#isFollowing) return;
    const editor = vscode.window.visibleNotebookEditors.find(({ notebook }) => notebook === document);
    const end = document.cellCount;
    editor?.revealRange(new vscode.NotebookRange(Math.max(0, end - 1), end));
  }
}
