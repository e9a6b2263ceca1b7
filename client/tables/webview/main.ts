/** The page of a table: filter box, grid and the line that says how large it is; talks to the extension. */
import type { FromTable, TableRequest, TableWords, ToTable } from '../messages.ts';
import { Grid } from './grid.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromTable): void };

const filterSettleMs = 250;
const editor = acquireVsCodeApi();
const bar = document.createElement('div');
const filter = document.createElement('input');
const size = document.createElement('span');
const problem = document.createElement('p');
const live = document.createElement('div');
let words: TableWords | undefined;
let filterTimer: number | undefined;

const grid = new Grid({
  fetch: (request: TableRequest) => editor.postMessage(request),
  say: (text) => {
    live.textContent = text;
  },
  sized: (rows, columns, isFiltered) => {
    problem.hidden = true;
    if (words === undefined) return;
    size.textContent = fill(isFiltered ? words.filteredSize : words.size, rows, columns);
    if (isFiltered) live.textContent = size.textContent;
  },
});

bar.className = 'bar';
filter.type = 'search';
filter.spellcheck = false;
size.className = 'size';
problem.className = 'problem';
problem.setAttribute('role', 'alert');
problem.hidden = true;
live.className = 'spoken';
live.setAttribute('role', 'status');
bar.append(filter, size);
document.body.append(bar, problem, grid.element, live);

filter.addEventListener('input', () => {
  window.clearTimeout(filterTimer);
  filterTimer = window.setTimeout(() => grid.filter(filter.value.trim()), filterSettleMs);
});
filter.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' || event.key === 'ArrowDown') {
    window.clearTimeout(filterTimer);
    grid.filter(filter.value.trim());
    grid.element.focus();
    event.preventDefault();
  }
});
window.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
    filter.select();
    event.preventDefault();
  }
});
window.addEventListener('message', ({ data }: MessageEvent<ToTable>) => {
  if (data.kind === 'words') begin(data.words);
  else if (data.kind === 'rows') grid.receive(data);
  else if (data.kind === 'changed') grid.reload();
  else fail(data.id, data.message);
});
editor.postMessage({ kind: 'ready' });

function begin(given: TableWords): void {
  words = given;
  filter.placeholder = given.filter;
  filter.setAttribute('aria-label', given.filter);
  grid.begin(given);
  grid.element.focus();
}

function fail(id: number, message: string): void {
  if (!grid.failed(id)) return;
  problem.textContent = message;
  problem.hidden = false;
}

function fill(text: string, ...values: readonly number[]): string {
  return text.replace(/\{(\d)\}/g, (_, index: string) => (values[Number(index)] ?? 0).toLocaleString());
}
