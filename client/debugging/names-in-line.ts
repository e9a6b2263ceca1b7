/** The names of a line of Python whose values can be looked up: no keywords, attributes, strings or comments. Knows no editor. */

export interface NameInLine {
  readonly name: string;
  /** Column from 0. */
  readonly start: number;
}

const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield match case self cls'
  ).split(' '),
);
const token = /("""|'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|#.*$)|(\.\s*)?\b([A-Za-z_]\w*)\b(\s*\()?/g;

/** Each name once, where it comes first. What is called, and the names of arguments (`key=`), are left out. */
export function namesInLine(text: string): readonly NameInLine[] {
  if (/^\s*(?:import|from|class|@)/.test(text)) return [];
  const found = new Map<string, number>();
  for (const match of text.matchAll(token)) {
    const [, literal, dot, name, call] = match;
    if (literal?.startsWith('"""') === true || literal?.startsWith("'''") === true) break;
    if (name === undefined || dot !== undefined || call !== undefined || keywords.has(name)) continue;
    const start = match.index + match[0].lastIndexOf(name);
    if (isArgumentName(text, start + name.length, start)) continue;
    if (!found.has(name)) found.set(name, start);
  }
  return [...found].map(([name, start]) => ({ name, start }));
}

// `f(key=1)` names no variable; `key = 1` and `def f(key=1)` do.
function isArgumentName(text: string, end: number, start: number): boolean {
  if (!/^=(?!=)/.test(text.slice(end)) || /^\s*(?:async\s+)?def\b/.test(text)) return false;
  const before = text.slice(0, start);
  return (before.match(/[([{]/g)?.length ?? 0) > (before.match(/[)\]}]/g)?.length ?? 0);
}
