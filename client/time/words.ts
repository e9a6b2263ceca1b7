/** States, runs and effects in words, as every view and dialog says them. Knows no session and no view. */
import * as vscode from 'vscode';
import type { OutsideEffect, SnapshotNode } from '../../runtime/protocol/states.ts';

const codeLength = 80;

/** `wrote /data/out.csv`, `asked https://…, 3 times`. */
export function describeEffect({ kind, target, count = 1 }: OutsideEffect): string {
  const said = effectWords(kind, target);
  return count === 1 ? said : vscode.l10n.t('{0}, {1} times', said, count);
}

/** The first line of code that says something, in at most 80 characters. */
export function firstLine(code: string): string {
  const lines = code.split('\n').map((line) => line.trim());
  const said =
    lines.find((line) => line !== '' && !line.startsWith('#')) ?? lines.find((line) => line !== '');
  const line = said ?? '';
  return line.length <= codeLength ? line : `${line.slice(0, codeLength - 1)}…`;
}

/** `before clean` for a checkpoint, `after run 7` for another state, `the beginning` for one without a run. */
export function nameOf(node: SnapshotNode): string {
  if (node.label !== undefined) return node.label;
  const count = node.run?.execution_count;
  return count === undefined ? vscode.l10n.t('the beginning') : vscode.l10n.t('after run {0}', count);
}

/** `512 B`, `1.2 MB`. */
export function describeSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${amount >= 10 || power === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[power]}`;
}

/** `now`, `5 s ago`, `3 min ago`; a date for what is older than a day. Both times in ms. */
export function describeAgo(thenMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - thenMs) / 1000);
  if (seconds < 2) return vscode.l10n.t('now');
  if (seconds < 60) return vscode.l10n.t('{0} s ago', seconds);
  if (seconds < 3600) return vscode.l10n.t('{0} min ago', Math.round(seconds / 60));
  if (seconds < 86_400) return vscode.l10n.t('{0} h ago', Math.round(seconds / 3600));
  return new Date(thenMs).toLocaleDateString();
}

/** Where a state is held, for a person: `in memory`, `on disk`, …. */
export function describeTier(tier: SnapshotNode['tier']): string {
  switch (tier) {
    case 'live':
      return vscode.l10n.t('in memory');
    case 'durable':
      return vscode.l10n.t('on disk');
    case 'both':
      return vscode.l10n.t('in memory and on disk');
    case 'none':
      return vscode.l10n.t('not held any more');
  }
}

function effectWords(kind: string, target: string): string {
  switch (kind) {
    case 'file-written':
      return vscode.l10n.t('wrote {0}', target);
    case 'file-deleted':
      return vscode.l10n.t('deleted {0}', target);
    case 'file-moved':
      return vscode.l10n.t('moved {0}', target);
    case 'folder':
      return vscode.l10n.t('made or removed the folder {0}', target);
    case 'request':
      return vscode.l10n.t('connected to {0}', target);
    case 'process':
      return vscode.l10n.t('started {0}', target);
    case 'database':
      return vscode.l10n.t('changed the database {0}', target);
    default:
      return `${kind}: ${target}`;
  }
}
