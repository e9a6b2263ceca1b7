/**
 * The notebook controller of the panels: what runs when a person runs a cell there, and what their stop
 * button does. Which controller a notebook has is VS Code's to know; here it is made ours.
 */
import * as vscode from 'vscode';

export const panelType = 'hindsight-panel';
const controllerId = 'hindsight-python';

export interface ControllerActions {
  run(cells: readonly vscode.NotebookCell[], notebook: vscode.NotebookDocument): void;
  interrupt(notebook: vscode.NotebookDocument): Promise<void>;
}

export class PanelController implements vscode.Disposable {
  readonly controller: vscode.NotebookController;
  readonly #extensionId: string;
  readonly #selected = new Set<string>();
  readonly #didSelect = new vscode.EventEmitter<vscode.NotebookDocument>();

  /** The controller can act on that document from now on. */
  readonly onDidSelect = this.#didSelect.event;

  constructor(extensionId: string, actions: ControllerActions) {
    this.#extensionId = extensionId;
    this.controller = vscode.notebooks.createNotebookController(
      controllerId,
      panelType,
      'Hindsight',
      (cells, notebook) => actions.run(cells, notebook),
    );
    this.controller.supportedLanguages = ['python'];
    this.controller.supportsExecutionOrder = true;
    this.controller.interruptHandler = (notebook) => actions.interrupt(notebook);
    this.controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
      if (!selected) return void this.#selected.delete(notebook.uri.toString());
      this.#selected.add(notebook.uri.toString());
      this.#didSelect.fire(notebook);
    });
  }

  /** True when outputs can be shown in that document. */
  serves(document: vscode.NotebookDocument): boolean {
    return this.#selected.has(document.uri.toString());
  }

  /** Makes this the controller of the notebook that the editor shows. */
  async select(notebookEditor: vscode.NotebookEditor): Promise<void> {
    this.controller.updateNotebookAffinity(
      notebookEditor.notebook,
      vscode.NotebookControllerAffinity.Preferred,
    );
    if (this.serves(notebookEditor.notebook)) return;
    const options = { notebookEditor, id: controllerId, extension: this.#extensionId };
    await vscode.commands.executeCommand('notebook.selectKernel', options);
  }

  dispose(): void {
    this.controller.dispose();
    this.#didSelect.dispose();
  }
}
