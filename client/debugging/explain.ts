/** Tells a person why something of the debugger did not go: what, why, and the log. */
import * as vscode from 'vscode';
import type { Log } from '../logging/log.ts';

/** `what`: what failed, without a full stop, such as `Not gone there`. A question that was given up is no error. */
export async function explainDebugError(what: string, error: unknown, log: Log): Promise<void> {
  // VS Code hands the adapter's words on as the message, and nothing else.
  const reason = error instanceof Error ? error.message : String(error);
  if (/\bcancell?ed\b/i.test(reason)) return;
  log.error(what, { message: reason });
  const showLog = vscode.l10n.t('Show Log');
  const text = `${what}: ${reason.replace(/[.\s]+$/, '')}.`;
  if ((await vscode.window.showErrorMessage(text, showLog)) === showLog) log.show();
}

/** Says in the status bar for a moment what needs no answer. */
export function mention(text: string): void {
  vscode.window.setStatusBarMessage(`$(history) ${text}`, 8000);
}
