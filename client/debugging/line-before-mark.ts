/** Marks the line that Step Back would undo, while one stands in the past: in the gutter, and by a tint. It is asked for after each move. */
import * as vscode from 'vscode';
import type { Position } from '../../runtime/protocol/debug.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { DebuggedRun } from './debugged-run.ts';
import type { DebuggedRuns } from './debugged-runs.ts';
import { lineIn } from './line-in-editor.ts';
import type { SourceNames } from './source-names.ts';

export class LineBeforeMark implements vscode.Disposable {
  readonly #mark: vscode.TextEditorDecorationType;
  readonly #runs: DebuggedRuns;
  readonly #namesOf: (run: DebuggedRun) => SourceNames;
  readonly #subscriptions: vscode.Disposable[];
  /** The moment that was asked about last, and what was answered. */
  #asked: string | undefined;
  #line: Position | undefined;

  /** `namesOf`: what the cells of a run are called. */
  constructor(
    runs: DebuggedRuns,
    extensionUri: vscode.Uri,
    namesOf: (run: DebuggedRun) => SourceNames,
    log: Log,
  ) {
    this.#runs = runs;
    this.#namesOf = namesOf;
    this.#mark = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      gutterIconPath: vscode.Uri.joinPath(extensionUri, 'client/debugging/line-before.svg'),
      gutterIconSize: 'contain',
      backgroundColor: new vscode.ThemeColor('hindsight.lineBeforeBackground'),
    });
    this.#subscriptions = [
      this.#mark,
      runs.onDidChange((run) => supervise(log, 'the line before', this.#follow(run))),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #follow(run: DebuggedRun | undefined): Promise<void> {
    const at = run?.past?.at;
    if (at === this.#asked) return;
    this.#asked = at;
    this.#line = undefined;
    if (run !== undefined && at !== undefined) {
      // Where it cannot be found there is no mark; Step Back says why.
      const { position } = await run.ask('lineBefore', undefined).catch(() => ({ position: undefined }));
      if (this.#asked !== at) return;
      this.#line = position;
    }
    this.#draw();
  }

  #draw(): void {
    const run = this.#runs.front;
    const line = this.#line;
    for (const editor of vscode.window.visibleTextEditors) {
      const range =
        run === undefined || line === undefined ? undefined : lineIn(editor, line, this.#namesOf(run));
      const hoverMessage = vscode.l10n.t('Step Back undoes this line');
      editor.setDecorations(this.#mark, range === undefined ? [] : [{ range, hoverMessage }]);
    }
  }
}
