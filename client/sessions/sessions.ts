/**
 * The sessions that this window knows, by name, and which of them serves which file. It opens them in the
 * runtime, or finds them there again after a reload, and gives every event to its session.
 */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import { interpreterFor } from '../interpreter/interpreter.ts';
import type { Log } from '../logging/log.ts';
import type { Connected, RuntimeConnection } from '../runtime/runtime-connection.ts';
import { Session, type SessionState } from './session.ts';

/** The session that a file has until a person chooses another one. */
export const mainSession = 'main';

const servedFilesKey = 'hindsight.servedFiles';

export class Sessions implements vscode.Disposable {
  readonly #runtime: RuntimeConnection;
  readonly #memento: vscode.Memento;
  readonly #log: Log;
  readonly #byName = new Map<string, Session>();
  readonly #unclaimed = new Map<string, Event[]>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #didAdd = new vscode.EventEmitter<Session>();
  readonly #didOpen = new vscode.EventEmitter<Session>();
  readonly #didChangeServed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidAdd = this.#didAdd.event;
  /** A session was opened that did not run before: its namespace is empty. */
  readonly onDidOpen = this.#didOpen.event;
  /** Another session serves the file, or the first one does. */
  readonly onDidChangeServed = this.#didChangeServed.event;

  constructor(runtime: RuntimeConnection, memento: vscode.Memento, log: Log) {
    this.#runtime = runtime;
    this.#memento = memento;
    this.#log = log;
    this.#subscriptions = [
      runtime.onDidConnect(({ client }) => {
        client.onEvent((event) => this.#route(event));
        client.onDidReconnect(() => {
          for (const session of this.#byName.values()) session.reconnected();
        });
      }),
      runtime.onDidClose(() => {
        this.#unclaimed.clear();
        const reason = vscode.l10n.t('the Hindsight runtime has ended');
        for (const session of this.#byName.values()) session.lost(reason);
      }),
    ];
  }

  get all(): readonly Session[] {
    return [...this.#byName.values()];
  }

  /** The session of that name; not necessarily open. */
  get(name: string): Session {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const session = new Session(name);
    this.#byName.set(name, session);
    this.#didAdd.fire(session);
    return session;
  }

  /** The session that serves a file, or `main`, which will. */
  forFile(uri: vscode.Uri): Session {
    return this.get(this.servedBy(uri) ?? mainSession);
  }

  /** The session of a notebook: one of its own, unless a person chose another. */
  forNotebook(uri: vscode.Uri): Session {
    return this.get(this.servedBy(uri) ?? vscode.workspace.asRelativePath(uri));
  }

  /** Name of the session that serves a file; undefined when nothing of it was ever sent. */
  servedBy(uri: vscode.Uri): string | undefined {
    return this.#served()[uri.toString()];
  }

  /** URIs of the files that are served, with the names of their sessions. */
  get served(): ReadonlyArray<readonly [string, string]> {
    return Object.entries(this.#served());
  }

  /** Makes a session serve a file, now and after a reload. */
  async serve(uri: vscode.Uri, session: Session): Promise<void> {
    if (this.servedBy(uri) === session.name) return;
    await this.#memento.update(servedFilesKey, { ...this.#served(), [uri.toString()]: session.name });
    this.#didChangeServed.fire(uri);
  }

  /** A name that no session has yet: `main`, `session 2`, …. */
  newName(): string {
    if (!this.#byName.has(mainSession)) return mainSession;
    for (let number = 2; ; number++) {
      if (!this.#byName.has(`session ${number}`)) return `session ${number}`;
    }
  }

  /**
   * Makes sure that the session is open, starting the runtime and an interpreter where there are none.
   * Errors: those of `clone`, and that the runtime does not start.
   */
  open(session: Session, resource: vscode.Uri | undefined): Promise<void> {
    if (session.id !== undefined) return Promise.resolve();
    let opening = this.#opening.get(session.name);
    if (opening === undefined) {
      opening = this.#open(session, resource).finally(() => this.#opening.delete(session.name));
      this.#opening.set(session.name, opening);
      this.#tellServed(session);
    }
    return opening;
  }

  /** True between the first code that asks for the session and its being open. */
  isOpening(session: Session): boolean {
    return this.#opening.has(session.name);
  }

  /** Finds the sessions of a runtime that runs already, with all their events. Starts nothing. */
  async resume(): Promise<void> {
    const connected = await this.#runtime.find();
    if (connected !== undefined) await this.#resume(connected);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#didAdd.dispose();
    this.#didOpen.dispose();
    this.#didChangeServed.dispose();
  }

  async #open(session: Session, resource: vscode.Uri | undefined): Promise<void> {
    const connected = await this.#runtime.connect();
    await this.#resume(connected);
    if (session.id !== undefined) return;
    const interpreter = await interpreterFor(resource, this.#log);
    const started = Date.now();
    const { session: id, info } = await connected.client.request('clone', {
      name: session.name,
      cwd: this.#cwd(resource),
      ...(interpreter === undefined ? {} : { interpreter }),
      snapshots: vscode.workspace
        .getConfiguration('hindsight', resource)
        .get<'always' | 'cheap' | 'never'>('snapshots.automatic', 'always'),
    });
    this.#log.info('session opened', { session: id, durationMs: Date.now() - started });
    this.#opened(session, connected.client, id, info, { state: 'idle' });
    this.#didOpen.fire(session);
  }

  // Attached one after the other: the events of one session are folded before those of the next one come.
  async #resume({ client }: Connected): Promise<void> {
    const { sessions } = await client.request('ls-sessions', {});
    for (const { session: id, name, info } of sessions) {
      const session = this.get(name ?? id);
      if (session.id !== undefined) continue;
      // A fork is attached to by its answer already; all its events come again.
      this.#unclaimed.delete(id);
      const { state, seq } = await client.request('attach', { session: id, since: 0 });
      this.#log.info('session resumed', { session: id, state });
      this.#opened(session, client, id, info, { state, seq });
    }
  }

  #opened(
    session: Session,
    client: RuntimeClient,
    id: string,
    info: Readonly<Record<string, unknown>>,
    now: { readonly state: SessionState; readonly seq?: number },
  ): void {
    session.opened(client, id, info, now);
    const missed = this.#unclaimed.get(id) ?? [];
    this.#unclaimed.delete(id);
    for (const event of missed) session.receive(event);
    this.#tellServed(session);
  }

  /** Also when the session begins to open: what is served then changes, though not by whom. */
  #tellServed(session: Session): void {
    for (const [uri, name] of this.served)
      if (name === session.name) this.#didChangeServed.fire(vscode.Uri.parse(uri));
  }

  // The first events of a session can come before the answer that names it.
  #route(event: Event): void {
    const session = this.all.find(({ id }) => id === event.session);
    if (session === undefined) {
      this.#unclaimed.set(event.session, [...(this.#unclaimed.get(event.session) ?? []), event]);
    } else {
      session.receive(event);
    }
  }

  #cwd(resource: vscode.Uri | undefined): string {
    const folder = resource === undefined ? undefined : vscode.workspace.getWorkspaceFolder(resource);
    if (folder !== undefined) return folder.uri.fsPath;
    return resource?.scheme === 'file' ? dirname(resource.fsPath) : this.#runtime.workspace;
  }

  #served(): Readonly<Record<string, string>> {
    return this.#memento.get<Record<string, string>>(servedFilesKey, {});
  }
}
