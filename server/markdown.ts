/**
 * Markdown from texts that nobody wrote as markdown: values, names, and docstrings in plain text or light
 * reStructuredText. Whatever such a text holds, it cannot become a picture, a tag or a link that hides where it
 * leads: a picture in a docstring would make the editor fetch it.
 */

/** Longest documentation that is shown, in lines and in characters. */
const docLines = 60;
const docCharacters = 4000;

/** A fenced block whose fence is longer than any in the text. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text in one line as code, whatever backticks it holds. */
export function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** A row of a table with its cells as plain text. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => escapeText(cell.replace(/\s+/g, ' '))).join(' | ')} |`;
}

/** Text without markup: no emphasis, no link, no picture, no tag, no table; a bare address stays one to click. */
export function escapeText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_[\]!|<>~]/g, '\\$&')
    .replace(/^[-+#=]/, '\\$&');
}

/** A docstring, bounded, with its headings, examples, literal blocks and roles made readable. */
export function fromDocstring(doc: string): string {
  const lines = bound(doc.replace(/\r\n?/g, '\n').trim()).split('\n');
  const blocks: string[] = [];
  let index = 0;
  while (index < lines.length) {
    const block = readBlock(lines, index);
    if (block.markdown !== '') blocks.push(block.markdown);
    index = block.next;
  }
  return blocks.join('\n\n');
}

/** A piece of a docstring as markdown, and the line behind it. */
interface Block {
  readonly markdown: string;
  readonly next: number;
}

function readBlock(lines: readonly string[], index: number): Block {
  const line = lines[index] ?? '';
  if (line.trim() === '') return { markdown: '', next: index + 1 };
  if (isHeading(lines, index)) return { markdown: `**${escapeText(line.trim())}**`, next: index + 2 };
  if (line.trimStart().startsWith('>>>')) return readExample(lines, index);
  if (/^\s*\.\. [\w-]+::/.test(line)) return readDirective(lines, index);
  return readParagraph(lines, index);
}

function isHeading(lines: readonly string[], index: number): boolean {
  const underline = (lines[index + 1] ?? '').trim();
  return /^([-=~^"])\1{2,}$/.test(underline) && (lines[index] ?? '').trim().length > 0;
}

function readExample(lines: readonly string[], index: number): Block {
  let next = index;
  while (next < lines.length && (lines[next] ?? '').trim() !== '') next += 1;
  return { markdown: codeBlock(dedent(lines.slice(index, next)), 'python'), next };
}

/** `.. code-block::` becomes code; other directives their name and their text. */
function readDirective(lines: readonly string[], index: number): Block {
  const [, indent = '', name = '', rest = ''] =
    /^(\s*)\.\. ([\w-]+)::\s*(.*)$/.exec(lines[index] ?? '') ?? [];
  const { markdown, next } = readIndented(lines, index + 1, indent.length);
  if (name.startsWith('code') || name === 'sourcecode') return { markdown, next };
  const title = `**${escapeText(name)}** ${inline(rest)}`.trim();
  return { markdown: title, next: index + 1 };
}

/** The lines that are indented more than `indent`, as code. */
function readIndented(lines: readonly string[], index: number, indent: number): Block {
  let next = index;
  while (next < lines.length && ((lines[next] ?? '').trim() === '' || indentOf(lines[next] ?? '') > indent))
    next += 1;
  const text = dedent(lines.slice(index, next));
  return { markdown: text === '' ? '' : codeBlock(text, 'python'), next };
}

/** Lines up to a blank one or another kind of block; indentation is kept, as it carries structure in docstrings. */
function readParagraph(lines: readonly string[], index: number): Block {
  let next = index;
  const parts: string[] = [];
  while (next < lines.length && isParagraphLine(lines, next, index)) {
    const line = lines[next] ?? '';
    next += 1;
    if (line.trimEnd().endsWith('::')) {
      const literal = readIndented(lines, next, indentOf(line));
      parts.push(withIndent(line.replace(/::\s*$/, ':')));
      return {
        markdown: [parts.join('  \n'), literal.markdown].filter((part) => part !== '').join('\n\n'),
        next: literal.next,
      };
    }
    parts.push(withIndent(line));
  }
  return { markdown: joinLines(parts), next };
}

function isParagraphLine(lines: readonly string[], line: number, start: number): boolean {
  const text = lines[line] ?? '';
  if (text.trim() === '') return false;
  return (
    line === start ||
    !(isHeading(lines, line) || text.trimStart().startsWith('>>>') || /^\s*\.\. /.test(text))
  );
}

/** Lines of the same indentation flow; a change of it, or a list item, starts a new line. */
function joinLines(parts: readonly string[]): string {
  return parts.reduce((text, part, index) => {
    const isFlowing =
      leadingOf(part) === leadingOf(parts[index - 1] ?? '') &&
      !/^(?:&nbsp;)*(?:\\[-*+]|:|\d+[.)])/.test(part);
    return index === 0 ? part : `${text}${isFlowing ? '' : '  '}\n${part}`;
  }, '');
}

function leadingOf(part: string): string {
  return /^(?:&nbsp;)*/.exec(part)?.[0] ?? '';
}

function withIndent(line: string): string {
  return '&nbsp;'.repeat(indentOf(line)) + inline(line.trim());
}

/** Escaped text, except that ``code``, `code` and :role:`code` stay code, and **strong** stays strong. */
function inline(text: string): string {
  const pieces = text.split(/((?::[\w:+-]+:)?``?[^`\n]+``?|\*\*\w[^*\n]*\w\*\*)/g);
  return pieces.map((piece, index) => (index % 2 === 1 ? marked(piece) : escapeText(piece))).join('');
}

function marked(piece: string): string {
  return piece.startsWith('**') ? `**${escapeText(piece.slice(2, -2))}**` : codeSpan(code(piece));
}

function code(piece: string): string {
  return piece.replace(/^(?::[\w:+-]+:)?`+~?/, '').replace(/`+$/, '');
}

function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map(indentOf);
  const common = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines
    .map((line) => line.slice(common))
    .join('\n')
    .replace(/^\n+|\s+$/g, '');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function bound(doc: string): string {
  const lines = doc.split('\n');
  const cut = lines.length > docLines ? `${lines.slice(0, docLines).join('\n').trimEnd()}\n\n…` : doc;
  return cut.length > docCharacters ? `${cut.slice(0, docCharacters).trimEnd()} …` : cut;
}
