/** Says in the status bar where a session is after it went through time, for a while; a click goes the other way. */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';
import type { SessionPath } from './session-path.ts';

const shownMs = 12_000;

export class TravelStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('hindsight.travel', vscode.StatusBarAlignment.Left, 8);
  #session: Session | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#item.name = vscode.l10n.t('Hindsight: Where the Session Is');
  }

  /** The session has just been brought to another state by this window. `label`: the name of that state. */
  show(session: Session, label: string | undefined): void {
    const { path } = session;
    const ahead = path.redoTo === undefined ? undefined : path.runTo(path.redoTo);
    // A state of another life has runs before it that this session knows nothing of, so Undo would lead nowhere.
    const [offer, command] =
      ahead !== undefined
        ? [vscode.l10n.t('Redo'), 'hindsight.redo']
        : path.undoTo !== undefined
          ? [vscode.l10n.t('Undo'), 'hindsight.undo']
          : ['', undefined];
    this.#session = session;
    this.#item.text = `$(history) ${whereIs(path, label)} ${offer}`.trimEnd();
    this.#item.command = command;
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

function whereIs(path: SessionPath, label: string | undefined): string {
  const ahead = path.redoTo === undefined ? undefined : path.runTo(path.redoTo);
  if (ahead?.count !== undefined) return vscode.l10n.t('Back before run {0}.', ahead.count);
  const { lastRun } = path;
  if (lastRun?.count !== undefined) return vscode.l10n.t('Back in the state after run {0}.', lastRun.count);
  return label === undefined
    ? vscode.l10n.t('Back in an earlier state.')
    : vscode.l10n.t('Back in the checkpoint "{0}".', label);
}
