/**
 * In which editor a person works: the one whose code a command takes. Not always the active one, for the panel
 * beside it may have the focus. Knows no session.
 */
import * as vscode from 'vscode';

export class PythonEditors implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  /** URI of the Python file that had the focus last. */
  #last: string | undefined;

  constructor() {
    this.#note(vscode.window.activeTextEditor);
    this.#subscription = vscode.window.onDidChangeActiveTextEditor((editor) => this.#note(editor));
  }

  /**
   * The editor of the file `uri`; without it the active one, else that of the tab in front, else the one that was
   * last active and is still in view, else the only one in view. Undefined where there is none.
   */
  find(uri?: vscode.Uri): vscode.TextEditor | undefined {
    const { activeTextEditor: active, visibleTextEditors } = vscode.window;
    if (active !== undefined && isPythonFile(active) && (uri === undefined || isOf(active, uri.toString())))
      return active;
    const visible = visibleTextEditors.filter(isPythonFile);
    const named = (name: string | undefined): vscode.TextEditor | undefined =>
      visible.find((editor) => name !== undefined && isOf(editor, name));
    if (uri !== undefined) return named(uri.toString());
    return named(uriInFront()) ?? named(this.#last) ?? (visible.length === 1 ? visible[0] : undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #note(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined && isPythonFile(editor)) this.#last = editor.document.uri.toString();
  }
}

// A cell of a notebook can still count as the active editor when a file's tab is in front already.
function uriInFront(): string | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText ? input.uri.toString() : undefined;
}

function isPythonFile({ document }: vscode.TextEditor): boolean {
  return document.languageId === 'python' && document.uri.scheme !== 'vscode-notebook-cell';
}

function isOf({ document }: vscode.TextEditor, uri: string): boolean {
  return document.uri.toString() === uri;
}
