/** Finds the lines that begin a `# %%` cell, by their look alone. Starts nothing and knows no editor. */

const marker = /^\s*#\s*(%%|In\[)/;

/** Numbers of the marker lines, from 0. */
export function findCellMarkers(text: string): readonly number[] {
  const found: number[] = [];
  for (const [index, line] of text.split('\n').entries()) if (marker.test(line)) found.push(index);
  return found;
}
