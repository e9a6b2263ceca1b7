/** The table of commands: what each one does. Their titles, keys and places in menus are in package.json. */
import * as vscode from 'vscode';
import { type DebugParts, debugCommands } from './debugging/debug-commands.ts';
import type { InlineResults } from './inline-results/inline-results.ts';
import { wholeText } from './inline-results/summary.ts';
import type { InputCell } from './panel/input-cell.ts';
import { keyOf } from './panel/outputs.ts';
import type { Sender } from './sending/send.ts';
import { activeSession, chooseSession, interrupt, newSession, restart } from './sessions/session-commands.ts';
import { showMenu } from './status-bar/status-bar.ts';
import type { TimeParts } from './time/parts.ts';
import { timeCommands } from './time/time-commands.ts';
import type { Transactions } from './time/transactions.ts';
import type { TimelineView } from './timeline/timeline-view.ts';
import { type VariableParts, variableCommands } from './variables/variable-commands.ts';
import { openTour, runTour } from './walkthrough/tour.ts';

export interface CommandParts extends TimeParts, VariableParts, DebugParts {
  readonly sender: Sender;
  readonly inlineResults: InlineResults;
  readonly inputCell: InputCell;
  readonly transactions: Transactions;
  readonly timeline: TimelineView;
}

type Command = (...args: never[]) => unknown;

export function commandTable(parts: CommandParts): Readonly<Record<string, Command>> {
  const { sender, sessions, panels, launcher } = parts;
  return {
    ...timeCommands(parts, parts.transactions),
    ...variableCommands(parts),
    ...debugCommands(parts),
    // The button in an editor's title names its file, which need not be the one with the focus.
    'hindsight.run': (uri?: unknown) =>
      sender.send({
        unit: 'statement',
        cursor: 'advance',
        ...(uri instanceof vscode.Uri ? { uri } : {}),
      }),
    'hindsight.runAndAdvance': () => sender.send({ unit: 'statement', cursor: 'advance' }),
    'hindsight.runAndStay': () => sender.send({ unit: 'statement', cursor: 'stay' }),
    'hindsight.runSelection': () => sender.send({ unit: 'selection', cursor: 'stay' }),
    'hindsight.runLine': () => sender.send({ unit: 'line', cursor: 'advance' }),
    'hindsight.runStatement': () => sender.send({ unit: 'statement', cursor: 'stay' }),
    'hindsight.runBlock': () => sender.send({ unit: 'block', cursor: 'stay' }),
    'hindsight.runCell': () => sender.send({ unit: 'cell', cursor: 'stay' }),
    'hindsight.runCellAndAdvance': () => sender.send({ unit: 'cell', cursor: 'advance' }),
    'hindsight.runAbove': () => sender.send({ unit: 'above', cursor: 'stay' }),
    'hindsight.runFile': () => sender.send({ unit: 'file', cursor: 'stay' }),
    'hindsight.runCellAt': (uri: vscode.Uri, line: number) =>
      sender.send({ unit: 'cell', cursor: 'stay', uri, position: new vscode.Position(line, 0) }),
    'hindsight.runAboveAt': (uri: vscode.Uri, line: number) =>
      sender.send({ unit: 'above', cursor: 'stay', uri, position: new vscode.Position(line, 0) }),
    'hindsight.interrupt': () => interrupt(parts),
    'hindsight.restart': () => restart(parts),
    'hindsight.newSession': () => newSession(parts),
    'hindsight.chooseSession': () => chooseSession(parts),
    'hindsight.clearPanel': () => activeSession(parts).clear(),
    'hindsight.clearInlineResults': () => parts.inlineResults.clear(),
    'hindsight.showPanel': () => panels.reveal(activeSession(parts), { focus: true }),
    'hindsight.showMenu': () => showMenu(activeSession(parts)),
    'hindsight.showLog': () => parts.log.show(),
    'hindsight.selectInterpreter': () => launcher.selectInterpreter(),
    'hindsight.historyPrevious': () => parts.inputCell.move(-1),
    'hindsight.historyNext': () => parts.inputCell.move(1),
    'hindsight.searchHistory': () => parts.inputCell.search(activeSession(parts)),
    'hindsight.cancelQueued': (key: string) => cancel(parts, key),
    'hindsight.openSource': (file: string, line: number) => openSource(file, line),
    'hindsight.copyResult': (session: string, key: string) => {
      const cell = sessions.get(session).model.get(key);
      return vscode.env.clipboard.writeText(cell === undefined ? '' : wholeText(cell));
    },
    'hindsight.openInPanel': (session: string, key: string) => openInPanel(parts, session, key),
    'hindsight.refreshTimeline': () => parts.timeline.refresh(),
    'hindsight.openTour': () => openTour(),
    'hindsight.tourRun': () => runTour('run', sessions),
    'hindsight.tourInput': () => runTour('input', sessions),
    'hindsight.tourUndo': () => runTour('undo', sessions),
    'hindsight.tourError': () => runTour('error', sessions),
    'hindsight.tourCheckpoint': () => runTour('checkpoint', sessions),
  };
}

async function cancel({ sessions }: CommandParts, key: string): Promise<void> {
  const session = sessions.all.find(({ model }) => model.get(key) !== undefined);
  await session?.interrupt(key);
}

async function openSource(file: string, line: number): Promise<void> {
  const at = new vscode.Range(line - 1, 0, line - 1, 0);
  const beside = vscode.window.activeNotebookEditor !== undefined;
  const viewColumn = beside ? vscode.ViewColumn.One : vscode.ViewColumn.Active;
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: at, viewColumn });
}

async function openInPanel({ panels, sessions }: CommandParts, name: string, key: string): Promise<void> {
  const panel = await panels.reveal(sessions.get(name), { focus: true });
  const cell = panel.document?.getCells().find((candidate) => keyOf(candidate) === key);
  const editor = vscode.window.visibleNotebookEditors.find(({ notebook }) => notebook === panel.document);
  if (cell === undefined || editor === undefined) return;
  const range = new vscode.NotebookRange(cell.index, cell.index + 1);
  editor.selection = range;
  editor.revealRange(range, vscode.NotebookEditorRevealType.InCenter);
}
