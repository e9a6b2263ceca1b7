/** All panels, by session: opens, reveals and restores them. A panel's name is its session's. */
import * as vscode from 'vscode';
import { type Log, supervise } from '../logging/log.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { type ControllerActions, PanelController, panelType } from './controller.ts';
import { inputCellData, toCellData } from './outputs.ts';
import { Panel } from './panel.ts';

export const panelScheme = 'hindsight';
const prefix = 'Hindsight ';

export class Panels implements vscode.Disposable {
  readonly controller: PanelController;
  readonly #sessions: Sessions;
  readonly #log: Log;
  readonly #panels = new Map<string, Panel>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(sessions: Sessions, actions: ControllerActions, extensionId: string, log: Log) {
    this.#sessions = sessions;
    this.#log = log;
    this.controller = new PanelController(extensionId, actions);
    this.#subscriptions = [
      this.controller,
      this.controller.onDidSelect((document) => this.get(document.uri)?.didSelectController()),
      vscode.workspace.onDidOpenNotebookDocument((document) => this.#opened(document)),
      vscode.workspace.onDidCloseNotebookDocument((document) => this.get(document.uri)?.didClose(document)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => {
        if (notebook.isDirty) this.get(notebook.uri)?.scheduleSave();
      }),
      vscode.window.onDidChangeVisibleNotebookEditors((editors) => {
        for (const editor of editors) this.#shown(editor);
      }),
    ];
  }

  /** Looks at what was open before this was made: after a reload VS Code restores its editors first. */
  adopt(): void {
    for (const document of vscode.workspace.notebookDocuments) this.#opened(document);
    for (const editor of vscode.window.visibleNotebookEditors) this.#shown(editor);
  }

  of(session: Session): Panel {
    const uri = uriOf(session);
    const known = this.#panels.get(uri.toString());
    if (known !== undefined) return known;
    const panel = new Panel(session, uri, this.controller, this.#log);
    this.#panels.set(uri.toString(), panel);
    return panel;
  }

  /** The panel of that address; undefined for another notebook. */
  get(uri: vscode.Uri): Panel | undefined {
    const session = this.sessionOf(uri);
    return session === undefined ? undefined : this.of(session);
  }

  sessionOf(uri: vscode.Uri): Session | undefined {
    const name = uri.scheme === panelScheme ? nameOf(uri) : undefined;
    return name === undefined ? undefined : this.#sessions.get(name);
  }

  /** Shows the panel beside the code, which keeps the focus. What is visible already stays where it is. */
  async reveal(session: Session, { focus = false } = {}): Promise<Panel> {
    const panel = this.of(session);
    if (panel.isVisible && !focus) return panel;
    const document = await vscode.workspace.openNotebookDocument(panel.uri);
    const viewColumn = columnOf(isTabOf(panel.uri)) ?? columnOf(isPanelTab) ?? vscode.ViewColumn.Beside;
    const editor = await vscode.window.showNotebookDocument(document, {
      viewColumn,
      preserveFocus: !focus,
      preview: false,
    });
    await this.controller.select(editor);
    return panel;
  }

  /** The cells of a panel as its session's log has them now. */
  async read(uri: vscode.Uri): Promise<readonly vscode.NotebookCellData[]> {
    const session = this.sessionOf(uri);
    if (session === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    // A runtime that cannot be asked is no reason to show no panel.
    await this.#sessions.resume().catch((error: unknown) => this.#log.warn('sessions not resumed', error));
    const context = { session: session.name, hasFocus: false };
    return [...session.model.cells.map((cell) => toCellData(cell, context)), inputCellData()];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #opened(document: vscode.NotebookDocument): void {
    if (document.notebookType === panelType) this.get(document.uri)?.bind(document);
  }

  #shown(editor: vscode.NotebookEditor): void {
    if (editor.notebook.notebookType !== panelType || this.controller.serves(editor.notebook)) return;
    supervise(this.#log, 'selecting the controller', this.controller.select(editor));
  }
}

// A slash would part a path, so a tab shows the sign that looks like one; that sign itself is escaped.
function uriOf({ name }: Session): vscode.Uri {
  const written = name.replace(/[%∕]/g, encodeURIComponent).replaceAll('/', '∕');
  return vscode.Uri.from({ scheme: panelScheme, path: `/${prefix}${written}` });
}

/** The reverse of `uriOf`; undefined for what no panel is called. */
function nameOf({ path }: vscode.Uri): string | undefined {
  const written = path.slice(1);
  if (!written.startsWith(prefix)) return undefined;
  try {
    return decodeURIComponent(written.slice(prefix.length).replaceAll('∕', '/'));
  } catch {
    return undefined; // A stray `%`, which `uriOf` never writes.
  }
}

/** Where such a tab is, visible or behind another one. */
function columnOf(isWanted: (tab: vscode.Tab) => boolean): vscode.ViewColumn | undefined {
  return vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isWanted))?.viewColumn;
}

function isTabOf(uri: vscode.Uri): (tab: vscode.Tab) => boolean {
  return ({ input }) => input instanceof vscode.TabInputNotebook && input.uri.toString() === uri.toString();
}

/** A panel of whatever session: the next one opens as a tab beside it, not in one more column. */
function isPanelTab({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputNotebook && input.notebookType === panelType;
}
