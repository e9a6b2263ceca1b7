/**
 * "Go back into this error": a run that was started for its exception goes there once it stands for the first time, from
 * wherever that is, such as its end. A test goes there when it has failed: what caught the exception was its framework.
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
    const { reason } = run.stop;
    const { goTo } = run.debug.configuration;
    if (goTo !== 'exception' && (goTo !== 'failure' || reason !== 'end')) return;
    sought.add(run);
    if (reason === 'exception') return;
    // A breakpoint can be met before it.
    const direction = reason === 'end' ? 'backward' : 'forward';
    supervise(log, 'going into an error', goInto(run, direction));
  });
}

/** What ends the program of a test is an exception, too; it is not the one that is meant. */
async function goInto(run: DebuggedRun, direction: 'backward' | 'forward'): Promise<void> {
  const { stop } = await run.ask('gotoException', { direction });
  if (stop?.exception?.type === 'SystemExit' && direction === 'backward')
    await run.ask('gotoException', { direction });
}
