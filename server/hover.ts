/**
 * What a value is, as markdown for a person: type, value, shape and columns, signature, documentation, and
 * whose value it is. It computes text from an answer of `info`, and knows no editor.
 */
import type { EditorPosition, EditorRange } from '../runtime/protocol/editor.ts';
import type { Returns } from '../runtime/protocol/messages.ts';
import { type OpenDocument, placeIn } from './documents.ts';
import type { Looking } from './looking.ts';
import { codeBlock, codeSpan, fromDocstring, tableRow } from './markdown.ts';
import { toEditorRange } from './positions.ts';
import type { ServingSession } from './sessions.ts';

type Info = Returns<'info'>;

export interface Hover {
  readonly markdown: string;
  /** Of the expression that it is about. */
  readonly range?: EditorRange;
}

const shownColumns = 20;

/** What is under the mouse; undefined where nothing is known in time. */
export async function hoverAt(
  looking: Looking,
  document: OpenDocument,
  position: EditorPosition,
  signal: AbortSignal,
): Promise<Hover | undefined> {
  const looked = await looking.info(document, placeIn(document, position), signal);
  if (looked === undefined) return undefined;
  const { answer, session } = looked;
  const markdown = describe(answer, session);
  return { markdown, ...(answer.range && { range: toEditorRange(answer.range) }) };
}

/** All that is known of a value, from the most to the least particular, blocks apart by blank lines. */
export function describe(info: Info, session: ServingSession): string {
  const blocks = [
    headline(info),
    info.preview && codeBlock(info.preview, 'text'),
    columns(info),
    signatures(info),
    info.doc && fromDocstring(info.doc),
    footer(info, session),
  ];
  return blocks.filter((block) => block !== undefined && block !== '').join('\n\n');
}

function headline({ name, type, shape, dtype, length, columns: cols, module }: Info): string {
  const about = [
    type === undefined ? undefined : codeSpan(type),
    size(shape, length, cols !== undefined),
    dtype && codeSpan(dtype),
  ];
  const known = about.filter((part) => part !== undefined && part !== '');
  if (name === undefined) return known.join(' · ');
  const from = isWorthNaming(module, type) ? ` from ${codeSpan(module)}` : '';
  return `**${codeSpan(name)}**${known.length === 0 ? '' : `: ${known.join(' · ')}`}${from}`;
}

/** Where the session's own names and Python's come from is no news, nor is what the type says already. */
function isWorthNaming(module: string | undefined, type: string | undefined): module is string {
  return (
    module !== undefined &&
    !['__main__', 'builtins'].includes(module) &&
    type?.startsWith(`${module}.`) !== true
  );
}

function size(shape: Info['shape'], length: number | undefined, isFrame: boolean): string | undefined {
  if (shape === undefined) return length === undefined ? undefined : `length ${grouped(length)}`;
  const [rows, width] = shape;
  if (isFrame && shape.length === 2 && rows !== undefined && width !== undefined) {
    return `${counted(rows, 'row')} × ${counted(width, 'column')}`;
  }
  return `shape (${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
}

function columns({ columns: all }: Info): string | undefined {
  if (all === undefined || all.length === 0) return undefined;
  const rows = all.slice(0, shownColumns).map(({ name, dtype }) => tableRow([name, dtype]));
  const more = all.length - shownColumns;
  const table = ['| column | dtype |', '| --- | --- |', ...rows].join('\n');
  return more > 0 ? `${table}\n\n\\+ ${grouped(more)} more` : table;
}

function signatures({ arglists, signature }: Info): string | undefined {
  const lines = arglists ?? (signature === undefined ? [] : [signature.label]);
  return lines.length === 0 ? undefined : codeBlock(lines.join('\n'), 'python');
}

function footer({ source }: Info, { id, name }: ServingSession): string {
  return source === 'static' ? '*from the source*' : `*live, session ${codeSpan(name ?? id)}*`;
}

function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
