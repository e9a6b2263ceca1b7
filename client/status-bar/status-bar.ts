/** The status bar entry: language, session, state; a click opens the menu. Shown once a session is open. */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('hindsight.session', vscode.StatusBarAlignment.Left, 10);

  constructor() {
    this.#item.name = vscode.l10n.t('Hindsight Session');
    this.#item.command = 'hindsight.showMenu';
  }

  /** Shows the session; nothing is shown for one that is not open and has nothing to do. */
  show(session: Session): void {
    const { state, language, name } = session;
    if (state === 'closed' && !session.hasWaiting) {
      this.#item.hide();
      return;
    }
    const icons = {
      closed: '$(sync~spin)',
      starting: '$(sync~spin)',
      busy: '$(sync~spin)',
      idle: '$(history)',
      'waiting-input': '$(comment)',
      dead: '$(error)',
    };
    const words = {
      closed: vscode.l10n.t('starting'),
      starting: vscode.l10n.t('starting'),
      busy: vscode.l10n.t('running'),
      idle: vscode.l10n.t('ready'),
      'waiting-input': vscode.l10n.t('waits for input'),
      dead: vscode.l10n.t('ended'),
    };
    this.#item.text = `${icons[state]} ${language} · ${name}`;
    this.#item.tooltip = `Hindsight: ${words[state]}${session.interpreter === undefined ? '' : `\n${session.interpreter}`}`;
    this.#item.accessibilityInformation = { label: `Hindsight, ${language}, ${name}, ${words[state]}` };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

/** The menu of the entry: what can be done with the session now. */
export async function showMenu(session: Session): Promise<void> {
  const isRunning = session.state === 'busy' || session.state === 'waiting-input';
  const items = [
    ...(isRunning
      ? [{ label: vscode.l10n.t('$(debug-stop) Interrupt'), command: 'hindsight.interrupt' }]
      : []),
    { label: vscode.l10n.t('$(notebook) Show Panel'), command: 'hindsight.showPanel' },
    { label: vscode.l10n.t('$(debug-restart) Restart Session'), command: 'hindsight.restart' },
    { label: vscode.l10n.t('$(add) New Session…'), command: 'hindsight.newSession' },
    { label: vscode.l10n.t('$(list-selection) Choose Session of File…'), command: 'hindsight.chooseSession' },
    { label: vscode.l10n.t('$(snake) Select Interpreter…'), command: 'hindsight.selectInterpreter' },
    { label: vscode.l10n.t('$(output) Show Log'), command: 'hindsight.showLog' },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: `Hindsight: ${session.language} · ${session.name}`,
  });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
