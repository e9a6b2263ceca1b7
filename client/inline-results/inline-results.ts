/**
 * Results at the end of the last line that was sent: dimmed, whole on hover, struck through once the code is
 * edited or the run undone, gone with Escape or when the file closes.
 */
import * as vscode from 'vscode';
import type { PanelCell } from '../panel/cells.ts';
import type { Sent } from '../sending/send.ts';
import type { Session } from '../sessions/session.ts';
import { summarize, wholeText } from './summary.ts';

interface InlineResult {
  readonly executionId: string;
  readonly document: vscode.TextDocument;
  readonly session: Session;
  line: number;
  firstLine: number;
  isStale: boolean;
  cell?: PanelCell;
}

const contextKey = 'hindsight.hasInlineResults';
const hoverLength = 20_000;

export class InlineResults implements vscode.Disposable {
  readonly #decoration = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  readonly #subscriptions: vscode.Disposable[];
  #results: InlineResult[] = [];

  constructor() {
    this.#subscriptions = [
      this.#decoration,
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.workspace.onDidCloseTextDocument((document) =>
        this.#keep((result) => result.document !== document),
      ),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
    ];
  }

  /** Code was sent: its result will stand at the end of its last line. */
  expect({ executionId, document, range }: Sent, session: Session): void {
    const [firstLine, line] = [range.start.line, range.end.line];
    const overlaps = (result: InlineResult): boolean =>
      result.document === document && result.line >= firstLine && result.firstLine <= line;
    this.#keep((result) => !overlaps(result));
    this.#results.push({ executionId, document, session, line, firstLine, isStale: false });
  }

  /** Cells of a session changed; those that ended are shown. */
  update(cells: readonly PanelCell[]): void {
    let changed = false;
    for (const cell of cells) {
      const result = this.#results.find(({ executionId }) => executionId === cell.key);
      if (result === undefined || summarize(cell) === undefined) continue;
      result.cell = cell;
      changed = true;
    }
    if (changed) this.#draw();
  }

  clear(): void {
    this.#keep(() => false);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #keep(predicate: (result: InlineResult) => boolean): void {
    const kept = this.#results.filter(predicate);
    if (kept.length === this.#results.length) return;
    this.#results = kept;
    this.#draw();
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const results = this.#results.filter((result) => result.document === document);
    if (results.length === 0 || contentChanges.length === 0) return;
    for (const result of results) for (const change of contentChanges) move(result, change);
    this.#draw();
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const here = this.#results.filter(
        ({ document, cell }) => document === editor.document && cell !== undefined,
      );
      editor.setDecorations(
        this.#decoration,
        here.filter(({ line }) => line < editor.document.lineCount).map(toDecoration),
      );
    }
    const has = this.#results.some(({ cell }) => cell !== undefined);
    void vscode.commands.executeCommand('setContext', contextKey, has);
  }
}

// An edit above moves the result along; one inside makes it stale.
function move(result: InlineResult, { range, text }: vscode.TextDocumentContentChangeEvent): void {
  const added = text.split('\n').length - 1 - (range.end.line - range.start.line);
  const isAbove =
    range.end.line < result.firstLine ||
    (range.end.line === result.firstLine && range.end.character === 0 && added !== 0);
  if (range.start.line > result.line) return;
  if (!isAbove) result.isStale = true;
  result.line = Math.max(range.start.line, result.line + added);
  if (isAbove) result.firstLine += added;
}

function toDecoration({ document, line, cell, isStale, session }: InlineResult): vscode.DecorationOptions {
  const summary = cell === undefined ? undefined : summarize(cell);
  const end = document.lineAt(line).range.end;
  const isStruck = isStale || cell?.undone !== undefined;
  const colour =
    summary?.kind === 'error' ? 'hindsight.inlineErrorForeground' : 'hindsight.inlineResultForeground';
  return {
    range: new vscode.Range(end, end),
    hoverMessage: cell === undefined ? [] : hover(cell, session),
    renderOptions: {
      after: {
        contentText: summary?.text ?? '',
        margin: '0 0 0 2em',
        color: new vscode.ThemeColor(isStruck ? 'hindsight.inlineStaleForeground' : colour),
        ...(isStruck ? { textDecoration: 'line-through' } : {}),
      },
    },
  };
}

function hover(cell: PanelCell, session: Session): vscode.MarkdownString {
  const text = wholeText(cell);
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = {
    enabledCommands: ['hindsight.copyResult', 'hindsight.openInPanel', 'hindsight.openSource'],
  };
  markdown.appendCodeblock(text.length > hoverLength ? `${text.slice(0, hoverLength)}…` : text, 'text');
  const link = (label: string, command: string, ...args: unknown[]): string =>
    `[${label}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
  const links = [
    link(`$(copy) ${vscode.l10n.t('Copy')}`, 'hindsight.copyResult', session.name, cell.key),
    link(`$(go-to-file) ${vscode.l10n.t('Open in Panel')}`, 'hindsight.openInPanel', session.name, cell.key),
  ];
  const error = cell.outputs.find((output) => output.kind === 'error');
  const frame = error?.frames.at(-1);
  if (frame !== undefined)
    links.push(
      link(
        `$(debug-stackframe) ${vscode.l10n.t('Go to Frame')}`,
        'hindsight.openSource',
        frame.file,
        frame.line,
      ),
    );
  markdown.appendMarkdown(links.join(' &nbsp; '));
  return markdown;
}
