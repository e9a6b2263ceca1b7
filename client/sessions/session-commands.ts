/** Commands on sessions: interrupt, restart, new, choose. They act on the session of the editor in front. */
import * as vscode from 'vscode';
import type { Panels } from '../panel/panels.ts';
import type { Launcher } from './launcher.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** What sessions and panels offer to the commands. */
export interface SessionParts {
  readonly sessions: Sessions;
  readonly launcher: Launcher;
  readonly panels: Panels;
}

/** The session of the active file or panel; `main` when neither is in front. */
export function activeSession({ sessions, panels }: Pick<SessionParts, 'sessions' | 'panels'>): Session {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  const ofPanel = notebook === undefined ? undefined : panels.sessionOf(notebook.uri);
  if (ofPanel !== undefined) return ofPanel;
  if (notebook !== undefined && sessions.servedBy(notebook.uri) !== undefined)
    return sessions.forNotebook(notebook.uri);
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && document.languageId === 'python') return sessions.forFile(document.uri);
  return sessions.all.find(({ state }) => state !== 'closed') ?? sessions.get('main');
}

export async function interrupt(parts: SessionParts): Promise<void> {
  await activeSession(parts).interrupt();
}

const didRestart = new vscode.EventEmitter<Session>();

/** A person has restarted a session, which is ready again. */
export const onDidRestart = didRestart.event;

export async function restart(parts: SessionParts, session = activeSession(parts)): Promise<void> {
  if (session.id === undefined) {
    await parts.launcher.ensureOpen(session, undefined);
    return;
  }
  const wasDead = session.state === 'dead';
  await session.restart();
  // After a crash the last state was offered already.
  if (!wasDead) didRestart.fire(session);
}

/** Opens one more session and makes it serve the active file. */
export async function newSession(parts: SessionParts): Promise<void> {
  const name = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('Name of the new session'),
    value: parts.sessions.newName(),
  });
  if (name === undefined || name.trim() === '') return;
  await use(parts, parts.sessions.get(name.trim()));
}

/** Asks which session serves the active file. */
export async function chooseSession(parts: SessionParts): Promise<void> {
  await parts.sessions.resume();
  const create = { label: vscode.l10n.t('$(add) New Session…'), session: undefined };
  const items = parts.sessions.all.map((session) => ({
    label: session.name,
    description: `${session.language} · ${session.state}`,
    session,
  }));
  const picked = await vscode.window.showQuickPick([...items, create], {
    title: vscode.l10n.t('Which session runs the code of this file?'),
  });
  if (picked === undefined) return;
  if (picked.session === undefined) await newSession(parts);
  else await use(parts, picked.session);
}

async function use({ sessions, launcher, panels }: SessionParts, session: Session): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const uri =
    document?.languageId === 'python' && document.uri.scheme !== 'vscode-notebook-cell'
      ? document.uri
      : undefined;
  if (uri !== undefined) await sessions.serve(uri, session);
  await panels.reveal(session);
  await launcher.ensureOpen(session, uri);
}
