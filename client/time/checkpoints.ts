/** Checkpoints: create, restore, export, import, delete. A checkpoint is a state that a person named. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import type { Session } from '../sessions/session.ts';
import { activeSession } from '../sessions/session-commands.ts';
import { explainError } from './explain-error.ts';
import type { TimeParts } from './parts.ts';
import { pickState } from './pick-state.ts';
import { describeSize, nameOf } from './words.ts';

const extension = 'hindsight-checkpoint';

/** Names the present, or another state, and writes it to disk, where it survives the runtime. */
export async function createCheckpoint(parts: TimeParts, node?: SnapshotNode): Promise<void> {
  const session = activeSession(parts);
  const label = await askName(
    node === undefined
      ? vscode.l10n.t('Name of the checkpoint')
      : vscode.l10n.t('Name of the state {0}', nameOf(node)),
    node?.label,
  );
  if (label === undefined) return;
  await told(parts, vscode.l10n.t('The checkpoint was not created'), async () => {
    const { client, id } = connection(session);
    const which = node === undefined ? { session: id } : { snapshotId: node.id };
    const made = await withProgress(vscode.l10n.t('Writing the checkpoint "{0}"…', label), () =>
      client.request('snapshot', { ...which, label, durable: true }),
    );
    const lost = made.report?.lost ?? [];
    if (lost.length === 0)
      vscode.window.setStatusBarMessage(
        `$(bookmark) ${vscode.l10n.t('Checkpoint "{0}" is on disk', label)}`,
        5000,
      );
    else
      await vscode.window.showWarningMessage(
        vscode.l10n.t(
          'The checkpoint "{0}" is on disk, without what cannot be kept: {1}.',
          label,
          lost.map(({ name, reason }) => `${name} (${reason})`).join(', '),
        ),
      );
  });
}

/** Lets a person choose a checkpoint and goes there, in the session that is in front. */
export async function restoreCheckpoint(parts: TimeParts): Promise<void> {
  const node = await pickCheckpoint(parts, vscode.l10n.t('Which checkpoint to go back to?'));
  if (node !== undefined) await restoreState(parts, node);
}

/** Goes to a state in the session that is in front, which is opened where none is. */
export async function restoreState(parts: TimeParts, node: SnapshotNode): Promise<void> {
  const session = activeSession(parts);
  if (session.id === undefined && !(await parts.launcher.ensureOpen(session, undefined))) return;
  await parts.panels.reveal(session);
  await parts.rewinder.go(session, { state: node.id, action: vscode.l10n.t('Restore'), look: true });
}

export async function exportCheckpoint(parts: TimeParts, given?: SnapshotNode): Promise<void> {
  const node = given ?? (await pickCheckpoint(parts, vscode.l10n.t('Which checkpoint to export?')));
  if (node === undefined) return;
  const folder = firstFolder();
  const name = `${nameOf(node).replace(/[^\p{L}\p{N} ._-]/gu, '-')}.${extension}`;
  const file = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Checkpoint'),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(join(folder.fsPath, name)) }),
    filters: { [vscode.l10n.t('Hindsight checkpoint')]: [extension] },
  });
  if (file === undefined) return;
  await told(parts, vscode.l10n.t('The checkpoint was not exported'), async () => {
    const { client } = connection(activeSession(parts));
    const written = await withProgress(vscode.l10n.t('Exporting "{0}"…', nameOf(node)), () =>
      client.request('export', { snapshotId: node.id, file: file.fsPath }),
    );
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('Exported "{0}": {1}', nameOf(node), describeSize(written.size_bytes)),
      5000,
    );
  });
}

/** Takes a checkpoint from a file. Nothing of it runs before a person agrees. */
export async function importCheckpoint(parts: TimeParts): Promise<void> {
  const folder = firstFolder();
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import Checkpoint'),
      ...(folder === undefined ? {} : { defaultUri: folder }),
      filters: { [vscode.l10n.t('Hindsight checkpoint')]: [extension], [vscode.l10n.t('All files')]: ['*'] },
    })) ?? [];
  if (file === undefined) return;
  await told(parts, vscode.l10n.t('The checkpoint was not imported'), async () => {
    const session = activeSession(parts);
    if (session.id === undefined && !(await parts.launcher.ensureOpen(session, undefined))) return;
    const { client } = connection(session);
    const { snapshotId, label, report } = await client.request('import', { file: file.fsPath });
    const tree = await parts.states.read();
    const restore = vscode.l10n.t('Restore…');
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Imported "{0}" with {1} variables. Nothing of it has run.',
        label ?? snapshotId,
        report.kept.length,
      ),
      restore,
    );
    const node = tree.snapshots.find(({ id }) => id === snapshotId);
    if (choice === restore && node !== undefined) await restoreState(parts, node);
  });
}

export async function deleteCheckpoint(parts: TimeParts, given?: SnapshotNode): Promise<void> {
  const node = given ?? (await pickCheckpoint(parts, vscode.l10n.t('Which checkpoint to delete?')));
  if (node === undefined) return;
  const remove = vscode.l10n.t('Delete');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete the state "{0}"?', nameOf(node)),
    { modal: true, detail: vscode.l10n.t('It is given up in memory and on disk. The states after it stay.') },
    remove,
  );
  if (choice !== remove) return;
  await told(parts, vscode.l10n.t('The checkpoint was not deleted'), async () => {
    const { client } = connection(activeSession(parts));
    await client.request('delete-snapshot', { snapshotId: node.id });
    await parts.states.read();
  });
}

function firstFolder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

async function pickCheckpoint(parts: TimeParts, placeHolder: string): Promise<SnapshotNode | undefined> {
  return await told(parts, vscode.l10n.t('The checkpoints could not be listed'), async () => {
    const session = activeSession(parts);
    if (session.id === undefined && !(await parts.launcher.ensureOpen(session, undefined))) return undefined;
    return await pickState(await parts.states.read(), {
      title: vscode.l10n.t('Checkpoints'),
      placeHolder,
      filter: ({ label, tier }) => label !== undefined && tier !== 'none',
      none: vscode.l10n.t('There are no checkpoints yet. "Create Checkpoint…" makes one.'),
    });
  });
}

async function askName(prompt: string, value: string | undefined): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    prompt,
    ...(value === undefined ? {} : { value }),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A checkpoint needs a name') : undefined),
  });
  return name?.trim();
}

function connection({ connected, name }: Session): NonNullable<Session['connected']> {
  if (connected === undefined)
    throw new ProtocolError('disconnected', vscode.l10n.t('the session "{0}" is not open', name));
  return connected;
}

async function told<T>({ log }: TimeParts, what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    await explainError(what, error, log);
    return undefined;
  }
}

function withProgress<T>(title: string, work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work);
}
