/** Opens a branch: a new session, with a panel of its own, that goes on from a state while the old one stays. */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';
import { askTrust } from './dialogs.ts';
import { explainError } from './explain-error.ts';
import type { TimeParts } from './parts.ts';
import { nameOf } from './words.ts';

/** Without a state, from the present; while the session is busy that is the state before the running code. */
export async function fork(parts: TimeParts, session: Session, state?: string): Promise<void> {
  const { connected } = session;
  if (connected === undefined) {
    vscode.window.setStatusBarMessage(vscode.l10n.t('Hindsight: the session is not open'), 4000);
    return;
  }
  const node = state === undefined ? undefined : parts.states.find(state);
  const trust = node?.trusted === false;
  if (trust && !(await askTrust(nameOf(node), undefined))) return;
  try {
    const { session: id } = await connected.client.request('fork', {
      ...(state === undefined ? { session: connected.id } : { snapshotId: state }),
      label: branchName(parts, session),
      ...(trust ? { trust } : {}),
    });
    await parts.sessions.resume();
    const branch = parts.sessions.all.find((candidate) => candidate.id === id);
    if (branch !== undefined) await parts.panels.reveal(branch, { focus: true });
  } catch (error) {
    await explainError(vscode.l10n.t('The session was not forked'), error, parts.log);
  }
}

/** From the state after the run that a cell shows. */
export async function forkAfter(parts: TimeParts, session: Session, executionId: string): Promise<void> {
  const run = session.path.run(executionId);
  await fork(parts, session, run?.after ?? run?.before);
}

/** `main, branch 2`: a name that no session has. */
function branchName({ sessions }: TimeParts, { name }: Session): string {
  const root = name.replace(/, branch \d+$/, '');
  const taken = new Set(sessions.all.map((session) => session.name));
  for (let number = 2; ; number++) {
    const candidate = `${root}, branch ${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
