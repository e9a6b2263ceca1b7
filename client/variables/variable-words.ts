/**
 * How a variable is written in the tree: the text beside its name, the one that a screen reader says, its icon. Pure;
 * words that need translating are handed in.
 */
import type { Variable } from '../../runtime/protocol/states.ts';

/** Sizes below this say nothing: every number and short text has one. */
const smallestShown = 1000;

export interface VariableWords {
  /** `12 kB`. */
  readonly size: (bytes: number) => string;
  /** `3 items`. */
  readonly items: (count: number) => string;
  readonly changed: string;
  readonly added: string;
}

export type Mark = 'added' | 'changed';

/** `int · 5`, `DataFrame 1,000 × 3 · 24 kB · name, age, city`. */
export function describe(variable: Variable, words: VariableWords): string {
  const { size_bytes: size } = variable;
  return [
    ...(variable.kind === 'data' ? [[variable.type, extent(variable, words)].filter(Boolean).join(' ')] : []),
    ...(size === undefined || size < smallestShown ? [] : [words.size(size)]),
    variable.value,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** All of it in one sentence. */
export function speak(variable: Variable, mark: Mark | undefined, words: VariableWords): string {
  const said = mark === undefined ? '' : mark === 'added' ? words.added : words.changed;
  return [variable.name, variable.type, extent(variable, words), variable.value, said]
    .filter((part) => part !== '')
    .join(', ');
}

/** `1,000 × 3`, `3 items`, or nothing for what has no extent. */
export function extent({ shape, dtype, length, type }: Variable, words: VariableWords): string {
  const shown = dtype === undefined || dtype === type ? '' : dtype;
  if (shape !== undefined && shape.length > 0)
    return [shape.map((size) => size.toLocaleString('en')).join(' × '), shown].filter(Boolean).join(' ');
  if (length === undefined || textual.has(type)) return shown;
  return words.items(length);
}

/** Id of the codicon that stands before it. */
export function iconOf({ kind, type, table, shape }: Variable): string {
  if (kind !== 'data') return `symbol-${kind}`;
  if (table && shape?.length !== 1) return 'table';
  return icons.get(type) ?? (shape === undefined || shape.length === 0 ? 'symbol-variable' : 'symbol-array');
}

const textual: ReadonlySet<string> = new Set(['str', 'bytes', 'bytearray']);

/** No object, for a class may be called `constructor`. */
const icons: ReadonlyMap<string, string> = new Map([
  ['int', 'symbol-numeric'],
  ['float', 'symbol-numeric'],
  ['complex', 'symbol-numeric'],
  ['bool', 'symbol-boolean'],
  ['str', 'symbol-string'],
  ['bytes', 'symbol-string'],
  ['bytearray', 'symbol-string'],
  ['list', 'symbol-array'],
  ['tuple', 'symbol-array'],
  ['range', 'symbol-array'],
  ['set', 'symbol-array'],
  ['frozenset', 'symbol-array'],
  ['deque', 'symbol-array'],
  ['dict', 'symbol-object'],
  ['OrderedDict', 'symbol-object'],
  ['defaultdict', 'symbol-object'],
  ['Counter', 'symbol-object'],
  ['NoneType', 'symbol-null'],
  ['property', 'symbol-property'],
  ['function', 'symbol-method'],
]);
