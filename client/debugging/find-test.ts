/** Which test of a Python file a line belongs to, by names and indentation. Knows no editor and runs nothing. */

export interface FoundTest {
  /** Who runs it: classes derived from `TestCase` need nothing installed. */
  readonly framework: 'pytest' | 'unittest';
  /** From the outermost: classes, then the function. */
  readonly names: readonly [string, ...string[]];
}

interface Scope {
  readonly indent: number;
  readonly kind: 'class' | 'def';
  readonly name: string;
  readonly bases: string;
}

const header = /^(\s*)(?:async\s+)?(class|def)\s+(\w+)\s*(?:\[[^\]]*\])?\s*(?:\(([^)]*))?/;

/** The test around a line, counted from 0, or a class of tests; undefined where there is none. */
export function findTest(text: string, line: number): FoundTest | undefined {
  const lines = text.split(/\r?\n/);
  const scopes = scopesAt(lines, headerLine(lines, line));
  const test = scopes.findIndex(({ kind, name }) => kind === 'def' && name.startsWith('test'));
  const group = scopes.findIndex(({ kind, name, bases }) => kind === 'class' && isGroup(name, bases));
  const last = test === -1 ? group : test;
  const [first, ...inner] = scopes.slice(0, last + 1).map(({ name }) => name);
  if (first === undefined) return undefined;
  const isUnittest = scopes.slice(0, last + 1).some(({ bases }) => /\w*TestCase\b/.test(bases));
  return { framework: isUnittest ? 'unittest' : 'pytest', names: [first, ...inner] };
}

/** `tests/test_a.py::TestCase::test_b` for pytest, `tests.test_a.TestCase.test_b` for unittest. `path` is relative, with `/`. */
export function testName({ framework, names }: FoundTest, path: string): string {
  if (framework === 'pytest') return [path, ...names].join('::');
  const module = path.replace(/\.py$/, '').split('/');
  return [...module, ...names].join('.');
}

// From a decorator on, the function below counts.
function headerLine(lines: readonly string[], line: number): number {
  let at = line;
  while (/^\s*@/.test(lines[at] ?? '')) at++;
  return at;
}

function scopesAt(lines: readonly string[], line: number): readonly Scope[] {
  const scopes: Scope[] = [];
  for (const text of lines.slice(0, line + 1)) {
    if (text.trim() === '' || text.trim().startsWith('#')) continue;
    const indent = text.length - text.trimStart().length;
    while ((scopes.at(-1)?.indent ?? -1) >= indent) scopes.pop();
    const [, , kind, name, bases = ''] = header.exec(text) ?? [];
    if (name !== undefined && (kind === 'class' || kind === 'def'))
      scopes.push({ indent, kind, name, bases });
  }
  return scopes;
}

function isGroup(name: string, bases: string): boolean {
  return name.startsWith('Test') || /\w*TestCase\b/.test(bases);
}
