/**
 * One session's panel: keeps the open document equal to the session's model. Changes are gathered for some
 * milliseconds and applied one batch after the other. It decides nothing: what is shown is the model's.
 */
import * as vscode from 'vscode';
import type { Log } from '../logging/log.ts';
import type { Session } from '../sessions/session.ts';
import { CellApplier } from './cell-applier.ts';
import type { PanelCell } from './cells.ts';
import type { PanelController } from './controller.ts';
import { Folds } from './folds.ts';
import { inputCellData, keyOf, type OutputContext, toCellData, toMetadata } from './outputs.ts';
import { TailFollower } from './tail-follower.ts';

const batchMs = 30;
const saveMs = 200;

export class Panel implements vscode.Disposable {
  readonly session: Session;
  readonly uri: vscode.Uri;
  readonly #controller: PanelController;
  readonly #log: Log;
  readonly #subscriptions: vscode.Disposable[];
  readonly #changed = new Set<PanelCell>();
  readonly #appliers = new Map<string, CellApplier>();
  readonly #folds = new Folds(() => this.#document);
  readonly #tail = new TailFollower(() => this.#document);
  readonly #claims = new Map<string, vscode.NotebookCell>();
  #document: vscode.NotebookDocument | undefined;
  #batch: NodeJS.Timeout | undefined;
  #appliedMs = 0;
  #save: NodeJS.Timeout | undefined;
  #applying = Promise.resolve();

