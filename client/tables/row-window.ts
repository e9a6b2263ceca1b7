/**
 * From a scroll position to the rows that are seen, and back. A browser cannot make an element as high as ten million
 * rows are: beyond `highest` pixels the scroll bar is a measure of the whole, and no longer of single rows. Pure.
 */

/** Chromium's limit is twice as high; others have less. */
const highest = 12_000_000;

export interface Viewport {
  readonly totalRows: number;
  readonly rowHeight: number;
  /** Pixels in which rows are seen. */
  readonly height: number;
}

/** How high the scrolled content is made. */
export function contentHeight({ totalRows, rowHeight }: Viewport): number {
  return Math.min(totalRows * rowHeight, highest);
}

/** The row at the upper edge, with a fraction, at a scroll position. */
export function topRow(viewport: Viewport, scrollTop: number): number {
  const { totalRows, rowHeight, height } = viewport;
  if (!isScaled(viewport)) return scrollTop / rowHeight;
  const last = Math.max(0, totalRows - height / rowHeight);
  const range = Math.max(1, contentHeight(viewport) - height);
  return Math.min(1, Math.max(0, scrollTop / range)) * last;
}

/** The scroll position at which a row, with a fraction, is at the upper edge. */
export function scrollTopOf(viewport: Viewport, row: number): number {
  const { totalRows, rowHeight, height } = viewport;
  if (!isScaled(viewport)) return Math.max(0, row * rowHeight);
  const last = Math.max(1, totalRows - height / rowHeight);
  const range = Math.max(0, contentHeight(viewport) - height);
  return Math.min(1, Math.max(0, row / last)) * range;
}

/** The row to have at the upper edge so that a row is wholly seen; the present one where it is already. */
export function topRowShowing(viewport: Viewport, top: number, row: number): number {
  const seen = Math.max(1, Math.floor(viewport.height / viewport.rowHeight));
  if (row < top) return row;
  return row > top + seen - 1 ? Math.max(0, row - seen + 1) : top;
}

/** Rows to draw: those that are seen and a few around. */
export function rowsToDraw(viewport: Viewport, top: number, around: number): { first: number; end: number } {
  const first = Math.max(0, Math.floor(top) - around);
  const seen = Math.ceil(viewport.height / viewport.rowHeight) + 1;
  return { first, end: Math.min(viewport.totalRows, Math.floor(top) + seen + around) };
}

function isScaled({ totalRows, rowHeight }: Viewport): boolean {
  return totalRows * rowHeight > highest;
}
