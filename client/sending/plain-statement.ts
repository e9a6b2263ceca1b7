/**
 * A guess at the top-level statement around a line, by indentation alone: for the moment when there is no
 * Python that could tell. Knows no editor. Lines count from 0, as in LSP.
 */
import type { LocateResult } from '../../runtime/protocol/editor.ts';

/** The statement, or the next one on a blank line; null when there is none. */
export function plainStatement(text: string, line: number): LocateResult | null {
  const lines = text.split(/\r?\n/);
  let start = line;
  while (start < lines.length && isBlank(lines[start])) start++;
  if (start >= lines.length) return null;
  while (start > 0 && !(isTopLevel(lines[start]) && !isDecorator(lines[start - 1]))) start--;
  let end = start;
  while (isDecorator(lines[end])) end++;
  for (end++; end < lines.length && !isTopLevel(lines[end]); end++);
  while (end > start + 1 && isBlank(lines[end - 1])) end--;
  const taken = lines.slice(start, end);
  return {
    range: {
      start: { line: start, character: 0 },
      end: { line: end - 1, character: taken.at(-1)?.length ?? 0 },
    },
    text: taken.join('\n'),
    dedent: 0,
    next: { line: Math.min(end, lines.length - 1), character: 0 },
  };
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

function isDecorator(line: string | undefined): boolean {
  return line?.startsWith('@') === true;
}

// What continues a statement stands at the margin, too: `else:`, and closing brackets.
function isTopLevel(line: string | undefined): boolean {
  return line !== undefined && /^[^\s)\]}]/.test(line) && !/^(else|elif|except|finally|case)\b/.test(line);
}
