/**
 * Tables of frames and arrays in editors of their own. It opens them, fetches what their pages ask for, and tells them
 * when a variable may have changed; drawing is `webview/`'s.
 */
import * as vscode from 'vscode';
import type { Event, EventType } from '../../runtime/protocol/events.ts';
import type { VariablePath } from '../../runtime/protocol/states.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { Session } from '../sessions/session.ts';
import { explainLook } from '../variables/explain-look.ts';
import { pageOf } from '../webviews/page.ts';
import type { FromTable, TableRequest, TableWords, ToTable } from './messages.ts';

export const tableViewType = 'hindsight.table';

const settleMs = 150;
const changing: ReadonlySet<EventType> = new Set(['result', 'error', 'ready', 'restored', 'rolled_back']);

/** What a table is of. */
export interface TableSubject {
  readonly session: Session;
  /** Snapshot id; undefined for the present, which the table then follows. */
  readonly at: string | undefined;
  readonly path: VariablePath;
  readonly name: string;
  /** Which state, for the title; absent for the present. */
  readonly state?: string;
}

interface Open {
  readonly subject: TableSubject;
  readonly panel: vscode.WebviewPanel;
  timer: NodeJS.Timeout | undefined;
}

export class TablePanels implements vscode.Disposable {
  readonly #dist: vscode.Uri;
  readonly #log: Log;
  readonly #open = new Map<string, Open>();

  constructor(extensionUri: vscode.Uri, log: Log) {
    this.#dist = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#log = log;
  }

  /** Shows the table of a variable, in the editor that shows it already where there is one. */
  show(subject: TableSubject): void {
    const key = keyOf(subject);
    const shown = this.#open.get(key);
    if (shown === undefined) this.#openNew(key, subject);
    else shown.panel.reveal();
  }

  /** Something happened in a session that may have changed its variables. */
  note(session: Session, { type }: Event): void {
    if (!changing.has(type)) return;
    for (const open of this.#open.values())
      if (open.subject.session === session && open.subject.at === undefined)
        open.timer ??= setTimeout(() => {
          open.timer = undefined;
          post(open, { kind: 'changed' });
        }, settleMs);
  }

  dispose(): void {
    for (const { panel } of [...this.#open.values()]) panel.dispose();
  }

  #openNew(key: string, subject: TableSubject): void {
    const title = subject.state === undefined ? subject.name : `${subject.name} (${subject.state})`;
    const panel = vscode.window.createWebviewPanel(tableViewType, title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [this.#dist],
      retainContextWhenHidden: true,
    });
    const open: Open = { subject, panel, timer: undefined };
    this.#open.set(key, open);
    panel.onDidDispose(() => {
      clearTimeout(open.timer);
      this.#open.delete(key);
    });
    panel.webview.onDidReceiveMessage((message) => {
      // Our own page is the only sender on this channel.
      supervise(this.#log, 'a table', this.#answer(open, message as FromTable));
    });
    panel.webview.html = pageOf(panel.webview, this.#dist, 'table');
  }

  async #answer(open: Open, message: FromTable): Promise<void> {
    if (message.kind === 'ready') post(open, { kind: 'words', words: words(open.subject.name) });
    else post(open, await fetch(open.subject, message));
  }
}

async function fetch({ session, at, path }: TableSubject, request: TableRequest): Promise<ToTable> {
  const { id, sort, filter } = request;
  try {
    const { connected } = session;
    if (connected === undefined)
      return { kind: 'failed', id, message: vscode.l10n.t('The session is not open any more.') };
    const found = await connected.client.request('table', {
      session: connected.id,
      ...(at === undefined ? {} : { at }),
      path: [...path],
      start: request.start,
      count: request.count,
      column_start: request.columnStart,
      column_count: request.columnCount,
      ...(sort === undefined ? {} : { sort }),
      ...(filter === '' ? {} : { filter }),
    });
    const { columns, index, rows, type, total_rows: totalRows, total_columns: totalColumns } = found;
    return { kind: 'rows', id, columns, index, rows, type, totalRows, totalColumns };
  } catch (error) {
    return { kind: 'failed', id, message: explainLook(error) };
  }
}

function post({ panel }: Open, message: ToTable): void {
  void panel.webview.postMessage(message);
}

function keyOf({ session, at, path }: TableSubject): string {
  return JSON.stringify([session.name, at ?? '', path]);
}

function words(name: string): TableWords {
  return {
    label: vscode.l10n.t('Table of {0}', name),
    filter: vscode.l10n.t('Show only rows that contain…'),
    index: vscode.l10n.t('Row'),
    size: vscode.l10n.t('{0} rows × {1} columns'),
    filteredSize: vscode.l10n.t('{0} rows pass × {1} columns'),
    empty: vscode.l10n.t('No rows'),
    loading: vscode.l10n.t('Loading…'),
    sortedUp: vscode.l10n.t('Sorted by {0}, smallest first'),
    sortedDown: vscode.l10n.t('Sorted by {0}, largest first'),
    unsorted: vscode.l10n.t('In the order of the table'),
  };
}
