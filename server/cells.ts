/**
 * The cells of a Python text: what `# %%` markers divide it into. Markers are those that VS Code's Python
 * and Jupyter tools know, at the start of a line. It does not parse Python; it only follows triple-quoted
 * strings, so that a marker inside one does not count.
 */

/** Lines are counted from 0; `end` is exclusive. `marker` is absent for text above the first marker. */
export interface Cell {
  readonly marker: number | undefined;
  readonly start: number;
  readonly end: number;
}

/** The cells of a text from top to bottom, none of them overlapping; empty when there is no marker at all. */
export function findCells(lines: readonly string[]): readonly Cell[] {
  const markers = findMarkers(lines);
  const first = markers[0];
  if (first === undefined) return [];
  const cells = markers.map((marker, index) => ({
    marker,
    start: marker + 1,
    end: markers[index + 1] ?? lines.length,
  }));
  const hasTextAbove = lines.slice(0, first).some((line) => line.trim() !== '');
  return hasTextAbove ? [{ marker: undefined, start: 0, end: first }, ...cells] : cells;
}

/** Index of the cell that a line belongs to; a marker's line belongs to the cell that it opens. */
export function cellIndexAt(cells: readonly Cell[], line: number): number {
  const following = cells.findIndex((cell) => (cell.marker ?? cell.start) > line);
  const index = following === -1 ? cells.length - 1 : following - 1;
  return Math.max(index, 0); // Blank lines above the first marker: as if they were inside the first cell.
}

const marker = /^#\s*(?:%%|<codecell>|In\[[\d ]*\])/;

function findMarkers(lines: readonly string[]): number[] {
  const found: number[] = [];
  let hidden: number[] = []; // Markers since an open triple quote: they count if it never closes.
  let quote: TripleQuote | undefined;
  for (const [index, line] of lines.entries()) {
    if (marker.test(line)) (quote === undefined ? found : hidden).push(index);
    const before = quote;
    quote = quoteAfter(line, quote);
    if (before !== undefined && quote !== before) hidden = [];
  }
  // While somebody is typing a docstring its end is missing; losing all cells below would be worse.
  return [...found, ...hidden];
}

type TripleQuote = '"""' | "'''";

/** Which triple-quoted string is open at the end of a line, given the one that is open at its start. */
function quoteAfter(line: string, open: TripleQuote | undefined): TripleQuote | undefined {
  if (open === undefined && !line.includes('"""') && !line.includes("'''")) return undefined;
  let quote = open;
  let index = 0;
  while (index < line.length) {
    const character = line[index];
    const triple = tripleQuoteAt(line, index);
    if (quote !== undefined) {
      if (character === '\\') index += 2;
      else if (triple === quote) {
        quote = undefined;
        index += 3;
      } else index += 1;
    } else if (character === '#') return undefined;
    else if (triple !== undefined) {
      quote = triple;
      index += 3;
    } else if (character === '"' || character === "'") index = endOfString(line, index);
    else index += 1;
  }
  return quote;
}

function tripleQuoteAt(line: string, index: number): TripleQuote | undefined {
  if (line.startsWith('"""', index)) return '"""';
  return line.startsWith("'''", index) ? "'''" : undefined;
}

/** Index behind the string of one line that starts at `start`; a string that is not closed ends with the line. */
function endOfString(line: string, start: number): number {
  for (let index = start + 1; index < line.length; index += 1) {
    if (line[index] === '\\') index += 1;
    else if (line[index] === line[start]) return index + 1;
  }
  return line.length;
}
