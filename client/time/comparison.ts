/** The page of a comparison: two states side by side, variable by variable. Pure; knows neither VS Code nor a session. */
import type { Difference } from '../../runtime/protocol/states.ts';

export interface Comparison {
  readonly added: readonly Difference[];
  readonly removed: readonly Difference[];
  readonly changed: readonly Difference[];
  readonly truncated: boolean;
}

/** The words of the page; each is a finished sentence or heading. */
export interface ComparisonWords {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly added: string;
  readonly removed: string;
  readonly changed: string;
  readonly none: string;
  readonly truncated: string;
  readonly row: string;
  readonly column: string;
}

/** HTML of the body. Everything that comes from a program is escaped. */
export function renderComparison(comparison: Comparison, words: ComparisonWords): string {
  const { added, removed, changed, truncated } = comparison;
  const isEmpty = added.length + removed.length + changed.length === 0;
  return [
    `<h1>${escapeHtml(words.title)}</h1>`,
    truncated ? `<p class="note" role="note">${escapeHtml(words.truncated)}</p>` : '',
    isEmpty ? `<p class="note">${escapeHtml(words.none)}</p>` : '',
    section('changed', words.changed, changed, words),
    section('added', words.added, added, words),
    section('removed', words.removed, removed, words),
  ].join('\n');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

type Kind = 'changed' | 'added' | 'removed';

function section(
  kind: Kind,
  heading: string,
  differences: readonly Difference[],
  words: ComparisonWords,
): string {
  if (differences.length === 0) return '';
  const items = differences.map((difference) => variable(kind, difference, words)).join('\n');
  return `<h2 class="${kind}">${escapeHtml(heading)} <span class="count">${differences.length}</span></h2>\n${items}`;
}

function variable(kind: Kind, difference: Difference, words: ComparisonWords): string {
  const { name, type = '', summary } = difference;
  return `<details class="${kind}" open><summary><code>${escapeHtml(name)}</code> <span class="type">${escapeHtml(
    type,
  )}</span> <span class="summary">${escapeHtml(summary)}</span></summary>${body(kind, difference, words)}</details>`;
}

function body(kind: Kind, { lines, cells, before, after }: Difference, words: ComparisonWords): string {
  if (lines !== undefined && lines.length > 0) return unified(lines);
  if (cells !== undefined && cells.length > 0) return cellTable(cells, words);
  if (before === undefined && after === undefined) return '';
  const column = (title: string, text: string | undefined, isShown: boolean): string =>
    isShown && text !== undefined
      ? `<div><h3>${escapeHtml(title)}</h3><pre>${escapeHtml(text)}</pre></div>`
      : '<div></div>';
  return `<div class="columns">${column(words.before, before, kind !== 'added')}${column(
    words.after,
    after,
    kind !== 'removed',
  )}</div>`;
}

/** A unified diff in two columns: what was taken out on the left, what came on the right, side by side. */
function unified(lines: readonly string[]): string {
  const rows = pairUp(lines).map(
    ([left, right]) =>
      `<tr>${diffCell(left, 'removed')}${diffCell(right, left === right ? 'same' : 'added')}</tr>`,
  );
  return `<table class="diff"><tbody>${rows.join('')}</tbody></table>`;
}

type Line = { readonly sign: string; readonly text: string };

function diffCell(line: Line | undefined, kind: string): string {
  if (line === undefined) return '<td class="empty"></td>';
  const isSame = line.sign === ' ' || line.sign === '@';
  const label = line.sign === '+' || line.sign === '-' ? `<span class="sign">${line.sign}</span>` : '';
  return `<td class="${isSame ? (line.sign === '@' ? 'place' : 'same') : kind}">${label}${escapeHtml(line.text)}</td>`;
}

/** Each line of a unified diff in its column, a run of `-` beside the run of `+` that follows it. */
export function pairUp(
  lines: readonly string[],
): ReadonlyArray<readonly [Line | undefined, Line | undefined]> {
  const rows: Array<[Line | undefined, Line | undefined]> = [];
  let removed: Line[] = [];
  let added: Line[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++)
      rows.push([removed[index], added[index]]);
    removed = [];
    added = [];
  };
  for (const text of lines.filter((line) => !/^(---|\+\+\+)( |$)/.test(line))) {
    const line = { sign: text.charAt(0), text: text.startsWith('@') ? text : text.slice(1) };
    if (line.sign === '-') {
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.sign === '+') added.push(line);
    else {
      flush();
      rows.push([line, line]);
    }
  }
  flush();
  return rows;
}

// Elements of a collection have a row and no column.
function cellTable(cells: NonNullable<Difference['cells']>, words: ComparisonWords): string {
  const hasColumns = cells.some(({ column }) => column !== '');
  const titles = [words.row, ...(hasColumns ? [words.column] : []), words.before, words.after];
  const head = titles.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const value = (kind: string, text: string | undefined): string =>
    text === undefined ? '<td class="empty"></td>' : `<td class="${kind}">${escapeHtml(text)}</td>`;
  const rows = cells.map(({ row, column, before, after }) => {
    const place = hasColumns ? `<td>${escapeHtml(column)}</td>` : '';
    return `<tr><th scope="row">${escapeHtml(row)}</th>${place}${value('removed', before)}${value('added', after)}</tr>`;
  });
  return `<table class="cells"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
