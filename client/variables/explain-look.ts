/** Why a look at a state failed, in a sentence for a person; used where the look itself would stand. */
import * as vscode from 'vscode';
import { ProtocolError } from '../../runtime/protocol/errors.ts';

export function explainLook(error: unknown): string {
  const { code, message } = ProtocolError.from(error);
  switch (code) {
    case 'snapshot-gone':
      return vscode.l10n.t('This state is not held in memory any more, so its variables cannot be shown.');
    case 'snapshot-not-found':
      return vscode.l10n.t('This state is not known any more.');
    // The path is ours: it was right when it was read.
    case 'invalid-request':
      return vscode.l10n.t('This variable is not there any more, or is of another kind now.');
    case 'unsupported-op':
      return vscode.l10n.t('This session cannot show its variables.');
    case 'session-not-found':
    case 'session-dead':
      return vscode.l10n.t('The session has ended. Restart it to see its variables.');
    case 'disconnected':
      return vscode.l10n.t('There is no connection to the Hindsight runtime.');
    case 'timeout':
      return vscode.l10n.t('The variables could not be read in time. Refresh tries again.');
    default:
      return vscode.l10n.t('The variables could not be read: {0}', message);
  }
}
