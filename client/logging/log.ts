/** The extension's log: an output channel `Hindsight`. Source text and tokens never go in above trace. */
import * as vscode from 'vscode';

export type Log = vscode.LogOutputChannel;

export function createLog(): Log {
  return vscode.window.createOutputChannel('Hindsight', { log: true });
}

/** Runs `work` without awaiting it; a failure is logged under `name` and goes no further. */
export function supervise(log: Log, name: string, work: Promise<unknown> | Thenable<unknown>): void {
  work.then(undefined, (error: unknown) => log.error(`${name} failed`, error));
}
