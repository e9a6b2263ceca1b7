/**
 * Our own shapes as those of LSP. The features compute in ours; only here, and where the connection is wired,
 * are the types of the editor protocol known.
 */
import {
  type CancellationToken,
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type Location,
  LSPErrorCodes,
  type Hover as LspHover,
  type MarkupContent,
  MarkupKind,
  type ParameterInformation,
  ResponseError,
  type SignatureHelp,
} from 'vscode-languageserver';
import type { EditorRange } from '../runtime/protocol/editor.ts';
import type { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Candidate, CandidateList } from './completion.ts';
import type { Place } from './definition.ts';
import type { Hover } from './hover.ts';
import type { CallParameter, CallSignature } from './signature-help.ts';

/** What travels with a completion item to its resolve: enough to ask again. */
export interface CandidateData {
  readonly uri: string;
  readonly symbol: string;
}

export function toCompletionList(list: CandidateList, uri: string): CompletionList {
  return { isIncomplete: list.incomplete, items: list.candidates.map((candidate) => toItem(candidate, uri)) };
}

/** What `toCompletionList` put into an item; undefined for an item of somebody else. */
export function candidateDataOf(item: CompletionItem): CandidateData | undefined {
  const data: unknown = item.data;
  if (typeof data !== 'object' || data === null || !('uri' in data) || !('symbol' in data)) return undefined;
  const { uri, symbol } = data;
  return typeof uri === 'string' && typeof symbol === 'string' ? { uri, symbol } : undefined;
}

export function toMarkup(value: string): MarkupContent {
  return { kind: MarkupKind.Markdown, value };
}

export function toHover({ markdown, range }: Hover): LspHover {
  return { contents: toMarkup(markdown), ...(range && { range: mutable(range) }) };
}

export function toSignatureHelp({ label, parameters, markdown, active }: CallSignature): SignatureHelp {
  const signature = {
    label,
    parameters: parameters.map(toParameter),
    ...(markdown !== undefined && { documentation: toMarkup(markdown) }),
  };
  return {
    signatures: [signature],
    activeSignature: 0,
    ...(active !== undefined && { activeParameter: active }),
  };
}

export function toLocation({ uri, range }: Place): Location {
  return { uri, range: mutable(range) };
}

/** An error of ours as the answer to a request of the editor, with its code kept. */
export function toResponseError(error: ProtocolError): ResponseError<{ code: string }> {
  const code = error.code === 'cancelled' ? LSPErrorCodes.RequestCancelled : LSPErrorCodes.RequestFailed;
  return new ResponseError(code, error.message, { code: error.code });
}

/** A signal that aborts when the editor cancels. The request's end disposes what the token held. */
export function toSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function toItem({ text, type, detail, rank, replaces, symbol }: Candidate, uri: string): CompletionItem {
  const data: CandidateData | undefined = symbol === undefined ? undefined : { uri, symbol };
  return {
    label: text,
    kind: kinds[type] ?? CompletionItemKind.Variable,
    sortText: rank,
    filterText: text,
    ...(detail !== undefined && { labelDetails: { description: detail } }),
    ...(replaces && { textEdit: { range: mutable(replaces), newText: text } }),
    ...(data && { data }),
  };
}

const kinds: Readonly<Record<string, CompletionItemKind>> = {
  function: CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  module: CompletionItemKind.Module,
  instance: CompletionItemKind.Variable,
  property: CompletionItemKind.Property,
  keyword: CompletionItemKind.Keyword,
  key: CompletionItemKind.Value,
  column: CompletionItemKind.Field,
  path: CompletionItemKind.File,
  param: CompletionItemKind.Variable,
};

function toParameter({ label, markdown }: CallParameter): ParameterInformation {
  return {
    label: typeof label === 'string' ? label : [label[0], label[1]],
    ...(markdown !== undefined && { documentation: toMarkup(markdown) }),
  };
}

/** LSP's types are mutable, ours are not; a copy satisfies both. */
function mutable({ start, end }: EditorRange): {
  start: { line: number; character: number };
  end: { line: number; character: number };
} {
  return { start: { ...start }, end: { ...end } };
}
