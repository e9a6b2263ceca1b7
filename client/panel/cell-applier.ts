/**
 * Brings one cell of the document to what its model says, by VS Code's execution API: appends what is new,
 * replaces what has changed. It remembers what it has shown, so that a stream of output costs what is new in it.
 */
import type * as vscode from 'vscode';
import type { PanelCell, PanelOutput } from './cells.ts';
import { isEnded } from './model.ts';
import { type OutputContext, type OutputForm, panelForm, streamItem, toOutput } from './outputs.ts';

interface Shown {
  readonly id: string;
  readonly output: vscode.NotebookCellOutput;
  version: number;
  textLength: number;
  rewrites: number;
}

export class CellApplier {
  readonly #document: vscode.NotebookCell;
  readonly #controller: vscode.NotebookController;
  readonly #form: OutputForm;
  #shown: Shown[] = [];
  #execution: vscode.NotebookCellExecution | undefined;
  #started = false;
  #version = -1;
  #needsReplace: boolean;

  /** `asShown`: the outputs that the document's cell has are those of the model's cell now. */
  constructor(
    document: vscode.NotebookCell,
    controller: vscode.NotebookController,
    cell: PanelCell | undefined,
    form = panelForm,
  ) {
    this.#document = document;
    this.#controller = controller;
    this.#form = form;
    this.#needsReplace = cell === undefined || (cell.undone !== undefined && form.standIn !== undefined);
    if (cell === undefined || this.#needsReplace) return;
    const same = document.outputs.length === cell.outputs.length;
    const isAsShown = same && isEnded(cell) && document.executionSummary?.success !== undefined;
    // A cell that ended while its document was read has its outputs and no end: appended, they would be there twice.
    this.#needsReplace = !isAsShown && (!same || document.outputs.length > 0);
    if (!isAsShown) return;
    this.#shown = cell.outputs.map((output, index) =>
      shown(output, document.outputs[index] as vscode.NotebookCellOutput),
    ); // The lengths are equal.
    this.#version = cell.version;
  }

  /** For a new run of a cell: the outputs that it has are those of another run. */
  static fresh(
    document: vscode.NotebookCell,
    controller: vscode.NotebookController,
    form: OutputForm,
  ): CellApplier {
    return new CellApplier(document, controller, undefined, form);
  }

  get document(): vscode.NotebookCell {
    return this.#document;
  }

  /** Shows the model's cell. Calls must not overlap. */
  async apply(cell: PanelCell, context: OutputContext): Promise<void> {
    if (cell.version === this.#version || cell.kind !== 'code') return;
    const version = cell.version;
    const execution = this.#open(cell);
    if (cell.state === 'sent' || cell.state === 'queued') return;
    if (!this.#started) {
      this.#started = true;
      execution.executionOrder = cell.executionCount;
      execution.start(cell.startedMs ?? Date.now());
    }
    const ended = isEnded(cell);
    const { endedMs } = cell;
    await this.#sync(execution, cell, context);
    this.#version = version;
    if (ended) this.#end(cell.state === 'succeeded', endedMs);
  }

  /** Shows the cell as waiting, before there is a model of it. */
  expect(): void {
    this.#open(undefined);
  }

  /** Ends what it began, for a document that goes away. */
  dispose(): void {
    this.#end(undefined, undefined);
  }

  // Output of a thread can come after the end: it is then shown by an execution of its own.
  #open(cell: PanelCell | undefined): vscode.NotebookCellExecution {
    if (this.#execution === undefined) {
      this.#execution = this.#controller.createNotebookCellExecution(this.#document);
      this.#started = false;
      if (cell?.executionCount !== undefined) this.#execution.executionOrder = cell.executionCount;
    }
    return this.#execution;
  }

  #end(success: boolean | undefined, endedMs: number | undefined): void {
    const execution = this.#execution;
    this.#execution = undefined;
    if (execution === undefined) return;
    // VS Code ends only what has started.
    if (!this.#started) execution.start();
    execution.end(success, endedMs);
  }

  async #sync(
    execution: vscode.NotebookCellExecution,
    cell: PanelCell,
    context: OutputContext,
  ): Promise<void> {
    const standIn = this.#form.standIn?.(cell, context);
    if (standIn !== undefined) {
      this.#shown = [];
      this.#needsReplace = true;
      await execution.replaceOutput(standIn);
      return;
    }
    const outputs = [...cell.outputs];
    const isPrefix = this.#shown.every(({ id }, index) => outputs[index]?.id === id);
    if (this.#needsReplace || !isPrefix) {
      this.#needsReplace = false;
      this.#shown = outputs.map((output) => shown(output, toOutput(output, cell, context, this.#form)));
      await execution.replaceOutput(this.#shown.map(({ output }) => output));
      return;
    }
    for (const [index, output] of outputs.entries()) {
      const known = this.#shown[index];
      if (known === undefined) await this.#append(execution, output, cell, context);
      else if (known.version !== output.version) await this.#update(execution, known, output, cell, context);
    }
  }

  async #append(
    execution: vscode.NotebookCellExecution,
    output: PanelOutput,
    cell: PanelCell,
    context: OutputContext,
  ): Promise<void> {
    const added = shown(output, toOutput(output, cell, context, this.#form));
    this.#shown.push(added);
    await execution.appendOutput(added.output);
  }

  async #update(
    execution: vscode.NotebookCellExecution,
    known: Shown,
    output: PanelOutput,
    cell: PanelCell,
    context: OutputContext,
  ): Promise<void> {
    const { textLength, rewrites } = known;
    Object.assign(known, shown(output, known.output));
    if (output.kind === 'stream' && output.rewrites === rewrites) {
      await execution.appendOutputItems(
        streamItem(output.stream, output.text.slice(textLength)),
        known.output,
      );
    } else {
      await execution.replaceOutputItems(this.#form.toItems(output, cell, context), known.output);
    }
  }
}

function shown(output: PanelOutput, as: vscode.NotebookCellOutput): Shown {
  const isStream = output.kind === 'stream';
  return {
    id: output.id,
    output: as,
    version: output.version,
    textLength: isStream ? output.text.length : 0,
    rewrites: isStream ? output.rewrites : 0,
  };
}
