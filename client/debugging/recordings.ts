/** Open Recording…: what was recorded in the sessions of the runtime, to be walked through again. */
import * as vscode from 'vscode';
import type { Trace } from '../../runtime/protocol/debug.ts';
import type { Session } from '../sessions/session.ts';
import type { TimeParts } from '../time/parts.ts';
import { describeSize, firstLine } from '../time/words.ts';
import { compactCount } from './compact-count.ts';
import { explainDebugError, mention } from './explain.ts';
import { debugRecording } from './start.ts';

interface RecordingItem extends vscode.QuickPickItem {
  readonly session: Session;
  readonly trace: Trace;
}

export async function openRecording(parts: TimeParts): Promise<void> {
  try {
    await parts.sessions.resume();
    const found = await Promise.all(parts.sessions.all.map(recordingsOf));
    const items = found.flat();
    if (items.length === 0) return mention(vscode.l10n.t('Nothing was recorded yet: what is debugged is'));
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Open Recording…'),
      placeHolder: vscode.l10n.t('Which run to walk through again?'),
      matchOnDescription: true,
    });
    if (picked !== undefined) await debugRecording(picked.session, picked.trace.id, nameOf(picked.trace));
  } catch (error) {
    await explainDebugError(vscode.l10n.t('The recordings could not be listed'), error, parts.log);
  }
}

async function recordingsOf(session: Session): Promise<readonly RecordingItem[]> {
  const { connected } = session;
  if (connected === undefined) return [];
  const { client, id } = connected;
  const { traces = [] } = await client.request('navigate', { session: id, action: 'list-traces' });
  return traces.map((trace) => toItem(session, trace));
}

function toItem(session: Session, trace: Trace): RecordingItem {
  const { status, steps, counted, memoryBytes } = trace;
  const count = vscode.l10n.t('{0} steps', compactCount(steps));
  return {
    label: `${status === 'failed' ? '$(error)' : '$(history)'} ${nameOf(trace)}`,
    description: session.name,
    detail: [counted ? count : vscode.l10n.t('at least {0}', count), describeSize(memoryBytes)].join(' · '),
    session,
    trace,
  };
}

function nameOf({ code, file, id }: Trace): string {
  return firstLine(code) || file || id;
}
