/**
 * Values beside the lines of the function in which the debugger stands, of any moment. VS Code takes them from the
 * variables of the frame, which it has asked for anyway.
 */
import * as vscode from 'vscode';
import { namesInLine } from './names-in-line.ts';

/** A function of more lines shows values for the last ones before the stop. */
const mostLines = 200;

export class InlineValues implements vscode.InlineValuesProvider {
  provideInlineValues(
    document: vscode.TextDocument,
    viewPort: vscode.Range,
    { stoppedLocation }: vscode.InlineValueContext,
  ): vscode.InlineValue[] {
    const stop = stoppedLocation.end.line;
    const first = Math.max(viewPort.start.line, functionStart(document, stop), stop - mostLines);
    const last = Math.min(viewPort.end.line, stop);
    const values: vscode.InlineValue[] = [];
    for (let line = first; line <= last; line++)
      for (const { name, start } of namesInLine(document.lineAt(line).text))
        values.push(
          new vscode.InlineValueVariableLookup(
            new vscode.Range(line, start, line, start + name.length),
            name,
            true,
          ),
        );
    return values;
  }
}

/** The line of the `def` around a line; the file's first one outside of functions. */
function functionStart(document: vscode.TextDocument, stop: number): number {
  let indent = indentOf(document, stop);
  for (let line = stop; line >= 0; line--) {
    const { text, isEmptyOrWhitespace } = document.lineAt(line);
    if (isEmptyOrWhitespace || /^\s*#/.test(text)) continue;
    const own = indentOf(document, line);
    if (own > indent) continue;
    if (own <= indent && /^\s*(?:async\s+)?def\b/.test(text)) return line;
    indent = own;
  }
  return 0;
}

function indentOf(document: vscode.TextDocument, line: number): number {
  return document.lineAt(line).firstNonWhitespaceCharacterIndex;
}
