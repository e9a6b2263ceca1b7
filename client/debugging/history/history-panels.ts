/** The histories of values, each in an editor of its own: a table and a sparkline whose rows lead to their moments. */
import * as vscode from 'vscode';
import type { Returns } from '../../../runtime/protocol/messages.ts';
import { type Log, supervise } from '../../logging/log.ts';
import { pageOf } from '../../webviews/page.ts';
import type { DebuggedRun } from '../debugged-run.ts';
import type { DebuggedRuns } from '../debugged-runs.ts';
import { explainDebugError } from '../explain.ts';
import type { FromHistory, HistoryMessage, ToHistory } from './messages.ts';
import { toRows } from './rows.ts';

const mostRows = 10_000;

interface Open {
  readonly run: DebuggedRun;
  readonly panel: vscode.WebviewPanel;
  message: HistoryMessage;
}

export class HistoryPanels implements vscode.Disposable {
  readonly #runs: DebuggedRuns;
  readonly #dist: vscode.Uri;
  readonly #log: Log;
  readonly #open = new Map<string, Open>();
  readonly #subscription: vscode.Disposable;

  constructor(runs: DebuggedRuns, extensionUri: vscode.Uri, log: Log) {
    this.#runs = runs;
    this.#dist = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#log = log;
    this.#subscription = runs.onDidChange((run) => {
      for (const open of this.#open.values())
        if (open.run === run) post(open, { kind: 'here', time: hereOf(run) });
    });
  }

  /**
   * Shows the values that an expression has had: those in snapshots at once, where it changed when that was found.
   * `frameId`: where it means what it means now.
   */
  async show(run: DebuggedRun, expression: string, frameId: number | undefined): Promise<void> {
    const title = vscode.l10n.t('Searching the history of {0}…', expression);
    const key = `${run.debug.id} ${expression}`;
    const asked = { expression, limit: mostRows, ...(frameId === undefined ? {} : { frameId }) };
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
      const sampled = await run.ask('history', { ...asked, sampled: true });
      this.#reveal(key, run, expression, messageOf(expression, sampled, hereOf(run), 'searching'));
      try {
        const found = await run.ask('history', asked);
        this.#update(key, messageOf(expression, found, hereOf(run), 'searched'));
      } catch (error) {
        this.#update(key, messageOf(expression, sampled, hereOf(run), 'searched'));
        throw error;
      }
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const { panel } of [...this.#open.values()]) panel.dispose();
  }

  #reveal(key: string, run: DebuggedRun, expression: string, message: HistoryMessage): void {
    const shown = this.#open.get(key);
    if (shown === undefined) this.#openNew(key, run, expression, message);
    else {
      this.#update(key, message);
      shown.panel.reveal();
    }
  }

  /** One that was closed meanwhile stays closed. */
  #update(key: string, message: HistoryMessage): void {
    const shown = this.#open.get(key);
    if (shown === undefined) return;
    shown.message = message;
    post(shown, message);
  }

  #openNew(key: string, run: DebuggedRun, expression: string, message: HistoryMessage): void {
    const title = vscode.l10n.t('History of {0}', expression);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('hindsight.history', title, place, {
      enableScripts: true,
      localResourceRoots: [this.#dist],
    });
    const open: Open = { run, panel, message };
    this.#open.set(key, open);
    panel.onDidDispose(() => this.#open.delete(key));
    panel.webview.onDidReceiveMessage((received: FromHistory) => {
      if (received.kind === 'ready') post(open, open.message);
      else supervise(this.#log, 'a row of a history', this.#goto(run, received.at));
    });
    panel.webview.html = pageOf(panel.webview, this.#dist, 'history');
  }

  async #goto(run: DebuggedRun, at: string): Promise<void> {
    const what = vscode.l10n.t('Not gone there');
    if (this.#runs.get(run.debug.id) === undefined) {
      await explainDebugError(what, new Error(vscode.l10n.t('the debug session has ended')), this.#log);
      return;
    }
    await run.ask('goto', { at }).catch((error: unknown) => explainDebugError(what, error, this.#log));
  }
}

function post({ panel }: Open, message: ToHistory): void {
  void panel.webview.postMessage(message);
}

function hereOf({ isRunning, position }: DebuggedRun): number | undefined {
  return isRunning ? undefined : position?.time;
}

function messageOf(
  expression: string,
  { history = [], complete = true }: Returns<'navigate'>,
  time: number | undefined,
  state: 'searching' | 'searched',
): HistoryMessage {
  const rows = toRows(history, (position) =>
    vscode.l10n.t('{0}, line {1}', position.name, position.sourceLoc.line),
  );
  return {
    kind: 'history',
    rows,
    time,
    summary: summaryOf(rows.length, state === 'searching' ? state : complete ? 'complete' : 'incomplete'),
    words: {
      title: vscode.l10n.t('History of {0}', expression),
      step: vscode.l10n.t('Step'),
      place: vscode.l10n.t('Before'),
      value: vscode.l10n.t('Value'),
      picture: vscode.l10n.t('The value over the run'),
      here: vscode.l10n.t('the debugger stands here'),
    },
  };
}

function summaryOf(count: number, state: 'searching' | 'complete' | 'incomplete'): string {
  const found = count === 1 ? vscode.l10n.t('1 value') : vscode.l10n.t('{0} values', count.toLocaleString());
  switch (state) {
    case 'searching':
      return vscode.l10n.t('{0} so far; searching for its changes…', found);
    case 'complete':
      return found;
    case 'incomplete':
      return vscode.l10n.t('{0}; not all of the run was searched', found);
  }
}