  constructor(session: Session, uri: vscode.Uri, controller: PanelController, log: Log) {
    this.session = session;
    this.uri = uri;
    this.#controller = controller;
    this.#log = log;
    this.#subscriptions = [
      this.#tail,
      session.onDidChangeCells((cells) => this.#note(cells)),
      vscode.window.onDidChangeVisibleNotebookEditors(() => this.#note([])),
    ];
  }

  get document(): vscode.NotebookDocument | undefined {
    return this.#document;
  }

  get isVisible(): boolean {
    return vscode.window.visibleNotebookEditors.some(({ notebook }) => notebook === this.#document);
  }

  /** Takes over a document that VS Code has opened, and brings it up to date. */
  bind(document: vscode.NotebookDocument): void {
    // What shows its cells already goes on: a second execution of a cell is refused.
    if (document !== this.#document) this.unbind();
    this.#document = document;
    this.#folds.reset();
    this.#note(this.session.model.cells);
  }

  /** A document of this address was closed: perhaps an earlier one, after its successor was opened. */
  didClose(document: vscode.NotebookDocument): void {
    if (document === this.#document) this.unbind();
  }

  /** Shows nothing any more, until another document is opened. */
  unbind(): void {
    for (const applier of this.#appliers.values()) applier.dispose();
    this.#appliers.clear();
    this.#claims.clear();
    this.#document = undefined;
  }

  /** Uses a cell that a person typed for the evaluation of that id, instead of a new one. */
  claim(cell: vscode.NotebookCell, executionId: string): void {
    this.#claims.set(executionId, cell);
  }

  /** A controller can act on the document now. */
  didSelectController(): void {
    this.#note(this.session.model.cells);
  }

  /** VS Code calls a changed document dirty and would ask about it when it is closed. */
  scheduleSave(): void {
    clearTimeout(this.#save);
    this.#save = setTimeout(() => void this.#document?.save(), saveMs);
  }

  dispose(): void {
    clearTimeout(this.#batch);
    clearTimeout(this.#save);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.unbind();
  }

  #note(cells: readonly PanelCell[]): void {
    for (const cell of cells) this.#changed.add(cell);
    if (this.#document === undefined || this.#batch !== undefined) return;
    // Who has been quiet is answered at once; what goes on and on comes in batches.
    const isQuiet = performance.now() - this.#appliedMs > batchMs;
    this.#batch = setTimeout(
      () => {
        this.#applying = this.#applying
          .then(() => this.#apply())
          .catch((error: unknown) => this.#log.error('panel not updated', error))
          .finally(() => this.#applied());
      },
      isQuiet ? 0 : batchMs,
    );
  }

  // What came while a batch was applied starts the next one; until then events only gather.
  #applied(): void {
    this.#batch = undefined;
    this.#appliedMs = performance.now();
    if (this.#changed.size > 0 && this.#document !== undefined && this.#controller.serves(this.#document))
      this.#note([]);
  }

  async #apply(): Promise<void> {
    const document = this.#document;
    if (document === undefined) return;
    if (!this.#controller.serves(document)) return await this.#arrange(document);
    // A cell that is there need not wait for the insertion of others: that it is undone is seen at once.
    await Promise.all([this.#showChanged(document, true), this.#arrange(document)]);
    await Promise.all([this.#showChanged(document, false), this.#folds.apply()]);
    // VS Code can refuse an edit while it saves: what is not in the document yet is tried again with the next batch.
    for (const cell of this.session.model.cells) if (!this.#appliers.has(cell.key)) this.#changed.add(cell);
    this.#tail.follow();
  }

  /** `known`: only those that the document has. */
  async #showChanged(document: vscode.NotebookDocument, known: boolean): Promise<void> {
    const changed = [...this.#changed].filter(({ key }) => !known || this.#appliers.has(key));
    for (const cell of changed) {
      this.#changed.delete(cell);
      this.#folds.changed(cell);
    }
    const context = {
      session: this.session.name,
      hasFocus: vscode.window.activeNotebookEditor?.notebook === document,
    };
    for (const cell of changed) await this.#show(cell, context);
  }

  // One cell that VS Code refuses must not keep the others from being shown.
  async #show(cell: PanelCell, context: OutputContext): Promise<void> {
    const applier = this.#appliers.get(cell.key);
    if (applier === undefined || applier.document.index < 0) return;
    await applier
      .apply(cell, context)
      .catch((error: unknown) => this.#log.error('cell not updated', cell.key, error));
  }

  // Inserts the cells that are missing, removes those that were cleared, and keeps an empty one at the end.
  async #arrange(document: vscode.NotebookDocument): Promise<void> {
    const cells = this.session.model.cells;
    const byKey = new Map(document.getCells().map((cell) => [keyOf(cell), cell] as const));
    const wanted = new Set(cells.map(({ key }) => key));
    const edits = document
      .getCells()
      .filter((cell) => keyOf(cell) !== undefined && !wanted.has(keyOf(cell) ?? ''))
      .map(({ index }) => vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(index, index + 1)))
      .reverse();
    const missing = cells.filter(({ key }) => !byKey.has(key) && !this.#appliers.has(key));
    const claimed = missing.filter(({ key }) => this.#isClaimed(key));
    for (const cell of claimed) {
      const index = this.#claims.get(cell.key)?.index;
      if (index !== undefined)
        edits.push(vscode.NotebookEdit.updateCellMetadata(index, { ...toMetadata(cell) }));
    }
    await edit(document, edits);
    await this.#insert(
      document,
      missing.filter((cell) => !claimed.includes(cell)),
    );
    await this.#keepInput(document);
    this.#map(document);
    if (edits.length + missing.length > 0) this.#tail.start();
  }

  #isClaimed(key: string): boolean {
    const cell = this.#claims.get(key);
    return cell !== undefined && cell.index >= 0 && keyOf(cell) === undefined;
  }

  async #insert(document: vscode.NotebookDocument, cells: readonly PanelCell[]): Promise<void> {
    if (cells.length === 0) return;
    const last = document.cellCount > 0 ? document.cellAt(document.cellCount - 1) : undefined;
    const isInput = last !== undefined && isTyped(last) && ![...this.#claims.values()].includes(last);
    const index = isInput ? document.cellCount - 1 : document.cellCount;
    // Outputs follow by an execution: here they would be shown twice.
    const data = cells.map((cell) =>
      toCellData({ ...cell, outputs: [], state: 'sent' }, { session: this.session.name, hasFocus: false }),
    );
    await edit(document, [vscode.NotebookEdit.insertCells(index, data)]);
    for (const cell of cells) this.#folds.added(cell);
  }

  async #keepInput(document: vscode.NotebookDocument): Promise<void> {
    const last = document.cellCount > 0 ? document.cellAt(document.cellCount - 1) : undefined;
    if (last !== undefined && isTyped(last) && ![...this.#claims.values()].includes(last)) return;
    await edit(document, [vscode.NotebookEdit.insertCells(document.cellCount, [inputCellData()])]);
  }

  #map(document: vscode.NotebookDocument): void {
    for (const cell of document.getCells()) {
      const key = keyOf(cell);
      const model = key === undefined ? undefined : this.session.model.get(key);
      if (key === undefined || model === undefined || this.#appliers.has(key)) continue;
      this.#appliers.set(key, new CellApplier(cell, this.#controller.controller, model));
      this.#claims.delete(key);
      this.#changed.add(model);
    }
  }
}

function isTyped(cell: vscode.NotebookCell): boolean {
  return cell.kind === vscode.NotebookCellKind.Code && keyOf(cell) === undefined;
}

async function edit(document: vscode.NotebookDocument, edits: vscode.NotebookEdit[]): Promise<void> {
  if (edits.length === 0) return;
  const workspaceEdit = new vscode.WorkspaceEdit();
  workspaceEdit.set(document.uri, edits);
  await vscode.workspace.applyEdit(workspaceEdit);
}
