/** Where a recorded run stands, in words. Knows no debug session. */
import * as vscode from 'vscode';
import type { Position } from '../../runtime/protocol/debug.ts';
import { compactCount } from './compact-count.ts';

/** `step 1,204,331 of 9,870,112, in normalize, line 42`; without what was not counted yet. */
export function describePosition({ step, steps, name, sourceLoc }: Position): string {
  const place = vscode.l10n.t('in {0}, line {1}', name, sourceLoc.line);
  if (step === undefined) return place;
  return steps === undefined
    ? vscode.l10n.t('step {0}, {1}', step.toLocaleString(), place)
    : vscode.l10n.t('step {0} of {1}, {2}', step.toLocaleString(), steps.toLocaleString(), place);
}

/** `◀ step 1.2 M of 9.9 M`: that one is in the past, and how far. */
export function describePast({ step, steps }: Position): string {
  if (step === undefined) return `◀ ${vscode.l10n.t('in the past')}`;
  return steps === undefined
    ? `◀ ${vscode.l10n.t('step {0}', compactCount(step))}`
    : `◀ ${vscode.l10n.t('step {0} of {1}', compactCount(step), compactCount(steps))}`;
}
