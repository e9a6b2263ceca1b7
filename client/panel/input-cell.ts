/** The panel's input, the last cell: its context key, Up and Down through history, and what a search puts there. */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';
import { InputHistory } from './history.ts';
import { type HistoryStore, latestOfEach } from './history-store.ts';
import { keyOf } from './outputs.ts';
import type { Panels } from './panels.ts';
import { pickFromHistory } from './search-history.ts';

export class InputCell implements vscode.Disposable {
  readonly #panels: Panels;
  readonly #store: HistoryStore;
  readonly #histories = new WeakMap<vscode.NotebookDocument, InputHistory>();
  readonly #subscriptions: vscode.Disposable[];
  #moving = Promise.resolve();

  constructor(panels: Panels, store: HistoryStore) {
    this.#panels = panels;
    this.#store = store;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveNotebookEditor(() => this.#update()),
      vscode.window.onDidChangeNotebookEditorSelection(() => this.#update()),
      // The selection can name a cell that the document does not have yet.
      vscode.workspace.onDidChangeNotebookDocument(({ contentChanges }) => {
        if (contentChanges.length > 0) this.#update();
      }),
    ];
    this.#update();
  }

  /** Replaces the text of the input by an older (`-1`) or newer (`1`) entry. */
  move(direction: -1 | 1): Promise<void> {
    // One after the other: a key that is held down comes faster than edits are made.
    const moved = this.#moving.then(() => this.#move(direction));
    this.#moving = moved.catch(() => {});
    return moved;
  }

  /** Lets the person search all that was run, and puts what they pick into the input of that session's panel. */
  async search(session: Session): Promise<void> {
    const code = await pickFromHistory(await this.#entries(session));
    if (code === undefined) return;
    const { document } = await this.#panels.reveal(session, { focus: true });
    const cell = document?.cellAt(document.cellCount - 1);
    const editor = vscode.window.activeNotebookEditor;
    if (editor === undefined || cell === undefined || editor.notebook !== document) return;
    if (keyOf(cell) !== undefined) return;
    editor.selection = new vscode.NotebookRange(cell.index, cell.index + 1);
    await vscode.commands.executeCommand('notebook.cell.edit');
    await replaceText(cell, code);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #move(direction: -1 | 1): Promise<void> {
    const cell = activeInput();
    const session = cell === undefined ? undefined : this.#panels.sessionOf(cell.notebook.uri);
    if (cell === undefined || session === undefined) return;
    const history = this.#histories.get(cell.notebook) ?? new InputHistory();
    this.#histories.set(cell.notebook, history);
    const entry = history.move(direction, cell.document.getText(), await this.#entries(session));
    if (entry !== undefined) await replaceText(cell, entry);
  }

  // What was run in this session comes first to mind, so it is the newest; what other clients ran there is part of it.
  async #entries(session: Session): Promise<readonly string[]> {
    return latestOfEach([...(await this.#store.read()), ...session.model.history]);
  }

  #update(): void {
    void vscode.commands.executeCommand(
      'setContext',
      'hindsight.inputCellActive',
      activeInput() !== undefined,
    );
  }
}

function activeInput(): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor;
  if (editor?.notebook.notebookType !== 'hindsight-panel') return undefined;
  const index = editor.selection.start;
  const cell = index < editor.notebook.cellCount ? editor.notebook.cellAt(index) : undefined;
  return cell !== undefined && keyOf(cell) === undefined ? cell : undefined;
}

async function replaceText({ document }: vscode.NotebookCell, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
  const end = document.lineAt(document.lineCount - 1).range.end;
  if (editor !== undefined) editor.selection = new vscode.Selection(end, end);
}
