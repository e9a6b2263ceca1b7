/**
 * One run of one notebook cell: keeps the cell's outputs equal to the model's. Changes are gathered for some
 * milliseconds; calls of VS Code's execution never overlap.
 */
import type * as vscode from 'vscode';
import { type Log, supervise } from '../logging/log.ts';
import { CellApplier } from '../panel/cell-applier.ts';
import type { PanelCell } from '../panel/cells.ts';
import { isEnded } from '../panel/model.ts';
import { contextOf, jupyterForm } from './jupyter-outputs.ts';

const batchMs = 30;

export class NotebookRun implements vscode.Disposable {
  /** Id of the evaluation. */
  readonly id: string;
  readonly cell: vscode.NotebookCell;
  readonly #session: string;
  readonly #log: Log;
  readonly #applier: CellApplier;
  /** Settles when it has ended, and how. */
  readonly ended: Promise<'succeeded' | 'failed'>;
  #end: (how: 'succeeded' | 'failed') => void = () => {};
  #batch: NodeJS.Timeout | undefined;
  #applying = Promise.resolve();

  constructor(
    id: string,
    cell: vscode.NotebookCell,
    controller: vscode.NotebookController,
    session: string,
    log: Log,
  ) {
    this.id = id;
    this.cell = cell;
    this.#session = session;
    this.#log = log;
    this.ended = new Promise((end) => {
      this.#end = end;
    });
    this.#applier = CellApplier.fresh(cell, controller, jupyterForm);
  }

  /** Shows the cell as waiting, before the runtime has heard of it. */
  expect(): void {
    this.#applier.expect();
  }

  /** The model's cell has changed. */
  note(model: PanelCell): void {
    if (isEnded(model)) this.#end(model.state === 'succeeded' ? 'succeeded' : 'failed');
    this.#batch ??= setTimeout(() => {
      this.#batch = undefined;
      this.#applying = this.#applying.then(() => this.#apply(model));
      supervise(this.#log, 'showing outputs', this.#applying);
    }, batchMs);
  }

  /** It will not run: another one failed before it, or the notebook was closed. */
  dispose(): void {
    clearTimeout(this.#batch);
    this.#end('failed');
    this.#applier.dispose();
  }

  async #apply(model: PanelCell): Promise<void> {
    if (this.cell.index < 0) return;
    await this.#applier.apply(model, contextOf(model, this.#session));
  }
}
