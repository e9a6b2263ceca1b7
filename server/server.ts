/**
 * The language server: which requests of an editor it answers, and by which feature. It reads neither the
 * command line nor the environment; `main.ts` gives it a connection and ways to find a runtime.
 */
import { fileURLToPath } from 'node:url';
import {
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import type { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import {
  type LanguageServerOptions,
  type LocateResult,
  locateMethod,
  type RuntimeParams,
  runtimeMethod,
  sessionMethod,
} from '../runtime/protocol/editor.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import { completionsAt, completionTriggers, describeCandidate } from './completion.ts';
import {
  candidateDataOf,
  toCompletionList,
  toHover,
  toLocation,
  toMarkup,
  toResponseError,
  toSignal,
  toSignatureHelp,
} from './convert.ts';
import type { Clock } from './deadline.ts';
import { definitionAt } from './definition.ts';
import { type OpenDocument, OpenDocuments } from './documents.ts';
import { hoverAt } from './hover.ts';
import { locate } from './locate.ts';
import type { Log } from './log.ts';
import { Looking } from './looking.ts';
import { readLocateParams, readOptions, readRuntimeParams, readSessionParams } from './messages.ts';
import { RuntimeLink } from './runtime-link.ts';
import { DocumentSessions } from './sessions.ts';
import { signatureAt, signatureTriggers } from './signature-help.ts';

export interface ServerParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Opens a connection to a runtime; rejects when none answers at the address. */
  readonly connect: (address: RuntimeParams, signal: AbortSignal) => Promise<RuntimeClient>;
  /** Finds a runtime that is running now, by a state file; undefined where there is none. */
  readonly find: (options: LanguageServerOptions) => Promise<RuntimeParams | undefined>;
}

/** What `initialize` decides; nothing can be asked before it. */
interface Services {
  readonly link: RuntimeLink;
  readonly sessions: DocumentSessions;
  readonly looking: Looking;
}

/** Answers on `connection` until it closes. */
export function serve(connection: Connection, parts: ServerParts): void {
  const documents = new OpenDocuments();
  let services: Services | undefined;

  connection.onInitialize((params) => {
    services = createServices(withWorkspace(readOptions(params.initializationOptions), params), parts);
    return describeServer();
  });
  connection.onShutdown(() => services?.link.dispose());
  connection.onNotification(runtimeMethod, (params: unknown) =>
    services?.link.moveTo(readRuntimeParams(params)),
  );
  connection.onNotification(sessionMethod, (params: unknown) =>
    services?.sessions.assign(readSessionParams(params)),
  );

  /** Runs a feature on the document of a request; null where it has nothing to say. */
  const answer = async <T>(
    uri: string,
    token: CancellationToken,
    feature: (looking: Looking, document: OpenDocument, signal: AbortSignal) => Promise<T | undefined>,
  ): Promise<T | null> => {
    const document = documents.get(uri);
    if (services === undefined || document === undefined) return null;
    return (await feature(services.looking, document, toSignal(token))) ?? null;
  };

  connection.onCompletion(({ textDocument: { uri }, position }, token) =>
    answer(uri, token, async (looking, document, signal) => {
      const list = await completionsAt(looking, document, position, signal);
      return list && toCompletionList(list, uri);
    }),
  );
  connection.onCompletionResolve(async (item, token) => {
    const data = candidateDataOf(item);
    if (data === undefined) return item;
    const markdown = await answer(data.uri, token, (looking, document, signal) =>
      describeCandidate(looking, document, data.symbol, signal),
    );
    return markdown === null ? item : { ...item, documentation: toMarkup(markdown) };
  });
  connection.onHover(({ textDocument: { uri }, position }, token) =>
    answer(uri, token, async (looking, document, signal) => {
      const hover = await hoverAt(looking, document, position, signal);
      return hover && toHover(hover);
    }),
  );
  connection.onSignatureHelp(({ textDocument: { uri }, position }, token) =>
    answer(uri, token, async (looking, document, signal) => {
      const signature = await signatureAt(looking, document, position, signal);
      return signature && toSignatureHelp(signature);
    }),
  );
  connection.onDefinition(({ textDocument: { uri }, position }, token) =>
    answer(uri, token, async (looking, document, signal) => {
      const place = await definitionAt(
        looking,
        document,
        position,
        signal,
        (other) => documents.get(other)?.text,
      );
      return place && toLocation(place);
    }),
  );
  connection.onRequest(locateMethod, async (received: unknown, token: CancellationToken) => {
    try {
      const params = readLocateParams(received);
      return await answer<LocateResult | null>(params.uri, token, (looking, document, signal) =>
        locate(params, document.text, looking.locate(signal)),
      );
    } catch (error) {
      return toResponseError(ProtocolError.from(error));
    }
  });

  documents.listen(connection);
  connection.listen();
}

/** The folder whose runtime is looked for, as the editor names it where the options do not. */
function withWorkspace(options: LanguageServerOptions, params: InitializeParams): LanguageServerOptions {
  const uri = params.workspaceFolders?.[0]?.uri;
  if (options.workspace !== undefined || uri === undefined || !uri.startsWith('file:')) return options;
  return { ...options, workspace: fileURLToPath(uri) };
}

function createServices(
  options: LanguageServerOptions,
  { clock, log, connect, find }: ServerParts,
): Services {
  const { url, token } = options;
  const link = new RuntimeLink({ connect, find: () => find(options), clock, log });
  if (url !== undefined) link.moveTo({ url, token: token ?? '' });
  const sessions = new DocumentSessions({ managed: options.managedSessions ?? url !== undefined });
  return {
    link,
    sessions,
    looking: new Looking({ link, sessions, static: options.static ?? true, clock, log }),
  };
}

function describeServer(): InitializeResult {
  const cells = [{ language: 'python' }];
  return {
    serverInfo: { name: 'Hindsight' },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      notebookDocumentSync: {
        notebookSelector: [
          { notebook: 'hindsight-panel', cells },
          { notebook: 'jupyter-notebook', cells },
        ],
      },
      completionProvider: {
        triggerCharacters: [...completionTriggers],
        resolveProvider: true,
        completionItem: { labelDetailsSupport: true },
      },
      hoverProvider: true,
      signatureHelpProvider: { triggerCharacters: [...signatureTriggers] },
      definitionProvider: true,
    },
  };
}
