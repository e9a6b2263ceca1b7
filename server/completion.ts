/**
 * The candidates at a cursor, in the order and with the edits that an editor needs. It says nothing about
 * what is known without a session, and leaves that to the other language servers of the editor.
 */
import type { EditorPosition, EditorRange } from '../runtime/protocol/editor.ts';
import type { Returns } from '../runtime/protocol/messages.ts';
import { lineOf, type OpenDocument, placeIn } from './documents.ts';
import { describe } from './hover.ts';
import type { Looking } from './looking.ts';
import { toEditorPosition } from './positions.ts';

type Found = Returns<'complete'>['completions'][number];

export interface Candidate {
  readonly text: string;
  /** As in the protocol: `function`, `class`, `key`, …. */
  readonly type: string;
  /** Type or short value. */
  readonly detail?: string;
  /** Sorts among the candidates of all language servers. */
  readonly rank: string;
  /** What the text replaces; absent where it goes in at the cursor as the editor sees fit. */
  readonly replaces?: EditorRange;
  /** What to ask about when a person looks at it. */
  readonly symbol?: string;
}

export interface CandidateList {
  readonly candidates: readonly Candidate[];
  /** True when typing on may bring candidates that are not in the list. */
  readonly incomplete: boolean;
}

/** The runtime cuts a list at this length. */
const cutAt = 1000;

export const completionTriggers: readonly string[] = ['.', '[', '"', "'"];

/** What could be written at a position; undefined where nothing is known in time. */
export async function completionsAt(
  looking: Looking,
  document: OpenDocument,
  position: EditorPosition,
  signal: AbortSignal,
): Promise<CandidateList | undefined> {
  const looked = await looking.complete(document, placeIn(document, position), signal);
  return looked && toCandidates(looked.answer, lineOf(document, position.line), position);
}

/** More about one candidate, as markdown; undefined where nothing more is known in time. */
export async function describeCandidate(
  looking: Looking,
  document: OpenDocument,
  symbol: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const looked = await looking.info(document, { symbol }, signal);
  return looked && describe(looked.answer, looked.session);
}

/** Pure part of `completionsAt`: `line` is the text of the line at the cursor. */
export function toCandidates(
  answer: Returns<'complete'>,
  line: string,
  cursor: EditorPosition,
): CandidateList {
  const start = answer.start && toEditorPosition(answer.start);
  const candidates = answer.completions.map((found, index) => toCandidate(found, index, line, start, cursor));
  // With nothing typed yet, names that begin with an underscore are left out; typing one must ask again.
  const nothingTyped = start === undefined || start.character === cursor.character;
  return { candidates, incomplete: nothingTyped || candidates.length >= cutAt };
}

function toCandidate(
  found: Found,
  index: number,
  line: string,
  start: EditorPosition | undefined,
  cursor: EditorPosition,
): Candidate {
  const { candidate: text, type, detail, symbol } = found;
  const replaces = start?.line === cursor.line ? { start, end: endOfEdit(text, line, cursor) } : undefined;
  return {
    text,
    type,
    rank: rank(found, index),
    ...(detail !== undefined && { detail }),
    ...(symbol !== undefined && { symbol }),
    ...(replaces && { replaces }),
  };
}

/**
 * An editor that closes brackets and quotes by itself has put `"]`, or one of the two, behind the cursor
 * already: what the candidate brings itself is replaced.
 */
function endOfEdit(text: string, line: string, cursor: EditorPosition): EditorPosition {
  const closers = /["'\])]+$/.exec(text)?.[0] ?? '';
  const behind = line.slice(cursor.character);
  let length = closers.length;
  const stands = (): boolean =>
    behind.startsWith(closers.slice(0, length)) || behind.startsWith(closers.slice(-length));
  while (length > 0 && !stands()) length -= 1;
  return { line: cursor.line, character: cursor.character + length };
}

/**
 * Keys and columns are known to nobody else, so they come first, then the parameters of a call. Attributes
 * and names share the group in which Pylance sorts ordinary symbols (`09.`), what begins with an underscore
 * follows, and what was only read in the source comes last: other language servers read it, too.
 */
function rank({ candidate, type, source }: Found, index: number): string {
  const place = String(index).padStart(4, '0');
  if (type === 'key' || type === 'column') return `00.${place}`;
  if (type === 'param') return `08.${place}`;
  if (source === 'static') return `12.${place}`;
  if (candidate.startsWith('_')) return `11.${place}`;
  return type === 'keyword' ? `10.${place}` : `09.${place}`;
}
