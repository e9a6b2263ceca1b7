/** The debug sessions of ours in this window: which is in front, and where each stands. Views follow it. */
import * as vscode from 'vscode';
import { DebuggedRun, debugType, positionEvent, type Standing } from './debugged-run.ts';

const contextKey = 'hindsight.debugging';
const pastKey = 'hindsight.inPast';
/** Most movements are over before this: nothing flickers for them. */
const settleMs = 150;
/** How long the steps of a run are waited for, each time twice as long as before. */
const firstCountMs = 200;
const lastCountMs = 60_000;

export class DebuggedRuns implements vscode.Disposable {
  readonly #runs = new Map<string, DebuggedRun>();
  readonly #didChange = new vscode.EventEmitter<DebuggedRun | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  #front: DebuggedRun | undefined;
  #timer: NodeJS.Timeout | undefined;
  #counting: NodeJS.Timeout | undefined;

  /** Another run is in front, or that one stands elsewhere; with the one in front. */
  readonly onDidChange = this.#didChange.event;

  constructor() {
    this.#subscriptions = [
      vscode.debug.onDidStartDebugSession((debug) => this.#started(debug)),
      vscode.debug.onDidTerminateDebugSession(({ id }) => this.#ended(id)),
      vscode.debug.onDidChangeActiveDebugSession((debug) => this.#chose(debug)),
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        // Our own adapter is the only sender of it.
        if (event === positionEvent) this.#told(session, body as Standing);
      }),
    ];
  }

  /** The run that views show; undefined while none is debugged. */
  get front(): DebuggedRun | undefined {
    return this.#front;
  }

  get(debugId: string): DebuggedRun | undefined {
    return this.#runs.get(debugId);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#counting);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#didChange.dispose();
  }

  #started(debug: vscode.DebugSession): void {
    if (debug.type !== debugType || this.#runs.has(debug.id)) return;
    const run = new DebuggedRun(debug);
    this.#runs.set(debug.id, run);
    this.#front = run;
    this.#tell();
  }

  #ended(id: string): void {
    if (!this.#runs.delete(id)) return;
    if (this.#front?.debug.id === id) this.#front = [...this.#runs.values()].at(-1);
    this.#tell();
  }

  // A session of another debugger in front is no reason to forget ours.
  #chose(debug: vscode.DebugSession | undefined): void {
    const run = debug === undefined ? undefined : this.#runs.get(debug.id);
    if (run === undefined || run === this.#front) return;
    this.#front = run;
    this.#tell();
  }

  // The first stop can be told before VS Code says that the session has started.
  #told(debug: vscode.DebugSession, standing: Standing): void {
    this.#started(debug);
    const run = this.#runs.get(debug.id);
    run?.told(standing);
    if (run === undefined || run !== this.#front) return;
    this.#awaitCount(run, firstCountMs);
    if (standing.running) this.#timer ??= setTimeout(() => this.#tell(), settleMs);
    else this.#tell();
  }

  // Steps are counted in the background, some time after the stop.
  #awaitCount(run: DebuggedRun, waitMs: number): void {
    clearTimeout(this.#counting);
    const at = run.position?.at;
    if (run.isRunning || at === undefined || run.position?.step !== undefined || waitMs > lastCountMs) return;
    this.#counting = setTimeout(() => {
      run.ask('position', undefined).then(
        ({ position }) => {
          if (run !== this.#front || run.isRunning || position?.at !== at) return;
          run.counted(position);
          if (position.step === undefined) this.#awaitCount(run, waitMs * 2);
          else this.#tell();
        },
        // It has gone on, or ended.
        () => {},
      );
    }, waitMs);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void vscode.commands.executeCommand('setContext', contextKey, this.#front !== undefined);
    void vscode.commands.executeCommand('setContext', pastKey, this.#front?.past !== undefined);
    this.#didChange.fire(this.#front);
  }
}
