/**
 * Gets code run: makes the file's session serve it, opens the session, and when that fails says what a
 * person can do. What was sent meanwhile stays in the panel and runs once it can.
 */
import * as vscode from 'vscode';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { selectInterpreter } from '../interpreter/select-interpreter.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

export class Launcher {
  readonly #sessions: Sessions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: Log;
  readonly #resources = new Map<Session, vscode.Uri | undefined>();

  constructor(sessions: Sessions, env: NodeJS.ProcessEnv, log: Log) {
    this.#sessions = sessions;
    this.#env = env;
    this.#log = log;
  }

  /** Opens the session; true when it is open. A failure is told to the person, not thrown. */
  async ensureOpen(session: Session, resource: vscode.Uri | undefined): Promise<boolean> {
    this.#resources.set(session, resource ?? this.#resources.get(session));
    if (session.id === undefined) session.explainWaiting();
    try {
      await this.#sessions.open(session, this.#resources.get(session));
      return true;
    } catch (error) {
      this.#log.error('session not opened', error);
      // Whoever sent the code does not wait until the person has answered.
      supervise(this.#log, 'explaining', this.#explain(session, error));
      return false;
    }
  }

  /** Lets a person choose an interpreter, then opens the sessions that have code waiting. */
  async selectInterpreter(): Promise<void> {
    if (!(await selectInterpreter(this.#env['PATH'] ?? ''))) return;
    for (const session of this.#sessions.all) {
      if (session.id === undefined && (session.hasWaiting || this.#resources.has(session)))
        await this.ensureOpen(session, undefined);
    }
  }

  async #explain(session: Session, error: unknown): Promise<void> {
    const { code, message, details } = ProtocolError.from(error);
    const needsInterpreter =
      code === 'interpreter-not-found' || code === 'interpreter-too-old' || code === 'interpreter-failed';
    const searched = Array.isArray(details?.['searched']) ? details['searched'].join(', ') : '';
    const full =
      sentence(needsInterpreter || code !== 'internal' ? message : unwrap(error)) +
      (searched === '' ? '' : ` ${vscode.l10n.t('Searched: {0}', searched)}`);
    session.explainWaiting(
      needsInterpreter
        ? { text: vscode.l10n.t('waits for a Python'), detail: full, command: 'hindsight.selectInterpreter' }
        : { text: vscode.l10n.t('could not be started'), detail: full },
    );
    const select = vscode.l10n.t('Select Interpreter…');
    const retry = vscode.l10n.t('Try Again');
    const showLog = vscode.l10n.t('Show Log');
    const choice = await vscode.window.showErrorMessage(
      full,
      ...(needsInterpreter ? [select] : [retry]),
      showLog,
    );
    if (choice === select) await this.selectInterpreter();
    if (choice === retry) await this.ensureOpen(session, undefined);
    if (choice === showLog) this.#log.show();
  }
}

function unwrap(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
