/** The words of the Timeline, in the person's language. */
import * as vscode from 'vscode';
import { describeSize, describeTier, firstLine } from '../time/words.ts';
import type { TimelineRow, TimelineWords } from './messages.ts';
import type { RowWords } from './rows.ts';

export function rowWords(): RowWords {
  return { firstLine, size: describeSize, start: vscode.l10n.t('the beginning'), spoken };
}

export function timelineWords(): TimelineWords {
  return {
    list: vscode.l10n.t('States of the session, newest first'),
    empty: vscode.l10n.t('Run some code, and each state that the session passes through appears here.'),
    now: vscode.l10n.t('now'),
    seconds: vscode.l10n.t('{0} s ago'),
    minutes: vscode.l10n.t('{0} min ago'),
    hours: vscode.l10n.t('{0} h ago'),
    actions: {
      rewind: vscode.l10n.t('Go to This State'),
      fork: vscode.l10n.t('Fork from Here'),
      variables: vscode.l10n.t('Show Variables'),
      compare: vscode.l10n.t('Compare with the Marked State, or the Present'),
      name: vscode.l10n.t('Name It: Create Checkpoint…'),
      delete: vscode.l10n.t('Delete…'),
    },
    marked: vscode.l10n.t('marked for comparison'),
    onDisk: vscode.l10n.t('on disk'),
    details: vscode.l10n.t('Details of the state'),
  };
}

function spoken(row: Omit<TimelineRow, 'spoken'>): string {
  const { label, count, code, status, isPresent, others, tier, memory, warnings } = row;
  const said = [
    ...(isPresent ? [vscode.l10n.t('present')] : []),
    ...(label === undefined ? [] : [vscode.l10n.t('checkpoint {0}', label)]),
    ...(count === undefined ? [] : [vscode.l10n.t('run {0}', count)]),
    code,
    ...(status === 'failed' ? [vscode.l10n.t('failed')] : []),
    ...(status === 'interrupted' ? [vscode.l10n.t('interrupted')] : []),
    ...(isPresent || row.isPast ? [] : [vscode.l10n.t('on another branch')]),
    describeTier(tier),
    ...(memory === undefined ? [] : [memory]),
    ...others.map((name) => vscode.l10n.t('session {0} is here', name)),
    ...(warnings === 0 ? [] : [vscode.l10n.t('not everything comes back exactly')]),
  ];
  return said.join(', ');
}
