/**
 * Which cell of which notebook the runtime means by `<cell 3>`: the one that shows run 3 of the session that is debugged, or
 * of the one that it was branched off from. Cells that came from a file are called by that file and need no such name.
 */
import * as vscode from 'vscode';
import type { ShownRuns } from '../notebooks/shown-runs.ts';
import { panelScheme } from '../panel/panels.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SourceNames } from './source-names.ts';

/** `session`: id or name of the session that the debugged code is from; undefined for a program on its own. */
export function cellSources(
  session: string | undefined,
  { runs, sessions }: { readonly runs: ShownRuns; readonly sessions: Sessions },
): SourceNames {
  const origin = sessions.all.find(({ id, name }) => id === session || name === session);
  const cells = (): readonly vscode.NotebookCell[] =>
    vscode.workspace.notebookDocuments
      .filter((notebook) => runs.has(notebook))
      .flatMap((notebook) => notebook.getCells());
  const countOf = (cell: vscode.NotebookCell): number | undefined => {
    const run = runs.of(cell);
    return run === undefined || run.session !== origin
      ? undefined
      : origin.model.get(run.key)?.executionCount;
  };
  return {
    addressOf(name) {
      const count = /^<cell (\d+)>$/.exec(name)?.[1];
      if (origin === undefined || count === undefined) return undefined;
      return cells()
        .findLast((cell) => countOf(cell) === Number(count))
        ?.document.uri.toString();
    },
    nameOf(address) {
      if (origin === undefined || !address.startsWith('vscode-notebook-cell:')) return undefined;
      const cell = cells().find(({ document }) => document.uri.toString() === address);
      const count = cell === undefined ? undefined : countOf(cell);
      return count === undefined ? undefined : `<cell ${count}>`;
    },
    titleOf(address) {
      if (!address.startsWith('vscode-notebook-cell:')) return undefined;
      const cell = vscode.workspace.notebookDocuments
        .flatMap((notebook) => notebook.getCells())
        .find(({ document }) => document.uri.toString() === address);
      // Those of a panel are known by their counts.
      if (cell === undefined || cell.notebook.uri.scheme === panelScheme) return undefined;
      const notebook = cell.notebook.uri.path.split('/').at(-1) ?? '';
      return vscode.l10n.t('{0}, cell {1}', notebook, cell.index + 1);
    },
  };
}
