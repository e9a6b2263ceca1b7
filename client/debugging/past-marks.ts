/**
 * Says that one stands in the past: in the status bar, which leads back to the present, and at the line that is about to
 * be executed again, in the gutter and behind it.
 */
import * as vscode from 'vscode';
import type { Position } from '../../runtime/protocol/debug.ts';
import type { DebuggedRun } from './debugged-run.ts';
import type { DebuggedRuns } from './debugged-runs.ts';
import { lineIn } from './line-in-editor.ts';
import { describePast, describePosition } from './position-words.ts';
import type { SourceNames } from './source-names.ts';

export class PastMarks implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('hindsight.past', vscode.StatusBarAlignment.Left, 9);
  readonly #line: vscode.TextEditorDecorationType;
  readonly #namesOf: (run: DebuggedRun) => SourceNames;
  readonly #subscriptions: vscode.Disposable[];

  /** `namesOf`: what the cells of a run are called. */
  constructor(runs: DebuggedRuns, extensionUri: vscode.Uri, namesOf: (run: DebuggedRun) => SourceNames) {
    this.#namesOf = namesOf;
    this.#item.name = vscode.l10n.t('Hindsight: Where the Debugger Stands');
    this.#item.command = 'hindsight.goToPresent';
    this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    this.#line = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      gutterIconPath: vscode.Uri.joinPath(extensionUri, 'client/debugging/past.svg'),
      gutterIconSize: 'contain',
      borderColor: new vscode.ThemeColor('hindsight.pastLineBorder'),
      borderStyle: 'dashed',
      borderWidth: '1px 0',
      overviewRulerColor: new vscode.ThemeColor('hindsight.timePlayheadPast'),
      after: { color: new vscode.ThemeColor('hindsight.pastForeground'), margin: '0 0 0 3em' },
    });
    this.#subscriptions = [
      this.#item,
      this.#line,
      runs.onDidChange((run) => this.#show(run)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#show(runs.front)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #show(run: DebuggedRun | undefined): void {
    const past = run?.past;
    for (const editor of vscode.window.visibleTextEditors) {
      const range =
        run === undefined || past === undefined ? undefined : lineIn(editor, past, this.#namesOf(run));
      editor.setDecorations(
        this.#line,
        range === undefined || past === undefined ? [] : [marked(range, past)],
      );
    }
    if (past === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = describePast(past);
    this.#item.tooltip = vscode.l10n.t(
      'In the past of the run: {0}. Click to go to the present.',
      describePosition(past),
    );
    this.#item.accessibilityInformation = { label: this.#item.tooltip };
    this.#item.show();
  }
}

function marked(range: vscode.Range, past: Position): vscode.DecorationOptions {
  return { range, renderOptions: { after: { contentText: describePast(past) } } };
}
