/**
 * The Python texts that the editor has open: files, untitled ones, and the cells of notebooks and panels,
 * each cell a text of its own. It mirrors what the editor syncs and answers questions by URI.
 */
import { fileURLToPath } from 'node:url';
import { NotebookDocuments, TextDocuments } from 'vscode-languageserver';
import type { Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { EditorPosition } from '../runtime/protocol/editor.ts';
import { splitLines } from './plain-text.ts';

export interface OpenDocument {
  readonly uri: string;
  readonly text: string;
  /** Absolute path, for what is a file of its own on this machine. */
  readonly file?: string;
  /** URI of the notebook that this is a cell of. */
  readonly notebook?: string;
}

export class OpenDocuments {
  readonly #files = new TextDocuments(TextDocument);
  readonly #notebooks = new NotebookDocuments(TextDocument);

  listen(connection: Connection): void {
    this.#files.listen(connection);
    this.#notebooks.listen(connection);
  }

  /** The open Python document of a URI; undefined for one that is not open or is in another language. */
  get(uri: string): OpenDocument | undefined {
    const document = this.#files.get(uri) ?? this.#notebooks.cellTextDocuments.get(uri);
    if (document?.languageId !== 'python') return undefined;
    const notebook = this.#notebooks.findNotebookDocumentForCell(uri)?.uri;
    const file = pathOf(uri);
    return {
      uri,
      text: document.getText(),
      ...(file !== undefined && { file }),
      ...(notebook !== undefined && { notebook }),
    };
  }
}

/** A document and a position in it, as `complete` and `info` take them. */
export function placeIn(
  document: OpenDocument,
  { line, character }: EditorPosition,
): {
  code: string;
  line: number;
  column: number;
  file?: string;
} {
  const { text, file } = document;
  return { code: text, line: line + 1, column: character, ...(file !== undefined && { file }) };
}

/** The text of one line of a document, without its end. */
export function lineOf(document: OpenDocument, line: number): string {
  return splitLines(document.text)[line] ?? '';
}

/** Path of a file of this machine; a `file:` URI may also name a host that is none. */
function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
