/**
 * Values beside the lines of the function in which the debugger stands, of any moment. VS Code takes them from the
 * variables of the frame, which it has asked for anyway.
 */
import * as vscode from 'vscode';
import { type NameInLine, namesInLine } from './names-in-line.ts';
import { ownLines } from './own-lines.ts';

/** A longer function shows values for its last lines before the stop. */
const mostLines = 200;

export class InlineValues implements vscode.InlineValuesProvider {
  provideInlineValues(
    document: vscode.TextDocument,
    viewPort: vscode.Range,
    { stoppedLocation }: vscode.InlineValueContext,
  ): vscode.InlineValue[] {
    const stop = stoppedLocation.end.line;
    const lines = document.getText().split(/\r?\n/);
    return ownLines(lines, stop)
      .filter((line) => line >= viewPort.start.line && line <= viewPort.end.line)
      .slice(-mostLines)
      .flatMap((line) => namesInLine(lines[line] ?? '').map((found) => lookUp(line, found)));
  }
}

function lookUp(line: number, { name, start }: NameInLine): vscode.InlineValueVariableLookup {
  return new vscode.InlineValueVariableLookup(
    new vscode.Range(line, start, line, start + name.length),
    name,
    true,
  );
}
