/**
 * One session as this window sees it: its name, its state, what its panel shows, and the code on its way to
 * it. Code that was sent while nothing can run yet waits here and is never lost. It opens nothing itself:
 * `Sessions` does, and tells it.
 */
import * as vscode from 'vscode';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import type { PanelCell, Submission, WaitingNote } from '../panel/cells.ts';
import { PanelModel } from '../panel/model.ts';
import { SessionPath } from '../time/session-path.ts';

/** `closed`: not open in any runtime, as far as this window knows. */
export type SessionState = 'closed' | 'starting' | 'idle' | 'busy' | 'waiting-input' | 'dead';

export interface SubmitOptions extends Submission {
  /** Columns that were taken off each line by dedenting. */
  readonly column?: number;
  readonly origin: 'file' | 'panel' | 'notebook';
  /** Begins a transaction, which stays open. */
  readonly tx?: 'explicit';
}

export class Session {
  readonly name: string;
  readonly model = new PanelModel();
  readonly path = new SessionPath();
  readonly #didChangeState = new vscode.EventEmitter<void>();
  readonly #didChangeCells = new vscode.EventEmitter<readonly PanelCell[]>();
  readonly #didReceive = new vscode.EventEmitter<Event>();
  readonly #didSubmit = new vscode.EventEmitter<SubmitOptions>();
  #connected: { readonly client: RuntimeClient; readonly id: string } | undefined;
  #waiting: SubmitOptions[] = [];
  #waitingNote: WaitingNote = { text: vscode.l10n.t('starting Python…') };
  #state: SessionState = 'closed';
  #info: Readonly<Record<string, unknown>> = {};
  #wasOpen = false;
  /** Of the event up to which the state is known already. */
  #stateSeq = 0;

  readonly onDidChangeState = this.#didChangeState.event;
  /** Cells of the model that have changed; an empty list when the whole has. */
  readonly onDidChangeCells = this.#didChangeCells.event;
  readonly onDidReceive = this.#didReceive.event;
  /** This window sent code, or keeps it until there is a session that takes it. */
  readonly onDidSubmit = this.#didSubmit.event;

  constructor(name: string) {
    this.name = name;
  }

  get id(): string | undefined {
    return this.#connected?.id;
  }

