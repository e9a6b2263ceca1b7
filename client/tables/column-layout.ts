/** Where the columns of a table stand, and which of them are seen. A column grows with its cells and never shrinks. Pure. */

export const narrowest = 56;
export const widestColumn = 360;
const unknownWidth = 110;

export class ColumnLayout {
  readonly #widths: number[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** How many columns there are; widths that are known stay. */
  resize(total: number): void {
    this.#widths.length = Math.min(this.#widths.length, total);
    this.#total = total;
  }

  /** Makes a column wide enough for content of so many pixels. */
  fit(column: number, wanted: number): void {
    this.#widths[column] = Math.round(
      Math.min(widestColumn, Math.max(this.#widths[column] ?? narrowest, wanted)),
    );
  }

  width(column: number): number {
    return this.#widths[column] ?? unknownWidth;
  }

  /** Pixels from the first column's left edge to this one's. */
  left(column: number): number {
    let left = 0;
    for (let before = 0; before < Math.min(column, this.#total); before++) left += this.width(before);
    return left;
  }

  get fullWidth(): number {
    return this.left(this.#total);
  }

  /** The columns of which something is seen between two pixels. */
  between(from: number, to: number): { firstColumn: number; endColumn: number } {
    let column = 0;
    let edge = 0;
    while (column < this.#total && edge + this.width(column) <= from) edge += this.width(column++);
    const firstColumn = Math.min(column, Math.max(0, this.#total - 1));
    while (column < this.#total && edge < to) edge += this.width(column++);
    return { firstColumn, endColumn: Math.max(column, Math.min(firstColumn + 1, this.#total)) };
  }
}
