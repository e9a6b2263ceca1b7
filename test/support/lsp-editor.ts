/**
 * An editor for tests: speaks LSP over a pair of streams with the real language server, as any editor would.
 * It knows neither the runtime nor what the answers mean.
 */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import {
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  CompletionResolveRequest,
  createConnection,
  createProtocolConnection,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidOpenNotebookDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type Location,
  NotebookCellKind,
  ProposedFeatures,
  type ProtocolConnection,
  ShutdownRequest,
  type SignatureHelp,
  SignatureHelpRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import {
  type LanguageServerOptions,
  type LocateParams,
  type LocateResult,
  locateMethod,
  type RuntimeParams,
  runtimeMethod,
  sessionMethod,
} from '../../runtime/protocol/editor.ts';
import { type ServerParts, serve } from '../../server/server.ts';

/** `at` is `[line, character]`, both from 0. */
export type At = readonly [number, number];

export class LspEditor {
  readonly connection: ProtocolConnection;

  constructor(input: Readable, output: Writable) {
    this.connection = createProtocolConnection(
      new StreamMessageReader(input),
      new StreamMessageWriter(output),
    );
    this.connection.listen();
  }

  async initialize(options?: LanguageServerOptions, workspace?: string): Promise<InitializeResult> {
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      capabilities: {},
      workspaceFolders: workspace === undefined ? null : [{ uri: workspace, name: 'workspace' }],
      initializationOptions: options,
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  async open(uri: string, text: string, languageId = 'python'): Promise<void> {
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Types `text` at a position, as one incremental change. */
  async type(uri: string, at: At, text: string): Promise<void> {
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: position(at), end: position(at) }, text }],
    });
  }

  async openNotebook(
    uri: string,
    notebookType: string,
    cells: Readonly<Record<string, string>>,
  ): Promise<void> {
    const documents = Object.entries(cells);
    await this.connection.sendNotification(DidOpenNotebookDocumentNotification.type, {
      notebookDocument: {
        uri,
        notebookType,
        version: 1,
        cells: documents.map(([cell]) => ({ kind: NotebookCellKind.Code, document: cell })),
      },
      cellTextDocuments: documents.map(([cell, text]) => ({
        uri: cell,
        languageId: 'python',
        version: 1,
        text,
      })),
    });
  }

  async assign(uri: string, session: string | null): Promise<void> {
    await this.connection.sendNotification(sessionMethod, { uri, session });
  }

  async tellRuntime(runtime: RuntimeParams): Promise<void> {
    await this.connection.sendNotification(runtimeMethod, runtime);
  }

  hover(uri: string, at: At): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: position(at) });
  }

  async complete(uri: string, at: At): Promise<CompletionList | null> {
    const params = { textDocument: { uri }, position: position(at) };
    const found = await this.connection.sendRequest(CompletionRequest.type, params);
    return Array.isArray(found) ? { isIncomplete: false, items: found } : found;
  }

  resolve(item: CompletionItem): Promise<CompletionItem> {
    return this.connection.sendRequest(CompletionResolveRequest.type, item);
  }

  signature(uri: string, at: At): Promise<SignatureHelp | null> {
    return this.connection.sendRequest(SignatureHelpRequest.type, {
      textDocument: { uri },
      position: position(at),
    });
  }

  async definition(uri: string, at: At): Promise<Location | null> {
    const params = { textDocument: { uri }, position: position(at) };
    return (await this.connection.sendRequest(DefinitionRequest.type, params)) as Location | null; // Our server sends one, never links.
  }

  locate(params: LocateParams): Promise<LocateResult | null> {
    return this.connection.sendRequest(locateMethod, params);
  }

  async close(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    this.connection.dispose();
  }

  /** Ends the server's process as well, where it is one of its own. */
  async quit(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    this.connection.dispose();
  }
}

/** An editor with the language server in this process. */
export function startLanguageServer(parts: ServerParts): LspEditor {
  const toServer = new PassThrough();
  const toEditor = new PassThrough();
  serve(createConnection(ProposedFeatures.all, toServer, toEditor), parts);
  return new LspEditor(toEditor, toServer);
}

function position([line, character]: At): { line: number; character: number } {
  return { line, character };
}
