/** Marks for a moment what was taken to run, in the colours of a find match. */
import * as vscode from 'vscode';

const flashMs = 300;

const decoration = vscode.window.createTextEditorDecorationType({
  backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
  borderColor: new vscode.ThemeColor('editor.findMatchHighlightBorder'),
  isWholeLine: false,
});

export function flash(editor: vscode.TextEditor, range: vscode.Range): void {
  editor.setDecorations(decoration, [range]);
  setTimeout(() => editor.setDecorations(decoration, []), flashMs);
}
