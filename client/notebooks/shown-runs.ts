/** Which run a cell shows, and of which session: in a panel, or in a Jupyter notebook that has Hindsight behind it. */
import type * as vscode from 'vscode';
import { keyOf } from '../panel/outputs.ts';
import type { Panels } from '../panel/panels.ts';
import type { Session } from '../sessions/session.ts';
import type { Notebooks } from './notebooks.ts';

export interface ShownRun {
  readonly session: Session;
  /** Id of the evaluation. */
  readonly key: string;
}

export class ShownRuns {
  readonly #panels: Panels;
  readonly #notebooks: Notebooks;

  constructor(panels: Panels, notebooks: Notebooks) {
    this.#panels = panels;
    this.#notebooks = notebooks;
  }

  /** Undefined for a cell that was not run, or not by us. */
  of(cell: vscode.NotebookCell): ShownRun | undefined {
    const { uri } = cell.notebook;
    const ofPanel = this.#panels.sessionOf(uri);
    const session = ofPanel ?? this.#notebooks.sessionOf(uri);
    const key = ofPanel === undefined ? this.#notebooks.keyOf(cell) : keyOf(cell);
    return session === undefined || key === undefined ? undefined : { session, key };
  }

  /** True for a notebook whose cells can show runs. */
  has(notebook: vscode.NotebookDocument): boolean {
    return (this.#panels.sessionOf(notebook.uri) ?? this.#notebooks.sessionOf(notebook.uri)) !== undefined;
  }
}
