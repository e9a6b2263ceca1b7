/** Lets a person choose a state from a list: the code that led there, when, and what of it is held. */
import * as vscode from 'vscode';
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import type { StateTree } from './states.ts';
import { describeAgo, describeSize, describeTier, firstLine, nameOf } from './words.ts';

export interface PickOptions {
  readonly title: string;
  readonly placeHolder: string;
  /** Which states are offered. */
  readonly filter: (node: SnapshotNode) => boolean;
  /** What is said when there are none. */
  readonly none: string;
}

interface StateItem extends vscode.QuickPickItem {
  readonly node: SnapshotNode;
}

/** The state that was chosen; undefined when none was. The newest are first in the list, those of other workspaces last. */
export async function pickState(
  { snapshots, present }: StateTree,
  options: PickOptions,
): Promise<SnapshotNode | undefined> {
  const presents = new Set(Object.values(present));
  const items = snapshots
    .filter(options.filter)
    .toReversed()
    .toSorted((one, other) => Number(one.workspace !== undefined) - Number(other.workspace !== undefined))
    .map((node) => toItem(node, presents.has(node.id)));
  if (items.length === 0) {
    await vscode.window.showInformationMessage(options.none);
    return undefined;
  }
  const { title, placeHolder } = options;
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.node;
}

/** The states of the tree that a session is in. */
export function treeOf(session: string | undefined, { snapshots, present }: StateTree): ReadonlySet<string> {
  const rootOf = new Map<string, string>();
  for (const { id, parent } of snapshots)
    rootOf.set(id, (parent === undefined ? undefined : rootOf.get(parent)) ?? id);
  const roots = new Set(snapshots.filter((node) => node.session === session).map(({ id }) => rootOf.get(id)));
  const own = session === undefined ? undefined : present[session];
  if (own !== undefined) roots.add(rootOf.get(own));
  return new Set(snapshots.filter(({ id }) => roots.has(rootOf.get(id))).map(({ id }) => id));
}

function toItem(node: SnapshotNode, isPresent: boolean): StateItem {
  const { run, label, created, tier, size_bytes: size, durable_bytes: onDisk, workspace } = node;
  const icon = isPresent
    ? '$(circle-filled)'
    : label !== undefined
      ? '$(bookmark)'
      : run?.status === 'failed'
        ? '$(error)'
        : '$(circle)';
  const count = run?.execution_count === undefined ? '' : `[${run.execution_count}] `;
  const code = run === undefined ? nameOf(node) : `${count}${firstLine(run.code)}`;
  const sizes = [
    ...(size === undefined ? [] : [vscode.l10n.t('{0} in memory', describeSize(size))]),
    ...(onDisk === undefined ? [] : [vscode.l10n.t('{0} on disk', describeSize(onDisk))]),
  ];
  const held = sizes.length === 0 ? describeTier(tier) : sizes.join(', ');
  return {
    label: `${icon} ${label ?? code}`,
    description: describeAgo(created * 1000, Date.now()),
    detail: [
      ...(label === undefined ? [] : [code]),
      held,
      ...(workspace === undefined ? [] : [vscode.l10n.t('from {0}', workspace)]),
    ].join(' · '),
    node,
  };
}
