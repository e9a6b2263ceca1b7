/** Tells a person why something of time travel failed: what, why, and one button that helps. */
import * as vscode from 'vscode';
import { type ErrorCode, ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Log } from '../logging/log.ts';

/** `what`: what failed, without a full stop, such as `The checkpoint was not created`. */
export async function explainError(what: string, error: unknown, log: Log): Promise<void> {
  const { code, message } = ProtocolError.from(error);
  log.error(what, { code, message });
  const showLog = vscode.l10n.t('Show Log');
  const next = nextStep(code);
  const text = `${what}: ${message}.${next === undefined ? '' : ` ${next}`}`;
  if ((await vscode.window.showErrorMessage(text, showLog)) === showLog) log.show();
}

function nextStep(code: ErrorCode): string | undefined {
  switch (code) {
    case 'snapshot-not-found':
      return vscode.l10n.t('The Timeline shows the states that there are.');
    case 'snapshot-failed':
    case 'checkpoint-failed':
    case 'store-unavailable':
      return vscode.l10n.t('The session goes on as it was.');
    case 'checkpoint-damaged':
      return vscode.l10n.t('The other checkpoints can be used.');
    case 'checkpoint-version':
      return vscode.l10n.t('A newer version of Hindsight can read it.');
    case 'unsupported-op':
      return vscode.l10n.t('This session keeps no states.');
    case 'transaction-open':
      return vscode.l10n.t('Keep it or roll it back first.');
    case 'session-dead':
      return vscode.l10n.t('Restart the session first.');
    default:
      return undefined;
  }
}
