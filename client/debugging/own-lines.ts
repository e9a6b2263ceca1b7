/** Which lines belong to the function that is executed at a line: not those of functions inside it. By indentation alone; knows no editor. */

/** Numbers from 0, ascending, up to and with `stop`; the `def` is the first of them, where there is one. */
export function ownLines(lines: readonly string[], stop: number): readonly number[] {
  const own: number[] = [];
  let allowed = Number.POSITIVE_INFINITY;
  for (let line = Math.min(stop, lines.length - 1); line >= 0; line--) {
    const text = lines[line] ?? '';
    if (text.trim() === '' || text.trim().startsWith('#')) continue;
    const indent = text.length - text.trimStart().length;
    const isDef = /^\s*(?:async\s+)?def\b/.test(text);
    if (isDef && indent < allowed && line !== stop) return [line, ...own.reverse()];
    // A function that lies before the line on its level: what was taken of its body is not ours.
    if (isDef && line !== stop) {
      while (own.length > 0 && isInside(lines, own.at(-1) ?? 0, line, indent)) own.pop();
      continue;
    }
    own.push(line);
    allowed = Math.min(allowed, indent);
  }
  return own.reverse();
}

/** Whether everything between a `def` and a later line is indented deeper than it. */
function isInside(lines: readonly string[], line: number, def: number, indent: number): boolean {
  return lines
    .slice(def + 1, line + 1)
    .every((text) => text.trim() === '' || text.length - text.trimStart().length > indent);
}
