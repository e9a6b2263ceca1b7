/** Where code that is sent is from, as the runtime is told it. */
import type * as vscode from 'vscode';
import type { LocateResult } from '../../runtime/protocol/editor.ts';

/** Code of what is in no file is called by its cell in the panel, whose lines are its own. */
export function placeOf(
  { uri }: vscode.TextDocument,
  { start }: LocateResult['range'],
): { readonly file?: string; readonly line?: number } {
  return uri.scheme === 'file' ? { file: uri.fsPath, line: start.line + 1 } : {};
}