  /** Where requests about it go; undefined while it is not open. */
  get connected(): { readonly client: RuntimeClient; readonly id: string } | undefined {
    return this.#connected;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** `Python 3.11`, or what is known of it. */
  get language(): string {
    const version = this.#info['version'];
    const short = typeof version === 'string' ? version.split('.').slice(0, 2).join('.') : '';
    return `Python ${short}`.trim();
  }

  get interpreter(): string | undefined {
    const interpreter = this.#info['interpreter'];
    return typeof interpreter === 'string' ? interpreter : undefined;
  }

  /** True while code waits for a session to run it. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** True once it has been open in this window, even when its runtime is gone: the next code opens it again. */
  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  /** Shows the code at once and sends it as soon as there is a session that takes it. */
  submit(submission: SubmitOptions): void {
    this.model.submit(submission);
    if (this.#connected === undefined) this.#hold(submission, this.#waitingNote);
    else if (this.#state === 'dead')
      this.#hold(submission, {
        text: vscode.l10n.t('waits for a restart of the session'),
        command: 'hindsight.restart',
      });
    else this.#send(submission);
    this.#changed([submission.id]);
    this.#didSubmit.fire(submission);
  }

  /** Says below each waiting cell, and each that comes, what it waits for. */
  explainWaiting(note: WaitingNote = { text: vscode.l10n.t('starting Python…') }): void {
    this.#waitingNote = note;
    for (const { id } of this.#waiting) this.model.setNote(id, note);
    this.#changed(this.#waiting.map(({ id }) => id));
  }

  /**
   * The session is open, here, in this state. Sends what waited. `seq`: of the newest of the events that come again; whoever
   * cares for the state is told when they have come, because only then is known what it is about.
   */
  opened(
    client: RuntimeClient,
    id: string,
    info: Readonly<Record<string, unknown>>,
    { state, seq = 0 }: { readonly state: SessionState; readonly seq?: number },
  ): void {
    this.#connected = { client, id };
    this.#stateSeq = seq;
    this.#wasOpen = true;
    this.#info = info;
    if (seq === 0) this.#setState(state);
    else this.#state = state;
    this.#sendWaiting();
  }

  /** The same runtime is there again after the connection broke: sends what it never heard of. */
  reconnected(): void {
    this.#sendWaiting();
  }

  /** The session is not reachable any more; what ran there has no end of its own. What waits goes on waiting. */
  lost(reason: string): void {
    if (this.#connected !== undefined) this.#didChangeCells.fire([this.model.sessionEnded(reason)]);
    this.#connected = undefined;
    this.path.reset();
    const lost = this.model.unfinished.filter(({ key }) => !this.#waiting.some(({ id }) => id === key));
    for (const cell of lost) this.model.fail(cell.key, vscode.l10n.t('Session ended'), reason);
    this.#setState('closed');
    this.#changed(lost.map(({ key }) => key));
  }

  /** Folds an event of this session in. */
  receive(event: Event): void {
    this.path.apply(event);
    const changed = this.model.apply(event);
    if (event.type === 'ready') this.#info = event.info;
    if (changed.length > 0) this.#didChangeCells.fire(changed);
    // States that a session has been in before this window came are nobody's business any more.
    if (event.type === 'status' && event.seq > this.#stateSeq) this.#setState(event.state);
    if (event.seq === this.#stateSeq) this.#didChangeState.fire();
    if (event.type === 'ready') this.#sendWaiting();
    if (event.type === 'closed') this.lost(event.reason);
    this.#didReceive.fire(event);
  }

  async interrupt(executionId?: string): Promise<void> {
    this.#dropWaiting(executionId);
    await this.#connected?.client.request('interrupt', {
      session: this.#connected.id,
      ...(executionId === undefined ? {} : { execution_id: executionId }),
    });
  }

  async restart(): Promise<void> {
    await this.#connected?.client.request('restart', { session: this.#connected.id });
  }

  /** Answers a prompt; without `data`, the end of the file. */
  async answer(inputId: string, data: string | undefined): Promise<void> {
    await this.#connected?.client.request('stdin', {
      session: this.#connected.id,
      input_id: inputId,
      ...(data === undefined ? {} : { data }),
    });
  }

  clear(): void {
    this.model.clear();
    this.#didChangeCells.fire([]);
  }

  #sendWaiting(): void {
    if (this.#connected === undefined || this.#state === 'dead') return;
    const waiting = this.#waiting;
    this.#waiting = [];
    // One that is further than `sent` did reach the runtime before the connection broke.
    for (const submission of waiting)
      if (this.model.get(submission.id)?.state === 'sent') this.#send(submission);
  }

  #hold(submission: SubmitOptions, note: WaitingNote): void {
    this.#waiting.push(submission);
    this.model.setNote(submission.id, note);
  }

  #dropWaiting(executionId: string | undefined): void {
    const dropped = this.#waiting.filter(({ id }) => executionId === undefined || id === executionId);
    this.#waiting = this.#waiting.filter((submission) => !dropped.includes(submission));
    for (const { id } of dropped)
      this.model.fail(id, vscode.l10n.t('Cancelled'), vscode.l10n.t('it was not run'));
    this.#changed(dropped.map(({ id }) => id));
  }

  #send(submission: SubmitOptions): void {
    if (this.#connected === undefined) return;
    const { id, code, file, line, column, origin, tx } = submission;
    const { client, id: session } = this.#connected;
    const options = {
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(tx === undefined ? {} : { tx }),
    };
    client.request('eval', { session, code, origin, ...options }, { id }).catch((error: unknown) => {
      // A program that failed has said so by its `error` event; only what never ran is told here.
      const { code: reason, message } = ProtocolError.from(error);
      if (reason === 'disconnected') this.#disconnected(submission);
      else this.model.fail(id, vscode.l10n.t('Not run'), message);
      this.#changed([id]);
    });
  }

  // What the runtime has accepted is told by its events or ends with `lost`; the rest waits for a connection.
  #disconnected(submission: SubmitOptions): void {
    if (this.model.get(submission.id)?.state === 'sent')
      this.#hold(submission, { text: vscode.l10n.t('waits for the connection') });
  }

  #setState(state: SessionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#didChangeState.fire();
  }

  #changed(keys: readonly string[]): void {
    const cells = keys.map((key) => this.model.get(key)).filter((cell) => cell !== undefined);
    if (cells.length > 0) this.#didChangeCells.fire(cells);
  }
}
