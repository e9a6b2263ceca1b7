/**
 * "Go back into this error": a run that was started for its exception goes there once it stands for the first time, from
 * wherever that is, such as its end.
 */
import type * as vscode from 'vscode';
import type { Log } from '../logging/log.ts';
import { supervise } from '../logging/log.ts';
import type { DebuggedRun } from './debugged-run.ts';
import type { DebuggedRuns } from './debugged-runs.ts';

export function seekErrors(runs: DebuggedRuns, log: Log): vscode.Disposable {
  const sought = new WeakSet<DebuggedRun>();
  return runs.onDidChange((run) => {
    if (run === undefined || run.isRunning || run.stop === undefined || sought.has(run)) return;
    if (run.debug.configuration['goTo'] !== 'exception') return;
    sought.add(run);
    const { reason } = run.stop;
    if (reason === 'exception') return;
    // A breakpoint can be met before it.
    const direction = reason === 'end' ? 'backward' : 'forward';
    supervise(log, 'going into an error', run.ask('gotoException', { direction }));
  });
}
