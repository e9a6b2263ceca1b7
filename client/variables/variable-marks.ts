/** Colours the variables that the last run added or changed, as VS Code colours changed files. */
import * as vscode from 'vscode';
import type { Mark } from './variable-words.ts';

const scheme = 'hindsight-variable';

/** What a tree item carries so that it is coloured; undefined for one without a mark. */
export function markUri(mark: Mark | undefined, name: string): vscode.Uri | undefined {
  return mark === undefined ? undefined : vscode.Uri.from({ scheme, authority: mark, path: `/${name}` });
}

export const variableMarks: vscode.FileDecorationProvider = {
  provideFileDecoration(uri) {
    if (uri.scheme !== scheme) return undefined;
    return uri.authority === 'added'
      ? {
          badge: '+',
          tooltip: vscode.l10n.t('Added by the last run'),
          color: new vscode.ThemeColor('hindsight.variableAdded'),
        }
      : {
          badge: '~',
          tooltip: vscode.l10n.t('Changed by the last run'),
          color: new vscode.ThemeColor('hindsight.variableChanged'),
        };
  },
};
