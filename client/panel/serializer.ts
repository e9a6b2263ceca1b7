/**
 * The bytes of a panel: JSON of its cells with their outputs. They are written and read only within VS Code
 * (`file-system.ts`, hot exit); the truth is the event log.
 */
import * as vscode from 'vscode';

interface StoredOutput {
  readonly items: ReadonlyArray<{ readonly mime: string; readonly base64: string }>;
  readonly metadata: Record<string, unknown>;
}

interface StoredCell {
  readonly kind: vscode.NotebookCellKind;
  readonly value: string;
  readonly languageId: string;
  readonly metadata: Record<string, unknown>;
  readonly outputs: readonly StoredOutput[];
  readonly summary: vscode.NotebookCellExecutionSummary;
}

export class PanelSerializer implements vscode.NotebookSerializer {
  serializeNotebook(data: vscode.NotebookData): Uint8Array {
    return encodePanel(data.cells);
  }

  deserializeNotebook(content: Uint8Array): vscode.NotebookData {
    if (content.length === 0) return new vscode.NotebookData([]);
    const stored = JSON.parse(Buffer.from(content).toString()) as readonly StoredCell[]; // Written by `encodePanel`.
    return new vscode.NotebookData(stored.map(fromStored));
  }
}

export function encodePanel(cells: readonly vscode.NotebookCellData[]): Uint8Array {
  return Buffer.from(JSON.stringify(cells.map(toStored)));
}

function toStored(cell: vscode.NotebookCellData): StoredCell {
  const { kind, value, languageId, metadata = {}, outputs = [], executionSummary: summary = {} } = cell;
  const stored = outputs.map((output) => ({
    items: output.items.map(({ mime, data }) => ({ mime, base64: Buffer.from(data).toString('base64') })),
    metadata: output.metadata ?? {},
  }));
  return { kind, value, languageId, metadata, outputs: stored, summary };
}

function fromStored(stored: StoredCell): vscode.NotebookCellData {
  const cell = new vscode.NotebookCellData(stored.kind, stored.value, stored.languageId);
  cell.metadata = stored.metadata;
  cell.executionSummary = stored.summary;
  cell.outputs = stored.outputs.map(({ items, metadata }) => {
    const decoded = items.map(
      ({ mime, base64 }) => new vscode.NotebookCellOutputItem(Buffer.from(base64, 'base64'), mime),
    );
    return new vscode.NotebookCellOutput(decoded, metadata);
  });
  return cell;
}
