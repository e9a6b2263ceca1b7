/** Undo, Redo, and going back around one run: they know from the session's own log where to, and ask nobody. */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';
import type { Rewinder } from './rewind.ts';

/** Goes to before the last run; after a crash or a restart, to the last state of the life before. */
export async function undo(session: Session, rewinder: Rewinder): Promise<void> {
  const state = session.path.lastLife ?? session.path.undoTo;
  if (state === undefined) return nothingTo(vscode.l10n.t('there is no run to undo in this session'));
  await rewinder.go(session, { state, action: vscode.l10n.t('Undo') });
}

/** Goes forth again, one run further. */
export async function redo(session: Session, rewinder: Rewinder): Promise<void> {
  const state = session.path.redoTo;
  if (state === undefined) return nothingTo(vscode.l10n.t('there is nothing to redo'));
  await rewinder.go(session, { state, action: vscode.l10n.t('Redo') });
}

/** Goes to the state after one run, such as one that was undone. */
export async function redoRun(session: Session, executionId: string, rewinder: Rewinder): Promise<void> {
  const state = session.path.run(executionId)?.after;
  if (state === undefined) return nothingTo(vscode.l10n.t('no state is known after this run'));
  await rewinder.go(session, { state, action: vscode.l10n.t('Redo') });
}

/** Goes to the state before one run, which undoes it and all that came after it. */
export async function rewindBefore(session: Session, executionId: string, rewinder: Rewinder): Promise<void> {
  const state = session.path.run(executionId)?.before;
  if (state === undefined) return nothingTo(vscode.l10n.t('no state is known before this run'));
  const isLast = session.path.lastRun?.id === executionId;
  const action = isLast ? vscode.l10n.t('Undo') : vscode.l10n.t('Rewind');
  await rewinder.go(session, { state, action, look: !isLast });
}

/** Goes on where a session was before it crashed or was restarted. */
export async function restoreLast(session: Session, rewinder: Rewinder): Promise<void> {
  const state = session.path.lastLife;
  if (state === undefined) return nothingTo(vscode.l10n.t('the session has not ended'));
  await rewinder.go(session, { state, action: vscode.l10n.t('Restore') });
}

function nothingTo(reason: string): void {
  vscode.window.setStatusBarMessage(`Hindsight: ${reason}`, 4000);
}
