/** What a run did outside of its session, as one sentence to put behind another. */
import * as vscode from 'vscode';
import type { OutsideEffect } from '../../runtime/protocol/states.ts';
import { addUpEffects, atMost } from './concerns.ts';
import { describeEffect } from './words.ts';

/** ` Not undone by a rollback: wrote /out.csv.`; empty where there is nothing. */
export function effectSentence(effects: readonly OutsideEffect[]): string {
  if (effects.length === 0) return '';
  const lines = atMost(addUpEffects(effects).map(describeEffect), 4, (count) =>
    vscode.l10n.t('{0} more', count),
  );
  return ` ${vscode.l10n.t('Outside of the session, and not undone by a rollback: {0}.', lines.join(', '))}`;
}
