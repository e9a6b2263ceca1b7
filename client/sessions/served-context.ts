/** The context keys of the active editor, on which the keys depend: does a session serve it, has it cells. */
import * as vscode from 'vscode';
import { findCellMarkers } from '../code-lens/find-cells.ts';
import type { Sessions } from './sessions.ts';

export class ServedContext implements vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #subscriptions: vscode.Disposable[];

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      sessions.onDidChangeServed(() => this.update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.update();
      }),
    ];
    this.update();
  }

  /** A file is served when its session is open, or about to be: keys that start something are not taken. */
  update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const isPython = document?.languageId === 'python' && document.uri.scheme !== 'vscode-notebook-cell';
    const name = isPython ? this.#sessions.servedBy(document.uri) : undefined;
    const session = name === undefined ? undefined : this.#sessions.get(name);
    const served = session !== undefined && (session.wasOpen || session.hasWaiting);
    void vscode.commands.executeCommand('setContext', 'hindsight.served', served);
    void vscode.commands.executeCommand(
      'setContext',
      'hindsight.hasCells',
      isPython && findCellMarkers(document.getText()).length > 0,
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
