/**
 * What of a table is known: blocks of cells by their place, the column headers, and which blocks are still to be
 * fetched for a part that is seen. Forgets what was seen longest ago. Pure; it sends nothing.
 */
import type { TableColumn, TableRows } from './messages.ts';

export const blockRows = 100;
export const blockColumns = 40;
const mostBlocks = 240;

export interface Block {
  readonly row: number;
  readonly column: number;
}

export interface Part {
  readonly first: number;
  readonly end: number;
  readonly firstColumn: number;
  readonly endColumn: number;
}

interface Cells {
  readonly index: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export class TableBlocks {
  readonly #blocks = new Map<string, Cells>();
  readonly #columns: (TableColumn | undefined)[] = [];

  /** Keeps a block, at the place that it was asked for. */
  add({ row, column }: Block, { index, rows, columns }: TableRows): void {
    this.#blocks.delete(keyOf(row, column));
    this.#blocks.set(keyOf(row, column), { index, rows });
    columns.forEach((header, offset) => {
      this.#columns[column * blockColumns + offset] = header;
    });
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= mostBlocks) break;
      this.#blocks.delete(oldest);
    }
  }

  /** The blocks that a part needs and that are not known. */
  missing(part: Part): Block[] {
    const missing: Block[] = [];
    const endColumn = Math.max(part.firstColumn + 1, part.endColumn);
    for (let row = Math.floor(part.first / blockRows); row * blockRows < Math.max(1, part.end); row++)
      for (
        let column = Math.floor(part.firstColumn / blockColumns);
        column * blockColumns < endColumn;
        column++
      ) {
        const key = keyOf(row, column);
        const known = this.#blocks.get(key);
        if (known === undefined) missing.push({ row, column });
        else {
          // Used just now: the last to be forgotten.
          this.#blocks.delete(key);
          this.#blocks.set(key, known);
        }
      }
    return missing;
  }

  /** The text of a cell; undefined where it is not known yet. */
  cell(row: number, column: number): string | undefined {
    const block = this.#blocks.get(keyOf(Math.floor(row / blockRows), Math.floor(column / blockColumns)));
    return block?.rows[row % blockRows]?.[column % blockColumns];
  }

  /** The label of a row, from any block that has it. */
  label(row: number, column: number): string | undefined {
    const block = this.#blocks.get(keyOf(Math.floor(row / blockRows), Math.floor(column / blockColumns)));
    return block?.index[row % blockRows];
  }

  header(column: number): TableColumn | undefined {
    return this.#columns[column];
  }

  /** The longest texts of a column that are known, by their length in characters. */
  widest(column: number): number {
    let widest = 0;
    const place = Math.floor(column / blockColumns);
    for (const [key, { rows }] of this.#blocks)
      if (key.endsWith(`:${place}`))
        for (const row of rows) widest = Math.max(widest, row[column % blockColumns]?.length ?? 0);
    return widest;
  }

  /** Forgets the cells; the headers stay until others come. */
  clear(): void {
    this.#blocks.clear();
  }
}

function keyOf(row: number, column: number): string {
  return `${row}:${column}`;
}
