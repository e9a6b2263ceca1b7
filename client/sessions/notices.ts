/** What a person is told outside of the panel: that the program waits for input, and that a session has ended. */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Log, supervise } from '../logging/log.ts';
import type { Panels } from '../panel/panels.ts';
import type { Launcher } from './launcher.ts';
import type { Session } from './session.ts';
import { restart } from './session-commands.ts';
import type { Sessions } from './sessions.ts';

const settleMs = 300;

export class Notices {
  readonly #parts: { readonly sessions: Sessions; readonly launcher: Launcher; readonly panels: Panels };
  readonly #log: Log;
  #told = new WeakMap<Session, string>();

  constructor(
    parts: { readonly sessions: Sessions; readonly launcher: Launcher; readonly panels: Panels },
    log: Log,
  ) {
    this.#parts = parts;
    this.#log = log;
  }

  /** The session's state changed. */
  async stateChanged(session: Session): Promise<void> {
    if (session.state === 'waiting-input') await this.#leadToInput(session);
    if (session.state === 'dead') await this.#offerRestart(session);
  }

  /** The runtime has ended with all its sessions; code that waits gets a new one. */
  async runtimeEnded(): Promise<void> {
    for (const session of this.#parts.sessions.all)
      if (session.hasWaiting)
        supervise(this.#log, 'opening anew', this.#parts.launcher.ensureOpen(session, undefined));
    const showLog = vscode.l10n.t('Show Log');
    const message = vscode.l10n.t(
      'The Hindsight runtime has ended. Output is kept, variables are gone; the next run starts a new one.',
    );
    if ((await vscode.window.showWarningMessage(message, showLog)) === showLog) this.#log.show();
  }

  async #leadToInput(session: Session): Promise<void> {
    const input = session.model.pendingInput;
    if (
      input === undefined ||
      this.#parts.panels.of(session).isVisible ||
      this.#told.get(session) === input.id
    )
      return;
    this.#told.set(session, input.id);
    // Of a session that is met later, all that was is told first: what was answered long ago is no question.
    await delay(settleMs);
    if (session.model.pendingInput?.id !== input.id) return;
    const show = vscode.l10n.t('Show Panel');
    const message = vscode.l10n.t('The program waits for input: {0}', input.prompt.trim() || session.name);
    if ((await vscode.window.showInformationMessage(message, show)) === show)
      await this.#parts.panels.reveal(session, { focus: true });
  }

  async #offerRestart(session: Session): Promise<void> {
    const restore = vscode.l10n.t('Restore Last State');
    const isKept = session.path.lastLife !== undefined;
    const again = vscode.l10n.t('Restart Session');
    const showLog = vscode.l10n.t('Show Log');
    const message = isKept
      ? vscode.l10n.t(
          'The process of the session "{0}" has ended. The state before the code that it ran is kept.',
          session.name,
        )
      : vscode.l10n.t(
          'The process of the session "{0}" has ended. Its output is kept, its variables are gone.',
          session.name,
        );
    const offers = isKept ? [restore, again, showLog] : [again, showLog];
    const choice = await vscode.window.showWarningMessage(message, ...offers);
    if (choice === restore) await vscode.commands.executeCommand('hindsight.restoreLast', session.name);
    if (choice === again) await restart(this.#parts, session);
    if (choice === showLog) this.#log.show();
  }
}
