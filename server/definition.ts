/**
 * Where the function, class or module under the cursor was written, as the live object says.
 *
 * The place is narrowed to the name after `def` or `class`: editors merge equal places, so that a definition
 * that another language server also knows is still one, and the editor goes there without asking.
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EditorPosition, EditorRange } from '../runtime/protocol/editor.ts';
import { type OpenDocument, placeIn } from './documents.ts';
import type { Looking } from './looking.ts';
import { splitLines } from './plain-text.ts';

export interface Place {
  readonly uri: string;
  readonly range: EditorRange;
}

/** Decorators and their arguments stand above the name, rarely more lines than this. */
const linesToName = 30;

/**
 * The definition of what stands at a position; undefined where it is in no file or not known in time.
 * `textOf` gives the text of a document that is open in the editor.
 */
export async function definitionAt(
  looking: Looking,
  document: OpenDocument,
  position: EditorPosition,
  signal: AbortSignal,
  textOf: (uri: string) => string | undefined,
): Promise<Place | undefined> {
  const looked = await looking.info(document, placeIn(document, position), signal);
  const { file, line, column, name } = looked?.answer ?? {};
  // A cell's or an interpreter's own name for code, such as `<stdin>`, is no file.
  if (file === undefined || line === undefined || !isAbsolute(file)) return undefined;
  const uri = pathToFileURL(file).href;
  const text = textOf(uri) ?? (await readFile(file, 'utf8').catch(() => undefined));
  if (text === undefined) return undefined;
  const lastName = name?.split('.').at(-1);
  return { uri, range: rangeOfName(splitLines(text), line - 1, column ?? 0, lastName) };
}

/** The name that is defined at or soon after `line` (from 0), else the start of that line. */
export function rangeOfName(
  lines: readonly string[],
  line: number,
  column: number,
  name: string | undefined,
): EditorRange {
  const definition = /^(\s*(?:async\s+def|def|class)\s+)(\w+)/;
  for (let current = line; current < Math.min(line + linesToName, lines.length); current += 1) {
    const [, before, defined] = definition.exec(lines[current] ?? '') ?? [];
    if (before === undefined || defined === undefined) continue;
    const isOther = name !== undefined && defined !== name && current > line;
    return isOther ? pointAt(line, column) : nameAt(current, before.length, defined.length);
  }
  return pointAt(line, column);
}

function nameAt(line: number, character: number, length: number): EditorRange {
  return { start: { line, character }, end: { line, character: character + length } };
}

function pointAt(line: number, character: number): EditorRange {
  return nameAt(line, character, 0);
}
