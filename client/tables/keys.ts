/** Which cell a key leads to from another, as in any grid. Row -1 is the header. Pure. */

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
}

export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The cell, within the table; undefined for a key that does not move. `page` is how many rows are seen. */
export function move(
  from: Cell,
  { key, ctrlKey, metaKey }: Key,
  page: number,
  extent: Extent,
): Cell | undefined {
  const wanted = target(from, key, ctrlKey || metaKey, page, extent);
  return wanted === undefined
    ? undefined
    : {
        row: Math.min(Math.max(wanted.row, -1), extent.rows - 1),
        column: Math.min(Math.max(wanted.column, 0), Math.max(0, extent.columns - 1)),
      };
}

function target(
  { row, column }: Cell,
  key: string,
  isFar: boolean,
  page: number,
  { rows, columns }: Extent,
): Cell | undefined {
  switch (key) {
    case 'ArrowUp':
      return { row: isFar ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: isFar ? rows - 1 : row + 1, column };
    case 'ArrowLeft':
      return { row, column: isFar ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: isFar ? columns - 1 : column + 1 };
    case 'PageUp':
      return { row: Math.max(Math.min(row, 0), row - page), column };
    case 'PageDown':
      return { row: row + page, column };
    case 'Home':
      return { row: isFar ? 0 : row, column: 0 };
    case 'End':
      return { row: isFar ? rows - 1 : row, column: columns - 1 };
    default:
      return undefined;
  }
}
