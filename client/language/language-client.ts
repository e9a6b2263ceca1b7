/**
 * The language server of this window: started with the first runtime, told where it is and which session
 * serves which document, and asked what a cursor stands for. The LSP library is loaded with it, not before.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type LanguageServerOptions,
  type LocateParams,
  type LocateResult,
  locateMethod,
  type RuntimeParams,
  runtimeMethod,
  type SessionParams,
  sessionMethod,
} from '../../runtime/protocol/editor.ts';
import { hasStaticLanguageSupport } from '../interpreter/interpreter.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { Panels } from '../panel/panels.ts';
import type { RuntimeConnection } from '../runtime/runtime-connection.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';

export class Language implements vscode.Disposable {
  readonly #extensionPath: string;
  readonly #runtime: RuntimeConnection;
  readonly #sessions: Sessions;
  readonly #panels: Panels;
  readonly #log: Log;
  readonly #subscriptions: vscode.Disposable[];
  #client: Promise<LanguageClient> | undefined;

  constructor(
    extensionPath: string,
    runtime: RuntimeConnection,
    sessions: Sessions,
    panels: Panels,
    log: Log,
  ) {
    this.#extensionPath = extensionPath;
    this.#runtime = runtime;
    this.#sessions = sessions;
    this.#panels = panels;
    this.#log = log;
    this.#subscriptions = [
      runtime.onDidConnect(({ state }) =>
        this.#tell<RuntimeParams>(runtimeMethod, { url: state.url, token: state.token }),
      ),
      sessions.onDidChangeServed((uri) => this.#tellSession(uri)),
      sessions.onDidAdd((session) => this.#followPanel(session)),
      vscode.workspace.onDidOpenNotebookDocument(({ uri }) => this.#tellSession(uri)),
    ];
    for (const session of sessions.all) this.#followPanel(session);
  }

  /** What the cursor or the selection stands for, or null when there is nothing to run. */
  async locate(params: LocateParams): Promise<LocateResult | null> {
    const client = await this.start();
    return await client.sendRequest<LocateResult | null>(locateMethod, params);
  }

  /** Starts the server; when it runs, nothing happens. */
  start(): Promise<LanguageClient> {
    this.#client ??= this.#start().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    if (this.#client !== undefined)
      supervise(
        this.#log,
        'stopping the language server',
        this.#client.then((client) => client.stop()),
      );
  }

  async #start(): Promise<LanguageClient> {
    const { LanguageClient, TransportKind } = await import('./language-library.ts');
    const state = this.#runtime.current?.state;
    const options: LanguageServerOptions = {
      ...(state === undefined ? {} : { url: state.url, token: state.token }),
      workspace: this.#runtime.workspace,
      static: !hasStaticLanguageSupport(),
      managedSessions: true,
    };
    const server = { module: join(this.#extensionPath, 'dist', 'server.js'), transport: TransportKind.ipc };
    const client = new LanguageClient('hindsight', 'Hindsight', server, {
      documentSelector: [
        { language: 'python', scheme: 'file' },
        { language: 'python', scheme: 'untitled' },
        { language: 'python', notebook: 'hindsight-panel' },
        { language: 'python', notebook: 'jupyter-notebook' },
      ],
      initializationOptions: options,
      outputChannel: this.#log,
    });
    await client.start();
    this.#client = Promise.resolve(client);
    this.#tellAll();
    return client;
  }

  #tellAll(): void {
    const { current } = this.#runtime;
    if (current !== undefined)
      this.#tell<RuntimeParams>(runtimeMethod, { url: current.state.url, token: current.state.token });
    for (const [uri] of this.#sessions.served) this.#tellSession(vscode.Uri.parse(uri));
    for (const { uri } of vscode.workspace.notebookDocuments) this.#tellSession(uri);
  }

  /** A panel is open before its session is: the server must hear of it again once there is one. */
  #followPanel(session: Session): void {
    let told = session.id;
    const following = session.onDidChangeState(() => {
      if (session.id === told) return;
      told = session.id;
      this.#tellSession(this.#panels.of(session).uri);
    });
    this.#subscriptions.push(following);
  }

  #tellSession(uri: vscode.Uri): void {
    const name = this.#sessions.servedBy(uri);
    const session =
      this.#panels.sessionOf(uri) ?? (name === undefined ? undefined : this.#sessions.get(name));
    if (session !== undefined)
      this.#tell<SessionParams>(sessionMethod, { uri: uri.toString(), session: session.id ?? null });
  }

  #tell<Params extends object>(method: string, params: Params): void {
    if (this.#client === undefined) return;
    supervise(
      this.#log,
      method,
      this.#client.then((client) => client.sendNotification(method, params)),
    );
  }
}
