/** The words of the Time view, in the person's language. */
import * as vscode from 'vscode';
import type { TimeWords } from './messages.ts';

export function timeWords(): TimeWords {
  return {
    strip: vscode.l10n.t('The run, from its beginning to its end'),
    empty: vscode.l10n.t('Debug a Python file in Hindsight, and its whole run appears here.'),
    help: vscode.l10n.t(
      'Click or drag to go there, wheel to zoom. Left and Right step back and forth, with Shift to the next breakpoint; Up and Down go from mark to mark.',
    ),
    marked: vscode.l10n.t('In it: {0}', '{0}'),
    live: vscode.l10n.t('now'),
    marks: {
      exception: { one: vscode.l10n.t('Exception'), many: vscode.l10n.t('{0} exceptions', '{0}') },
      output: { one: vscode.l10n.t('Output'), many: vscode.l10n.t('{0} outputs', '{0}') },
      breakpoint: { one: vscode.l10n.t('Breakpoint'), many: vscode.l10n.t('{0} breakpoint hits', '{0}') },
      snapshot: { one: vscode.l10n.t('Snapshot'), many: vscode.l10n.t('{0} snapshots', '{0}') },
      effect: {
        one: vscode.l10n.t('Something outside was changed'),
        many: vscode.l10n.t('{0} things outside were changed', '{0}'),
      },
      edit: {
        one: vscode.l10n.t('A value was changed'),
        many: vscode.l10n.t('{0} values were changed', '{0}'),
      },
    },
    depth: vscode.l10n.t('{0} calls deep', '{0}'),
  };
}
