/** What is debugged, as VS Code's debugger is told it: the part of the adapter's launch arguments that the extension writes. */
import type * as vscode from 'vscode';
import { debugType } from './debugged-run.ts';

export interface HindsightConfiguration extends vscode.DebugConfiguration {
  readonly program?: string;
  readonly module?: string;
  readonly code?: string;
  readonly file?: string;
  readonly line?: number;
  readonly test?: string;
  readonly testFramework?: 'pytest' | 'unittest';
  readonly session?: string;
  readonly executionId?: string;
  readonly lastRun?: boolean;
  readonly trace?: string;
  readonly cwd?: string;
  readonly python?: string;
  readonly stopAtEnd?: boolean;
  readonly console?: 'internalConsole' | 'integratedTerminal' | 'externalTerminal';
  /** Ours alone: the exception to which it goes, once it stands for the first time, or only from its end. */
  readonly goTo?: 'exception' | 'failure';
}

/** `"${file}"` is what VS Code replaces by the file in front. */
export function currentFile(name: string): HindsightConfiguration {
  return { type: debugType, request: 'launch', name, program: '$' + '{file}' };
}

/** Nothing was configured: there is no launch.json, or F5 was pressed without choosing. */
export function isEmpty({ type, request, name }: Partial<vscode.DebugConfiguration>): boolean {
  return !type && !request && !name;
}

/** Whether it runs in a session that a person has open, and not in one of its own. */
export function isInSession({ code, executionId, lastRun, request }: HindsightConfiguration): boolean {
  return request === 'attach' || code !== undefined || executionId !== undefined || lastRun === true;
}
