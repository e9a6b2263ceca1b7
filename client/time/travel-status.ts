/** Says in the status bar where a session is after it went through time, for a while; a click goes the other way. */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';

const shownMs = 12_000;

export class TravelStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('hindsight.travel', vscode.StatusBarAlignment.Left, 8);
  #session: Session | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#item.name = vscode.l10n.t('Hindsight: Where the Session Is');
  }

  /** The session has just been brought to another state by this window. */
  show(session: Session): void {
    const { path } = session;
    const ahead = path.redoTo === undefined ? undefined : path.runTo(path.redoTo);
    const canRedo = ahead !== undefined;
    const where =
      ahead?.count !== undefined
        ? vscode.l10n.t('Back before run {0}.', ahead.count)
        : path.lastRun?.count !== undefined
          ? vscode.l10n.t('Back in the state after run {0}.', path.lastRun.count)
          : vscode.l10n.t('Back in an earlier state.');
    const other = canRedo ? vscode.l10n.t('Redo') : vscode.l10n.t('Undo');
    this.#session = session;
    this.#item.text = `$(history) ${where} ${other}`;
    this.#item.command = canRedo ? 'hindsight.redo' : 'hindsight.undo';
    this.#item.show();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), shownMs);
  }

  /** Something runs in the session: where it went is not news any more. */
  ran(session: Session): void {
    if (session === this.#session) this.#hide();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#item.dispose();
  }

  #hide(): void {
    this.#session = undefined;
    this.#item.hide();
  }
}
