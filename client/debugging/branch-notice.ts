/** Says that a change in the past has made a branch: the program that is debugged is in another session from then on. */
import * as vscode from 'vscode';
import type { DebuggedRun } from './debugged-run.ts';
import type { DebuggedRuns } from './debugged-runs.ts';
import { mention } from './explain.ts';

export function noticeBranches(runs: DebuggedRuns): vscode.Disposable {
  const sessions = new WeakMap<DebuggedRun, string>();
  return runs.onDidChange((run) => {
    if (run?.session === undefined) return;
    const before = sessions.get(run);
    sessions.set(run, run.session);
    if (before !== undefined && before !== run.session)
      mention(
        vscode.l10n.t('A branch was started here. What happened before the change is kept: Open Recording…'),
      );
  });
}
