/** The page of a history: a sparkline, and a table in which the arrow keys move and Enter or a click goes there. */
import type { FromHistory, HistoryMessage, HistoryRow, ToHistory } from '../messages.ts';
import { sparkline } from '../sparkline.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromHistory): void };

const editor = acquireVsCodeApi();
const svg = 'http://www.w3.org/2000/svg';
const height = 72;
let shown: HistoryMessage | undefined;

window.addEventListener('message', (event: MessageEvent<ToHistory>) => {
  const message = event.data;
  if (message.kind === 'history') shown = message;
  else if (shown !== undefined) shown = { ...shown, time: message.time };
  if (message.kind === 'history') draw(message);
  else markHere();
});
window.addEventListener('resize', drawPicture);
editor.postMessage({ kind: 'ready' });

function draw({ rows, summary, words }: HistoryMessage): void {
  const title = document.createElement('h1');
  title.textContent = words.title;
  const note = document.createElement('p');
  note.textContent = summary;
  note.setAttribute('role', 'status');
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', words.picture);
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const word of [words.step, words.place, words.value]) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = word;
    head.append(cell);
  }
  const body = table.createTBody();
  body.append(...rows.map(tableRow));
  body.addEventListener('keydown', (event) => key(event, body));
  // Steps are counted late, and in the present there are none yet.
  table.classList.toggle(
    'uncounted',
    rows.every(({ step }) => step === ''),
  );
  document.body.replaceChildren(title, picture, note, table);
  drawPicture();
  markHere();
}

function tableRow(row: HistoryRow, index: number): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.tabIndex = index === 0 ? 0 : -1;
  line.className = row.failed ? 'failed' : row.changed ? 'changed' : '';
  for (const text of [row.step, row.place, row.value]) line.insertCell().textContent = text;
  line.addEventListener('click', () => editor.postMessage({ kind: 'goto', at: row.at }));
  return line;
}

function key(event: KeyboardEvent, body: HTMLTableSectionElement): void {
  const rows = [...body.rows];
  const at = rows.findIndex((row) => row.matches(':focus'));
  if (event.key === 'Enter' || event.key === ' ') rows[at]?.click();
  else if (event.key === 'ArrowDown') focus(rows, at + 1);
  else if (event.key === 'ArrowUp') focus(rows, at - 1);
  else if (event.key === 'Home') focus(rows, 0);
  else if (event.key === 'End') focus(rows, rows.length - 1);
  else return;
  event.preventDefault();
}

// One stop of Tab; the arrow keys go through the rows.
function focus(rows: readonly HTMLTableRowElement[], index: number): void {
  const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
  for (const other of rows) other.tabIndex = other === row ? 0 : -1;
  row?.focus();
}

function drawPicture(): void {
  const picture = document.querySelector('svg');
  if (picture === null || shown === undefined) return;
  const width = Math.max(100, document.body.clientWidth);
  const { path, points } = sparkline(shown.rows, width, height);
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.style.height = `${height}px`;
  const line = document.createElementNS(svg, 'path');
  line.setAttribute('d', path);
  const dots = points.length > width / 3 ? [] : points;
  picture.replaceChildren(
    line,
    ...dots.map(({ x, y, index }) => {
      const dot = document.createElementNS(svg, 'circle');
      dot.setAttribute('cx', String(x));
      dot.setAttribute('cy', String(y));
      dot.setAttribute('r', shown?.rows[index]?.changed === false ? '2' : '3');
      return dot;
    }),
  );
}

// The last moment that is not after the one where the debugger stands.
function markHere(): void {
  const { rows = [], time, words } = shown ?? {};
  const here = time === undefined ? -1 : rows.findLastIndex((row) => row.time <= time);
  for (const [index, row] of document.querySelectorAll('tbody tr').entries()) {
    row.classList.toggle('here', index === here);
    if (index === here) row.setAttribute('aria-description', words?.here ?? '');
    else row.removeAttribute('aria-description');
  }
}
