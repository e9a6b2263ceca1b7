/** "Run Cell" and "Run Above" over each `# %%` marker. */
import * as vscode from 'vscode';
import { findCellMarkers } from './find-cells.ts';

export class CellCodeLensProvider implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration('hindsight', document.uri).get('codeLens.enabled', true))
      return [];
    return findCellMarkers(document.getText()).flatMap((line, index) => {
      const range = new vscode.Range(line, 0, line, 0);
      const run = new vscode.CodeLens(range, {
        // A plain space beside an icon is not drawn.
        title: `$(history)\u00a0${vscode.l10n.t('Run Cell')}`,
        command: 'hindsight.runCellAt',
        arguments: [document.uri, line],
      });
      const above = new vscode.CodeLens(range, {
        title: vscode.l10n.t('Run Above'),
        command: 'hindsight.runAboveAt',
        arguments: [document.uri, line],
      });
      return index === 0 ? [run] : [run, above];
    });
  }
}
