/**
 * Pieces of a text by lines alone: dedented, without blank lines around them. It knows no Python, so that
 * an answer needs no interpreter; where syntax matters, the runtime's `locate` is asked instead.
 */
import type { EditorPosition, EditorRange, LocateResult } from '../runtime/protocol/editor.ts';

/** The lines of a text without their ends (`\n`, `\r\n` or `\r`); an empty text is one empty line. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** The lines `start` to `end` (exclusive, from 0) as something to run; undefined when all of them are blank. */
export function takeLines(lines: readonly string[], start: number, end: number): LocateResult | undefined {
  const isBlank = (line: number) => (lines[line] ?? '').trim() === '';
  let first = start;
  let last = Math.min(end, lines.length) - 1;
  while (first <= last && isBlank(first)) first += 1;
  while (last >= first && isBlank(last)) last -= 1;
  if (first > last) return undefined;

  const taken = lines.slice(first, last + 1);
  const dedent = commonIndent(taken);
  const text = taken.map((line) => line.slice(dedent)).join('\n');
  const range = { start: { line: first, character: 0 }, end: endOfLine(lines, last) };
  return { range, text, dedent, next: nextText(lines, last + 1) };
}

/** What is selected: exactly that within one line, else whole lines. */
export function takeSelection(lines: readonly string[], selection: EditorRange): LocateResult | undefined {
  const { start, end } = selection;
  if (start.line === end.line) return takeWithinLine(lines, start.line, start.character, end.character);
  // A selection that ends before the first character of a line was not meant to include that line.
  return takeLines(lines, start.line, end.character === 0 ? end.line : end.line + 1);
}

/** The line of the cursor, or the next one that is not blank. */
export function takeLine(lines: readonly string[], line: number): LocateResult | undefined {
  const { line: found } = nextText(lines, line);
  return takeLines(lines, found, found + 1);
}

/** The position behind the last character. */
export function endOfText(lines: readonly string[]): EditorPosition {
  return endOfLine(lines, lines.length - 1);
}

/** The start of the text of the first line from `from` on that is not blank, else the end of all. */
export function nextText(lines: readonly string[], from: number): EditorPosition {
  for (let line = from; line < lines.length; line += 1) {
    const text = lines[line] ?? '';
    if (text.trim() !== '') return { line, character: indentOf(text).length };
  }
  return endOfText(lines);
}

function takeWithinLine(
  lines: readonly string[],
  line: number,
  from: number,
  to: number,
): LocateResult | undefined {
  const whole = lines[line] ?? '';
  const selected = whole.slice(from, to);
  const text = selected.trim();
  if (text === '') return undefined;
  const start = from + selected.indexOf(text);
  if (text === whole.trim()) return takeLines(lines, line, line + 1);
  return {
    range: { start: { line, character: start }, end: { line, character: start + text.length } },
    text,
    dedent: start,
    next: nextText(lines, line + 1),
  };
}

/** Length of the white space that all lines with text begin with; tabs and spaces are different. */
function commonIndent(lines: readonly string[]): number {
  let common: string | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const indent = indentOf(line);
    common = common === undefined ? indent : sharedStart(common, indent);
  }
  return common?.length ?? 0;
}

function sharedStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

function indentOf(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}

function endOfLine(lines: readonly string[], line: number): EditorPosition {
  return { line, character: (lines[line] ?? '').length };
}
