/**
 * The view "Time" in the debug side bar: the run that is debugged as a strip. It gathers what the page shows and carries
 * out what a person asks for there; the picture itself is drawn by `webview/`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DebuggedRun } from '../debugging/debugged-run.ts';
import type { DebuggedRuns } from '../debugging/debugged-runs.ts';
import { explainDebugError } from '../debugging/explain.ts';
import { describePosition } from '../debugging/position-words.ts';
import { type Log, supervise } from '../logging/log.ts';
import { pageOf } from '../webviews/page.ts';
import { Latest } from './latest.ts';
import type { Destination, FromTimeView, TimeMove, ToTimeView } from './messages.ts';
import { timeWords } from './time-words.ts';

export const timeViewId = 'hindsight.time';

const openedKey = 'hindsight.timeViewOpened';
const openAfterMs = 2000;

const moves = {
  'step-back': 'stepBack',
  step: 'next',
  'reverse-continue': 'reverseContinue',
  continue: 'continue',
} as const satisfies Record<TimeMove, string>;

export class TimeView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #runs: DebuggedRuns;
  readonly #dist: vscode.Uri;
  readonly #memento: vscode.Memento;
  readonly #log: Log;
  readonly #subscription: vscode.Disposable;
  readonly #goto = new Latest();
  readonly #look = new Latest();
  #view: vscode.WebviewView | undefined;
  /** What the page asked to see last: asked for again when the run has grown. */
  #wanted: (FromTimeView & { kind: 'look' }) | undefined;
  #shown: string | undefined;

  /** `memento` remembers that the view was opened for the person once. */
  constructor(runs: DebuggedRuns, extensionUri: vscode.Uri, memento: vscode.Memento, log: Log) {
    this.#runs = runs;
    this.#memento = memento;
    this.#dist = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#log = log;
    this.#subscription = runs.onDidChange((run) => {
      if (run?.position !== undefined) supervise(log, 'opening the Time view', this.#openOnce());
      this.#show(run);
    });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [this.#dist] };
    view.webview.onDidReceiveMessage((message) => {
      // Our own page is the only sender on this channel.
      supervise(this.#log, 'the Time view', this.#carryOut(message as FromTimeView));
    });
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = pageOf(view.webview, this.#dist, 'time-view');
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  // VS Code shows what is contributed to its debug side bar folded, so that nobody would find it.
  async #openOnce(): Promise<void> {
    if (this.#memento.get(openedKey) === true) return;
    await this.#memento.update(openedKey, true);
    // At the first stop VS Code opens the scope of the variables, and does not while their view changes its height.
    await delay(openAfterMs);
    await vscode.commands.executeCommand(`${timeViewId}.focus`, { preserveFocus: true });
  }

  #show(run: DebuggedRun | undefined): void {
    if (this.#view === undefined) return;
    const trace = run?.trace;
    if (trace !== this.#shown || run === undefined) {
      this.#shown = trace;
      this.#wanted = undefined;
      this.#post({ kind: 'run', trace, words: timeWords() });
    }
    if (run?.position === undefined) return;
    if (run.isRunning) {
      this.#post({ kind: 'running', text: vscode.l10n.t('running…') });
      return;
    }
    const { position } = run;
    const text = describePosition(position);
    const { time, live } = position;
    this.#post({ kind: 'position', trace: position.trace, time, live, text });
    // A run that goes on has more to show; its past stays as it is.
    if (live && this.#wanted !== undefined)
      supervise(this.#log, 'the Time view', this.#picture(this.#wanted));
  }

  async #carryOut(message: FromTimeView): Promise<void> {
    const run = this.#runs.front;
    switch (message.kind) {
      case 'ready':
        this.#shown = run?.trace;
        this.#post({ kind: 'run', trace: this.#shown, words: timeWords() });
        this.#show(run);
        return;
      case 'look':
        this.#wanted = message;
        return await this.#picture(message);
      case 'goto': {
        return await this.#goto.do(() => this.#ask(() => run?.ask('goto', exactly(message, run))));
      }
      case 'move':
        return await this.#ask(() => run?.move(moves[message.move]));
    }
  }

  #picture({ span, columns }: FromTimeView & { kind: 'look' }): Promise<void> {
    return this.#look.do(async () => {
      const run = this.#runs.front;
      const trace = run?.trace;
      if (run === undefined || trace === undefined) return;
      const { timeline } = await run.ask('timeline', {
        ...span,
        count: Math.max(1, Math.min(columns, 4000)),
      });
      if (timeline === undefined) return;
      const end = span === undefined ? timeline.to : 0;
      const known = new Set(timeline.marks.map(({ kind, at }) => `${kind} ${at}`));
      const hits = run.hits.filter(({ kind, at }) => !known.has(`${kind} ${at}`));
      this.#post({
        kind: 'picture',
        trace,
        timeline: {
          ...timeline,
          marks: [...timeline.marks, ...hits].toSorted((one, other) => one.time - other.time),
        },
        end,
      });
    });
  }

  async #ask(work: () => Promise<unknown> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      await explainDebugError(vscode.l10n.t('Not gone there'), error, this.#log);
    }
  }

  #post(message: ToTimeView): void {
    void this.#view?.webview.postMessage(message);
  }
}

/** Of one time there can be several lines; at the end, the last one is meant. */
function exactly({ time, at, step }: Destination, { present }: DebuggedRun): Partial<Destination> {
  if (at !== undefined) return { at };
  if (step !== undefined) return { step };
  return present !== undefined && time >= present.time ? { at: present.at } : { time };
}
