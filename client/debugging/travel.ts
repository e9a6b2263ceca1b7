/** Going to moments of the run that is debugged, and asking about its values: what the commands of the debug view do. */
import * as vscode from 'vscode';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { TimeParts } from '../time/parts.ts';
import type { DebuggedRun } from './debugged-run.ts';
import type { DebuggedRuns } from './debugged-runs.ts';
import { explainDebugError, mention } from './explain.ts';
import type { HistoryPanels } from './history/history-panels.ts';

export interface TravelParts extends TimeParts {
  readonly debuggedRuns: DebuggedRuns;
  readonly histories: HistoryPanels;
}

/** What VS Code hands to a command in the menu of a variable. */
export interface VariableContext {
  readonly sessionId?: string;
  readonly container?: { readonly variablesReference?: number };
  readonly variable?: { readonly name: string; readonly evaluateName?: string };
}

export async function goToStep(parts: TravelParts): Promise<void> {
  await onRun(parts, vscode.l10n.t('Not gone there'), async (run) => {
    const { step, steps } = run.position ?? {};
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Go to Step…'),
      prompt:
        steps === undefined
          ? vscode.l10n.t('A step is one line of your code, counted from 1')
          : vscode.l10n.t('A step from 1 to {0}', steps.toLocaleString()),
      ...(step === undefined ? {} : { value: String(step) }),
      validateInput: (typed) =>
        stepOf(typed) === undefined ? vscode.l10n.t('A whole number, 1 or more') : undefined,
    });
    const wanted = text === undefined ? undefined : stepOf(text);
    if (wanted !== undefined) await run.ask('goto', { step: wanted });
  });
}

export async function goToException(parts: TravelParts): Promise<void> {
  await onRun(parts, vscode.l10n.t('There is no exception before this'), (run) =>
    run.ask('gotoException', {}),
  );
}

/** To the end of what has happened so far. */
export async function goToPresent(parts: TravelParts): Promise<void> {
  await onRun(parts, vscode.l10n.t('Not gone there'), async (run) => {
    const { present, position } = run;
    if (present !== undefined) return await run.ask('goto', { at: present.at });
    if (position?.steps !== undefined) return await run.ask('goto', { step: position.steps });
    const { timeline } = await run.ask('timeline', { count: 1 });
    return timeline === undefined ? {} : await run.ask('goto', { time: timeline.to });
  });
}

/** Goes back to where the value of a variable was set, and says from what to what. */
export async function whenChanged(parts: TravelParts, context?: VariableContext): Promise<void> {
  await onRun(
    parts,
    vscode.l10n.t('The change was not found'),
    async (run) => {
      const expression = await expressionOf(run, context, vscode.l10n.t('When Did This Change?'));
      if (expression === undefined) return;
      const { stop } = await run.ask('lastChange', { expression, ...frameOf(run) });
      if (stop?.text !== undefined) mention(stop.text);
    },
    context,
  );
}

export async function showHistory(parts: TravelParts, context?: VariableContext): Promise<void> {
  await onRun(
    parts,
    vscode.l10n.t('The history was not found'),
    async (run) => {
      const expression = await expressionOf(run, context, vscode.l10n.t('Show History'));
      if (expression !== undefined) await parts.histories.show(run, expression, frameOf(run).frameId);
    },
    context,
  );
}

/** A new session with the variables of this moment, in a panel of its own. */
export async function openReplHere(parts: TravelParts): Promise<void> {
  await onRun(parts, vscode.l10n.t('No REPL was opened'), async (run) => {
    const { session: id } = await run.ask('open', frameOf(run));
    await parts.sessions.resume();
    const session = parts.sessions.all.find((candidate) => candidate.id === id);
    if (session !== undefined) await parts.panels.reveal(session, { focus: true });
  });
}

/** Names this moment; its state is kept as a checkpoint, on disk. */
export async function keepAsCheckpoint(parts: TravelParts): Promise<void> {
  await onRun(parts, vscode.l10n.t('The checkpoint was not created'), async (run) => {
    const label = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Name of the checkpoint'),
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A checkpoint needs a name') : undefined),
    });
    if (label === undefined) return;
    const { session: id, snapshotId } = await run.ask('open', { label: label.trim(), ...frameOf(run) });
    await parts.sessions.resume();
    const { connected } = parts.sessions.all.find((session) => session.id === id) ?? {};
    if (connected === undefined || snapshotId === undefined) return;
    const { client, id: opened } = connected;
    const name = label.trim();
    try {
      await client.request('snapshot', { snapshotId, label: name, durable: true });
      // It was there to be captured; the checkpoint makes a session again when it is restored.
      await client.request('close', { session: opened });
      mention(vscode.l10n.t('Checkpoint "{0}" is on disk', name));
    } catch (error) {
      parts.log.warn('a kept moment is not on disk', ProtocolError.from(error));
      mention(vscode.l10n.t('Checkpoint "{0}" is in memory, and was not written to disk', name));
    }
    parts.states.refreshSoon();
  });
}

async function onRun(
  { debuggedRuns, log }: TravelParts,
  what: string,
  act: (run: DebuggedRun) => Promise<unknown>,
  { sessionId }: VariableContext = {},
): Promise<void> {
  const named = sessionId === undefined ? undefined : debuggedRuns.get(sessionId);
  const run = named ?? debuggedRuns.front;
  if (run === undefined) return mention(vscode.l10n.t('Nothing is debugged in Hindsight'));
  try {
    await act(run);
  } catch (error) {
    await explainDebugError(what, error, log);
  }
}

/** Of the variable in whose menu the command was chosen; from the palette, of what a person types. */
async function expressionOf(
  run: DebuggedRun,
  { variable, container }: VariableContext = {},
  title: string,
): Promise<string | undefined> {
  if (variable?.evaluateName !== undefined && variable.evaluateName !== '') return variable.evaluateName;
  if (variable === undefined) {
    const editor = vscode.window.activeTextEditor;
    const range = editor?.document.getWordRangeAtPosition(editor.selection.active);
    const value = range === undefined ? '' : (editor?.document.getText(range) ?? '');
    const typed = await vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('A variable or an expression'),
      value,
    });
    return typed?.trim() === '' ? undefined : typed?.trim();
  }
  const { variablesReference = 0 } = container ?? {};
  const { expression } = await run.ask('expressionOf', { variablesReference, name: variable.name });
  return expression ?? variable.name;
}

/** The frame that is selected in the call stack, where it is one of this run. */
function frameOf({ debug }: DebuggedRun): { readonly frameId?: number } {
  const item = vscode.debug.activeStackItem;
  return item instanceof vscode.DebugStackFrame && item.session.id === debug.id
    ? { frameId: item.frameId }
    : {};
}

function stepOf(text: string): number | undefined {
  const digits = text.replace(/[,.'\s_]/g, '');
  return /^[1-9]\d*$/.test(digits) ? Number(digits) : undefined;
}
