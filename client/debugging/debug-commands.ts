/** The commands of the debugger, as a part of the table of commands. Titles, keys and menus are in package.json. */
import type * as vscode from 'vscode';
import { selectedCell } from '../time/time-commands.ts';
import { openRecording } from './recordings.ts';
import {
  debugCell,
  debugCellAt,
  debugFile,
  debugLastRun,
  debugSelection,
  debugTest,
  goBackInto,
  type StartParts,
} from './start.ts';
import {
  goToException,
  goToPresent,
  goToStep,
  keepAsCheckpoint,
  openReplHere,
  showHistory,
  type TravelParts,
  type VariableContext,
  whenChanged,
} from './travel.ts';

type Command = (...args: never[]) => unknown;

export interface DebugParts extends StartParts, TravelParts {}

export function debugCommands(parts: DebugParts): Readonly<Record<string, Command>> {
  const { sessions } = parts;
  return {
    'hindsight.debugFile': (uri?: unknown) => debugFile(parts, isUri(uri) ? uri : undefined),
    'hindsight.debugSelection': () => debugSelection(parts),
    'hindsight.debugLastRun': () => debugLastRun(parts),
    'hindsight.debugTest': () => debugTest(parts),
    'hindsight.debugCellAt': (uri: vscode.Uri, line: number) => debugCellAt(parts, uri, line),
    // From the toolbar of a cell, which is handed over; from the palette, the cell that is selected.
    'hindsight.debugCell': async (given?: vscode.NotebookCell) => {
      const cell = given ?? selectedCell();
      if (cell !== undefined) await debugCell(parts, cell);
    },
    'hindsight.goBackInto': (name: string, key: string) => goBackInto(sessions.get(name), key),
    'hindsight.openRecording': () => openRecording(parts),
    'hindsight.goToStep': () => goToStep(parts),
    'hindsight.goToException': () => goToException(parts),
    'hindsight.goToPresent': () => goToPresent(parts),
    'hindsight.whenChanged': (context?: VariableContext) => whenChanged(parts, context),
    'hindsight.showHistory': (context?: VariableContext) => showHistory(parts, context),
    'hindsight.openReplHere': () => openReplHere(parts),
    'hindsight.keepAsCheckpoint': () => keepAsCheckpoint(parts),
  };
}

function isUri(given: unknown): given is vscode.Uri {
  return typeof given === 'object' && given !== null && 'fsPath' in given;
}
