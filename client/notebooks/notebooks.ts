/**
 * Jupyter notebooks with a Hindsight session behind them: any .ipynb can choose it as its kernel. Each notebook has a session
 * of its own name; its cells run one after the other, and what follows one that fails does not run. What a
 * cell shows is the session's model, as in the panel.
 */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { type Log, supervise } from '../logging/log.ts';
import type { PanelCell } from '../panel/cells.ts';
import { isEnded } from '../panel/model.ts';
import type { Launcher } from '../sessions/launcher.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { NotebookRun } from './notebook-run.ts';

export const jupyterType = 'jupyter-notebook';
export const jupyterControllerId = 'hindsight-python-jupyter';

export class Notebooks implements vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #launcher: Launcher;
  readonly #log: Log;
  readonly #controller: vscode.NotebookController;
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #runs = new Map<string, NotebookRun>();
  readonly #lastRuns = new WeakMap<vscode.NotebookCell, string>();
  readonly #selected = new Set<string>();
  readonly #didRun = new vscode.EventEmitter<vscode.NotebookCell>();

  /** The cell shows another run than before. */
  readonly onDidRun = this.#didRun.event;

  constructor(sessions: Sessions, launcher: Launcher, log: Log) {
    this.#sessions = sessions;
    this.#launcher = launcher;
    this.#log = log;
    this.#controller = vscode.notebooks.createNotebookController(
      jupyterControllerId,
      jupyterType,
      vscode.l10n.t('Hindsight (Python)'),
      (cells, notebook) => supervise(log, 'running cells', this.#run(cells, notebook)),
    );
    this.#controller.supportedLanguages = ['python'];
    this.#controller.supportsExecutionOrder = true;
    this.#controller.description = vscode.l10n.t('every state can be returned to');
    this.#controller.interruptHandler = (notebook) => this.#interrupt(notebook);
    this.#subscriptions.push(
      this.#controller,
      this.#didRun,
      this.#controller.onDidChangeSelectedNotebooks(({ notebook, selected }) =>
        this.#select(notebook, selected),
      ),
      sessions.onDidAdd((session) => this.#follow(session)),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.#closed(notebook)),
    );
    for (const session of sessions.all) this.#follow(session);
  }

  /** The session behind a notebook that has chosen Hindsight; undefined for any other one. */
  sessionOf(uri: vscode.Uri): Session | undefined {
    return this.#selected.has(uri.toString()) ? this.#sessions.forNotebook(uri) : undefined;
  }

  /** The evaluation that a cell shows; undefined when none of this session's. */
  keyOf(cell: vscode.NotebookCell): string | undefined {
    const session = this.sessionOf(cell.notebook.uri);
    if (session === undefined) return undefined;
    return this.#lastRuns.get(cell) ?? earlierRun(cell, session)?.key;
  }

  dispose(): void {
    for (const run of this.#runs.values()) run.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #run(cells: readonly vscode.NotebookCell[], notebook: vscode.NotebookDocument): Promise<void> {
    const session = this.#sessions.forNotebook(notebook.uri);
    await this.#sessions.serve(notebook.uri, session);
    const runs = cells
      .filter((cell) => cell.document.getText().trim() !== '')
      .map((cell) => this.#expect(cell, session));
    let failed = false;
    for (const run of runs) {
      if (failed || !this.#runs.has(run.id)) run.dispose();
      else failed = (await this.#submit(run, session)) === 'failed';
      this.#runs.delete(run.id);
    }
  }

  // Shown as waiting at once, all of them, although they are sent one by one.
  #expect(cell: vscode.NotebookCell, session: Session): NotebookRun {
    const run = new NotebookRun(randomUUID(), cell, this.#controller, session.name, this.#log);
    this.#runs.set(run.id, run);
    run.expect();
    return run;
  }

  async #submit(run: NotebookRun, session: Session): Promise<'succeeded' | 'failed'> {
    this.#lastRuns.set(run.cell, run.id);
    this.#didRun.fire(run.cell);
    session.submit({ id: run.id, code: run.cell.document.getText(), origin: 'notebook' });
    if (session.hasWaiting) void this.#launcher.ensureOpen(session, run.cell.notebook.uri);
    return await run.ended;
  }

  async #interrupt({ uri }: vscode.NotebookDocument): Promise<void> {
    const session = this.#sessions.forNotebook(uri);
    for (const run of this.#runs.values())
      if (run.cell.notebook.uri.toString() === uri.toString() && session.model.get(run.id) === undefined)
        this.#drop(run);
    await session.interrupt();
  }

  #drop(run: NotebookRun): void {
    this.#runs.delete(run.id);
    run.dispose();
  }

  #follow(session: Session): void {
    this.#subscriptions.push(
      session.onDidChangeCells((cells) => {
        for (const cell of cells) this.#runs.get(cell.key)?.note(cell);
      }),
      session.onDidChangeState(() => this.#showVersion(session)),
    );
  }

  #showVersion(session: Session): void {
    if (session.id !== undefined) this.#controller.label = `Hindsight (${session.language})`;
  }

  #select(notebook: vscode.NotebookDocument, selected: boolean): void {
    const uri = notebook.uri.toString();
    if (!selected) return void this.#selected.delete(uri);
    this.#selected.add(uri);
    this.#resume(notebook);
  }

  // After a reload of the window: what still runs goes on showing where it was.
  #resume(notebook: vscode.NotebookDocument): void {
    if (this.#sessions.servedBy(notebook.uri) === undefined) return;
    const session = this.#sessions.forNotebook(notebook.uri);
    const resumed = this.#sessions.resume().then(() => {
      for (const model of session.model.unfinished) {
        const cell = notebook.getCells().find(({ document }) => document.getText() === model.code);
        if (cell === undefined || this.#runs.has(model.key)) continue;
        const run = new NotebookRun(model.key, cell, this.#controller, session.name, this.#log);
        this.#runs.set(run.id, run);
        this.#lastRuns.set(cell, run.id);
        run.note(model);
        void run.ended.then(() => this.#runs.delete(run.id));
      }
    });
    supervise(this.#log, 'resuming a notebook', resumed);
  }

  #closed({ uri }: vscode.NotebookDocument): void {
    for (const run of this.#runs.values())
      if (run.cell.notebook.uri.toString() === uri.toString()) this.#drop(run);
  }
}

/** The run whose outcome a saved cell shows: of the same code and number, in this session. */
function earlierRun(cell: vscode.NotebookCell, session: Session): PanelCell | undefined {
  const count = cell.executionSummary?.executionOrder;
  if (count === undefined) return undefined;
  const code = cell.document.getText();
  return session.model.cells.find(
    (model) => isEnded(model) && model.executionCount === count && model.code === code,
  );
}
