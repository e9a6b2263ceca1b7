/** The command "Select Interpreter…": a list of what is on PATH, or the Python extension's own command. */
import * as vscode from 'vscode';
import { findOnPath } from './find-on-path.ts';
import { hasPythonExtension } from './interpreter.ts';

/** Lets a person choose; true when a choice was made. */
export async function selectInterpreter(path: string): Promise<boolean> {
  if (hasPythonExtension()) {
    await vscode.commands.executeCommand('python.setInterpreter');
    return true;
  }
  const chosen = await pick(await findOnPath(path, process.platform));
  if (chosen === undefined) return false;
  await vscode.workspace
    .getConfiguration('hindsight')
    .update('python.interpreter', chosen, vscode.ConfigurationTarget.Global);
  return true;
}

async function pick(found: readonly string[]): Promise<string | undefined> {
  const browse = { label: vscode.l10n.t('$(folder) Browse…'), browse: true };
  const items = found.map((path) => ({ label: path, browse: false }));
  const picked = await vscode.window.showQuickPick([...items, browse], {
    title: vscode.l10n.t('Select the Python that new sessions use'),
    placeHolder:
      found.length === 0 ? vscode.l10n.t('No Python was found on PATH; choose its file (3.10 or newer)') : '',
  });
  if (picked === undefined) return undefined;
  if (!picked.browse) return picked.label;
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Python interpreter'),
    canSelectMany: false,
  });
  return files?.[0]?.fsPath;
}
