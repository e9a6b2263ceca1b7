/** Where a line of a recorded program is in an editor that is open. Knows no marks. */
import type * as vscode from 'vscode';
import type { Position } from '../../runtime/protocol/debug.ts';
import type { SourceNames } from './source-names.ts';

/** The whole line; undefined where the editor shows something else. */
export function lineIn(
  { document }: vscode.TextEditor,
  { sourceLoc: { file, line } }: Position,
  names: SourceNames,
): vscode.Range | undefined {
  const isShown = isOf(document, names.addressOf(file) ?? file) && line <= document.lineCount;
  return isShown ? document.lineAt(line - 1).range : undefined;
}

/** A file by its path; a cell of a notebook by the address that its code was sent with. */
function isOf({ uri }: vscode.TextDocument, file: string): boolean {
  return (uri.scheme === 'file' && uri.fsPath === file) || uri.toString() === file;
}
