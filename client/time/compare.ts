/** The command Compare with…: which two states, and what is said when they cannot be compared. */
import * as vscode from 'vscode';
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import type { Session } from '../sessions/session.ts';
import { explainError } from './explain-error.ts';
import type { TimeParts } from './parts.ts';
import { pickState, treeOf } from './pick-state.ts';
import { nameOf } from './words.ts';

/** Lets a person choose a state and compares the present of a session with it. */
export async function compareWith(parts: TimeParts, session: Session): Promise<void> {
  try {
    const tree = await parts.states.read();
    const own = treeOf(session.id, tree);
    const present = session.path.present;
    const node = await pickState(tree, {
      title: vscode.l10n.t('Compare with…'),
      placeHolder: vscode.l10n.t('Which state to compare the present with?'),
      filter: ({ id, tier, label }) =>
        id !== present && tier !== 'none' && (own.has(id) || label !== undefined),
      none: vscode.l10n.t('There is no other state yet.'),
    });
    if (node !== undefined) await compare(parts, session, node);
  } catch (error) {
    await explainError(vscode.l10n.t('The states were not compared'), error, parts.log);
  }
}

/** Compares two states; without the later one, with the present. */
export async function compare(
  parts: TimeParts,
  session: Session,
  from: SnapshotNode,
  to?: SnapshotNode,
): Promise<void> {
  try {
    await parts.comparisons.show(session, {
      from: from.id,
      fromName: nameOf(from),
      ...(to === undefined ? {} : { to: to.id }),
      toName: to === undefined ? vscode.l10n.t('the present') : nameOf(to),
    });
  } catch (error) {
    await explainError(vscode.l10n.t('The states were not compared'), error, parts.log);
  }
}
