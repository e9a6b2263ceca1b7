/** Offers to go on where a session was: after a restart, and from a checkpoint of an earlier life of the runtime. */
import * as vscode from 'vscode';
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import type { Session } from '../sessions/session.ts';
import type { TimeParts } from './parts.ts';
import type { StateTree } from './states.ts';
import { restoreLast } from './undo.ts';
import { describeAgo, nameOf } from './words.ts';

const declinedKey = 'hindsight.declinedCheckpoint';

/** A session was restarted: its last state is one click away. */
export async function offerLastState(parts: TimeParts, session: Session): Promise<void> {
  if (session.path.lastLife === undefined) return;
  const restore = vscode.l10n.t('Restore Last State');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t('The session "{0}" was restarted. Its last state is kept.', session.name),
    restore,
  );
  if (choice === restore && session.path.lastLife !== undefined) await restoreLast(session, parts.rewinder);
}

/** A session was opened in a new runtime: the newest checkpoint of an earlier one is offered, unless it was declined. */
export async function offerCheckpoint(
  parts: TimeParts,
  session: Session,
  memento: vscode.Memento,
): Promise<void> {
  const node = newestOfEarlierLife(
    await parts.states.read(),
    new Set(parts.sessions.all.map(({ id }) => id)),
  );
  if (node === undefined || memento.get(declinedKey) === node.id) return;
  const restore = vscode.l10n.t('Restore');
  const notNow = vscode.l10n.t('Not Now');
  const ago = describeAgo(node.created * 1000, Date.now());
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t('A checkpoint of an earlier session is on disk: "{0}", {1}.', nameOf(node), ago),
    restore,
    notNow,
  );
  if (choice === restore)
    await parts.rewinder.go(session, { state: node.id, action: vscode.l10n.t('Restore'), look: true });
  else if (choice === notNow) await memento.update(declinedKey, node.id);
}

/** The newest checkpoint of a session of this workspace that is not open any more. */
export function newestOfEarlierLife(
  { snapshots }: StateTree,
  open: ReadonlySet<string | undefined>,
): SnapshotNode | undefined {
  return snapshots
    .filter(({ session, label, tier, trusted, workspace }) => {
      const isOnDisk = tier === 'durable' || tier === 'both';
      const isHere = workspace === undefined;
      return label !== undefined && isHere && isOnDisk && trusted !== false && !open.has(session);
    })
    .toSorted((one, other) => other.created - one.created)[0];
}
