/**
 * The table of a data frame, inside the panel: its header stays in view while the rows scroll, and the size of the
 * frame stands below. The table's own HTML is taken as it is, but its style sheet and its scripts are not.
 */
import type { RendererMessage, TableItem } from '../mime.ts';
import { linkButton } from './link-button.ts';

const style = `
.hindsight-table { max-height: 420px; overflow: auto; width: fit-content; max-width: 100%; }
.hindsight-table:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.hindsight-table table { border-collapse: separate; border-spacing: 0; border: 0; color: var(--vscode-editor-foreground);
  font-size: var(--notebook-cell-output-font-size, inherit); font-variant-numeric: tabular-nums; }
.hindsight-table th, .hindsight-table td { padding: 2px 10px; border: 0; text-align: right; white-space: pre;
  max-width: 40em; overflow: hidden; text-overflow: ellipsis; }
.hindsight-table thead th { position: sticky; top: 0; background: var(--vscode-editor-background);
  border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, #8888)); }
.hindsight-table tbody th { font-weight: normal; color: var(--vscode-descriptionForeground); }
.hindsight-table tbody tr:hover > * { background: var(--vscode-list-hoverBackground); }
.hindsight-table-size { display: flex; gap: 1.2em; align-items: baseline; padding: 4px 10px; color: var(--vscode-descriptionForeground); }
`;

export function renderTable(
  { html, size, open }: TableItem,
  post: (message: RendererMessage) => void,
): HTMLElement {
  // Scripts of a document that is parsed in this way never run.
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const table = parsed.querySelector('table');
  const box = document.createElement('div');
  const sheet = Object.assign(document.createElement('style'), { textContent: style });
  box.append(sheet);
  if (table !== null) box.append(renderScrolling(table, size));
  if (size === undefined && open === undefined) return box;
  const line = Object.assign(document.createElement('div'), { className: 'hindsight-table-size' });
  if (size !== undefined) line.append(Object.assign(document.createElement('span'), { textContent: size }));
  if (open !== undefined) line.append(renderOpen(open, post));
  box.append(line);
  return box;
}

function renderOpen(
  { session, key, name, label }: NonNullable<TableItem['open']>,
  post: (message: RendererMessage) => void,
): HTMLElement {
  const button = linkButton(label);
  button.addEventListener('click', () => post({ kind: 'open-table', session, key, name }));
  return button;
}

function renderScrolling(table: HTMLTableElement, size: string | undefined): HTMLElement {
  table.removeAttribute('border');
  for (const script of table.querySelectorAll('script')) script.remove();
  // A screen reader then says which row and column a value is in.
  for (const header of table.querySelectorAll('thead th')) header.setAttribute('scope', 'col');
  for (const header of table.querySelectorAll('tbody th')) header.setAttribute('scope', 'row');
  const scrolling = document.createElement('div');
  scrolling.className = 'hindsight-table';
  scrolling.tabIndex = 0;
  scrolling.setAttribute('role', 'region');
  if (size !== undefined) scrolling.setAttribute('aria-label', size);
  scrolling.append(document.adoptNode(table));
  return scrolling;
}
