/** "Run Cell", "Run Above" and "Debug" over each `# %%` marker; "Rewind to Before" where the cell was run. */
import * as vscode from 'vscode';
import type { Sessions } from '../sessions/sessions.ts';
import { runOfCell } from '../time/run-of-cell.ts';
import { findCellMarkers } from './find-cells.ts';

export class CellCodeLensProvider implements vscode.CodeLensProvider {
  readonly #sessions: Sessions;
  readonly #didChange = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#didChange.event;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** Cells were run, undone or brought back. */
  refresh(): void {
    this.#didChange.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration('hindsight', document.uri).get('codeLens.enabled', true))
      return [];
    const markers = findCellMarkers(document.getText());
    return markers.flatMap((line, index) => {
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
      const debug = new vscode.CodeLens(range, {
        title: vscode.l10n.t('Debug'),
        tooltip: vscode.l10n.t('Debug this cell in its session, forwards and backwards'),
        command: 'hindsight.debugCellAt',
        arguments: [document.uri, line],
      });
      const rewind = this.#rewind(document, markers, line, range);
      return [run, ...(index === 0 ? [] : [above]), debug, ...rewind];
    });
  }

  #rewind(
    { uri }: vscode.TextDocument,
    markers: readonly number[],
    line: number,
    range: vscode.Range,
  ): readonly vscode.CodeLens[] {
    if (this.#sessions.servedBy(uri) === undefined) return [];
    const session = this.#sessions.forFile(uri);
    const run = runOfCell(session.model.cells, uri.fsPath, markers, line);
    if (run === undefined || session.path.run(run.key)?.before === undefined) return [];
    const title = vscode.l10n.t('Rewind to Before');
    return [
      new vscode.CodeLens(range, {
        title: `$(discard)\u00a0${title}`,
        tooltip: vscode.l10n.t('Go to the state before this cell was run'),
        command: 'hindsight.rewindBeforeAt',
        arguments: [uri, line],
      }),
    ];
  }
}
