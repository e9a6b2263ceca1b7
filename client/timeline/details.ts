/** What the Timeline tells of one state: its code, what it printed, what it changed, what would not come back. */
import * as vscode from 'vscode';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Difference, SnapshotNode } from '../../runtime/protocol/states.ts';
import { outputText } from '../panel/output-text.ts';
import type { Session } from '../sessions/session.ts';
import { describeAgo, describeEffect, describeSize, describeTier, nameOf } from '../time/words.ts';
import type { DetailLine, DetailSection, TimelineDetails } from './messages.ts';

const outputLines = 12;
const differences = 50;

/** What is known at once, and what has to be asked for; nothing where it cannot be had. */
export function detailsOf(
  node: SnapshotNode,
  parent: SnapshotNode | undefined,
  session: Session,
  all: readonly Session[],
): { readonly details: TimelineDetails; readonly changed: Promise<readonly DetailSection[]> } {
  const id = node.run?.execution_id;
  const cell = all.map(({ model }) => model.get(id ?? '')).find((found) => found !== undefined);
  const changed = changes(node, parent, session).catch((error: unknown) =>
    section(vscode.l10n.t('What this run changed'), [
      { mark: '!', name: '', text: ProtocolError.from(error).message },
    ]),
  );
  const details: TimelineDetails = {
    kind: 'details',
    id: node.id,
    title: title(node),
    facts: facts(node),
    code: cell?.code ?? node.run?.code ?? '',
    outputs: cell === undefined ? '' : outputText(cell, outputLines),
    sections: [
      ...section(
        vscode.l10n.t('Comes back, but not as it was'),
        node.warnings.map(({ message, name = '' }) => ({ mark: '!', name, text: message })),
      ),
      ...section(
        vscode.l10n.t('Done outside of the session'),
        (cell?.effects ?? []).map((effect) => ({ mark: '!', name: '', text: describeEffect(effect) })),
      ),
    ],
  };
  return { details, changed };
}

function title(node: SnapshotNode): string {
  const name = nameOf(node);
  const count = node.run?.execution_count;
  return node.label === undefined || count === undefined
    ? name.charAt(0).toUpperCase() + name.slice(1)
    : vscode.l10n.t('{0}, after run {1}', name, count);
}

function facts({ created, tier, size_bytes: size, durable_bytes: onDisk, trusted }: SnapshotNode): string {
  return [
    describeAgo(created * 1000, Date.now()),
    describeTier(tier),
    ...(size === undefined || tier === 'none' ? [] : [describeSize(size)]),
    ...(onDisk === undefined ? [] : [vscode.l10n.t('{0} on disk', describeSize(onDisk))]),
    ...(trusted === false ? [vscode.l10n.t('imported, not trusted yet')] : []),
  ].join(' · ');
}

async function changes(
  node: SnapshotNode,
  parent: SnapshotNode | undefined,
  { connected }: Session,
): Promise<readonly DetailSection[]> {
  if (connected === undefined || parent === undefined || node.tier === 'none' || parent.tier === 'none')
    return [];
  const { added, removed, changed, truncated } = await connected.client.request('diff', {
    session: connected.id,
    from: parent.id,
    to: node.id,
  });
  const lines = [
    ...changed.map((difference) => line('~', difference)),
    ...added.map((difference) => line('+', difference)),
    ...removed.map((difference) => line('-', difference)),
  ];
  const shown = lines.slice(0, differences);
  const isMore = truncated || shown.length < lines.length;
  const more: DetailLine[] = isMore ? [{ mark: '!', name: '', text: vscode.l10n.t('and more') }] : [];
  return section(vscode.l10n.t('What this run changed'), [...shown, ...more]);
}

function line(mark: '+' | '-' | '~', { name, type, summary }: Difference): DetailLine {
  return { mark, name, text: summary === '' ? (type ?? '') : summary };
}

function section(heading: string, lines: readonly DetailLine[]): readonly DetailSection[] {
  return lines.length === 0 ? [] : [{ title: heading, lines }];
}
