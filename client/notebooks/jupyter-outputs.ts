/**
 * Outputs in the forms that Jupyter knows, so that what is saved in an .ipynb opens anywhere: streams, errors,
 * results with their count. Only what cannot be saved, a prompt that is open, is in a form of ours.
 */
import * as vscode from 'vscode';
import type { PanelCell, PanelOutput } from '../panel/cells.ts';
import { type OutputContext, type OutputForm, panelForm, streamItem } from '../panel/outputs.ts';
import { richItem } from '../panel/rich-items.ts';

export const jupyterForm: OutputForm = {
  toItems(output, cell, context) {
    switch (output.kind) {
      case 'rich':
        return Object.entries(output.data).map(([mime, value]) => richItem(mime, value));
      case 'error':
        return output.code === 'eval-dropped' ? [] : [errorItem(output)];
      case 'input':
        return output.outcome === undefined
          ? panelForm.toItems(output, cell, context)
          : [streamItem('stdout', `${answered(output)}\n`)];
      case 'notice':
        return [streamItem('stderr', `${output.message}\n`)];
      case 'omitted':
        return [...panelForm.toItems(output, cell, context), plain(omittedText(output))];
      case 'stream':
        return [streamItem(output.stream, output.text)];
    }
  },
  // By this VS Code's own serializer tells what it writes.
  toMetadata(output, cell) {
    if (output.kind !== 'rich') return panelForm.toMetadata(output, cell);
    return output.role === 'display'
      ? { outputType: 'display_data', metadata: output.metadata }
      : { outputType: 'execute_result', executionCount: cell.executionCount, metadata: output.metadata };
  },
};

function errorItem({ name, message, stack }: PanelOutput & { kind: 'error' }): vscode.NotebookCellOutputItem {
  return vscode.NotebookCellOutputItem.error({ name, message, stack: stack || `${name}: ${message}` });
}

function answered({ prompt, password, answer }: PanelOutput & { kind: 'input' }): string {
  return prompt + (password ? '••••' : (answer ?? ''));
}

function omittedText({ lines }: PanelOutput & { kind: 'omitted' }): string {
  return vscode.l10n.t('{0} lines are not shown here.', lines.toLocaleString());
}

function plain(text: string): vscode.NotebookCellOutputItem {
  return vscode.NotebookCellOutputItem.text(text, 'text/plain');
}

/** What outputs of a cell of that session need to know. */
export function contextOf(cell: PanelCell, session: string): OutputContext {
  const hasFocus = vscode.window.activeNotebookEditor !== undefined && cell.state === 'running';
  return { session, hasFocus };
}
