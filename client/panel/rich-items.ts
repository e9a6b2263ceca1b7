/** Pictures, tables and other rich values as items of a notebook's output. What stands around them is in `outputs.ts`. */
import * as vscode from 'vscode';
import type { PanelCell, PanelOutput } from './cells.ts';
import { type TableItem, tableMime } from './mime.ts';
import { dimensionsOf, isTable, shownVariable } from './table.ts';

/** One value in all the MIME types that it has. */
export function richItems(
  { data, role }: PanelOutput & { kind: 'rich' },
  { code, key }: PanelCell,
  { session }: { readonly session: string },
): vscode.NotebookCellOutputItem[] {
  const name = role === 'result' ? shownVariable(code) : undefined;
  const open =
    name === undefined ? {} : { open: { session, key, name, label: vscode.l10n.t('Open as Table') } };
  return Object.entries(data).flatMap(([mime, value]) => {
    const item = richItem(mime, value);
    if (mime !== 'text/html' || typeof value !== 'string' || !isTable(value)) return [item];
    // Ours first: its header stays in view. The HTML as it came can be chosen as another presentation.
    const table: TableItem = { html: value, ...sizeOf(value), ...open };
    return [vscode.NotebookCellOutputItem.json(table, tableMime), item];
  });
}

/** A value in one MIME type, as the protocol brings it. */
export function richItem(mime: string, value: unknown): vscode.NotebookCellOutputItem {
  if (typeof value !== 'string') return vscode.NotebookCellOutputItem.json(value, mime);
  const isBinary = /^(image|audio|video)\//.test(mime) && mime !== 'image/svg+xml';
  if (isBinary) return new vscode.NotebookCellOutputItem(Buffer.from(value, 'base64'), mime);
  return vscode.NotebookCellOutputItem.text(value, mime);
}

function sizeOf(html: string): Pick<TableItem, 'size'> {
  const dimensions = dimensionsOf(html);
  if (dimensions === undefined) return {};
  const { rows, columns } = dimensions;
  return { size: vscode.l10n.t('{0} rows × {1} columns', rows.toLocaleString(), columns.toLocaleString()) };
}
