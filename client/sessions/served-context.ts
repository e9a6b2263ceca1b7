/**
 * The context keys of the Python file in which a person works, on which the keys depend: does a session serve it, has it
 * cells. They stay while the panel or anything else has the focus: VS Code learns of a change a moment later, and a key
 * that is pressed within it, right after a click into the file, would be taken by another command.
 */
import * as vscode from 'vscode';
import { findCellMarkers } from '../code-lens/find-cells.ts';
import type { Sessions } from './sessions.ts';

export class ServedContext implements vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #subscriptions: vscode.Disposable[];
  /** The Python file that had the focus last. */
  #document: vscode.TextDocument | undefined;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      sessions.onDidChangeServed(() => this.update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.#document) this.update();
      }),
    ];
    this.update();
  }

  /** A file is served when its session is open, or about to be: keys that start something are not taken. */
  update(): void {
    const active = vscode.window.activeTextEditor?.document;
    if (active !== undefined && isPythonFile(active)) this.#document = active;
    const document = this.#document;
    const name = document === undefined ? undefined : this.#sessions.servedBy(document.uri);
    const session = name === undefined ? undefined : this.#sessions.get(name);
    const served =
      session !== undefined && (session.wasOpen || session.hasWaiting || this.#sessions.isOpening(session));
    void vscode.commands.executeCommand('setContext', 'hindsight.served', served);
    void vscode.commands.executeCommand(
      'setContext',
      'hindsight.hasCells',
      document !== undefined && findCellMarkers(document.getText()).length > 0,
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function isPythonFile({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === 'python' && uri.scheme !== 'vscode-notebook-cell';
}
