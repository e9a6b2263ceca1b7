/**
 * Starts debugging what a person points at: a file, a selection or cell, a test, a run that has ended already, a recording.
 * How it is run is the adapter's.
 */
import * as vscode from 'vscode';
import type { LocateResult } from '../../runtime/protocol/editor.ts';
import { findCellMarkers } from '../code-lens/find-cells.ts';
import type { Language } from '../language/language-client.ts';
import { flash } from '../sending/flash.ts';
import { placeOf } from '../sending/place.ts';
import { plainStatement } from '../sending/plain-statement.ts';
import type { PythonEditors } from '../sending/python-editors.ts';
import type { Session } from '../sessions/session.ts';
import { activeSession } from '../sessions/session-commands.ts';
import type { TimeParts } from '../time/parts.ts';
import { firstLine } from '../time/words.ts';
import { type HindsightConfiguration, isInSession } from './debug-configuration.ts';
import { debugType } from './debugged-run.ts';
import { mention } from './explain.ts';
import { findTest, testName } from './find-test.ts';

export interface StartParts extends TimeParts {
  readonly language: Language;
  readonly editors: PythonEditors;
}

type Started = Omit<HindsightConfiguration, 'type' | 'request'> & { readonly request?: 'launch' | 'attach' };

export async function debugFile(parts: StartParts, uri?: vscode.Uri): Promise<void> {
  const document = parts.editors.find(uri)?.document;
  if (document === undefined) return mention(vscode.l10n.t('There is no Python file in front'));
  if (document.isUntitled) return await debugCode(parts, document, 'file', new vscode.Position(0, 0));
  // As the Run button of any debugger does: what is debugged is what is seen.
  if (document.isDirty) await document.save();
  const name = vscode.workspace.asRelativePath(document.uri, false);
  await start(document.uri, { name, program: document.uri.fsPath });
}

/** The selection; without one the cell, where the file has such, else the statement. In the session of the file. */
export async function debugSelection(parts: StartParts): Promise<void> {
  const editor = parts.editors.find();
  if (editor === undefined) return mention(vscode.l10n.t('There is no Python file in front'));
  const { document, selection } = editor;
  if (!selection.isEmpty)
    return await debugCode(parts, document, 'selection', selection.start, selection.end);
  const hasCells = findCellMarkers(document.getText()).length > 0;
  await debugCode(parts, document, hasCells ? 'cell' : 'statement', selection.start);
}

/** The `# %%` cell of a line, counted from 0. */
export async function debugCellAt(parts: StartParts, uri: vscode.Uri, line: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await debugCode(parts, document, 'cell', new vscode.Position(line, 0));
}

export async function debugTest(parts: StartParts, given?: vscode.Uri): Promise<void> {
  const editor = parts.editors.find(given);
  const found =
    editor === undefined ? undefined : findTest(editor.document.getText(), editor.selection.active.line);
  if (editor === undefined || found === undefined)
    return mention(vscode.l10n.t('There is no test around the cursor'));
  const { uri, isDirty } = editor.document;
  if (isDirty) await editor.document.save();
  const path = vscode.workspace.asRelativePath(uri, false).replaceAll('\\', '/');
  const test = testName(found, path);
  await start(uri, { name: found.names.join('.'), test, testFramework: found.framework, goTo: 'failure' });
}

/** The run of the session in front that ended last, once more, from the state before it. */
export async function debugLastRun(parts: StartParts): Promise<void> {
  const session = activeSession(parts);
  const last = session.model.cells.findLast((cell) => isRun(session, cell.key));
  if (last === undefined) return mention(vscode.l10n.t('Nothing has been run in this session yet'));
  await debugRun(session, last.key);
}

/** Once more what a cell ran, or its code where it was not run yet. */
export async function debugCell(parts: StartParts, cell: vscode.NotebookCell): Promise<void> {
  const run = parts.runs.of(cell);
  if (run !== undefined && isRun(run.session, run.key)) return await debugRun(run.session, run.key);
  const { document, notebook } = cell;
  const session = parts.panels.sessionOf(notebook.uri) ?? parts.sessions.forNotebook(notebook.uri);
  if (!(await parts.launcher.ensureOpen(session, notebook.uri)) || session.id === undefined) return;
  const code = document.getText();
  // A panel shows what is sent as a new cell; a cell of a notebook is known by its address.
  const file = parts.panels.sessionOf(notebook.uri) === undefined ? { file: document.uri.toString() } : {};
  await start(notebook.uri, { name: firstLine(code), code, session: session.id, ...file });
}

/** Runs once more what failed, and stands where the exception was raised. */
export async function goBackInto(session: Session, executionId: string): Promise<void> {
  await debugRun(session, executionId, { goTo: 'exception' });
}

/** Opens what was recorded, to be walked through again. */
export async function debugRecording(session: Session, trace: string, name: string): Promise<void> {
  if (session.id !== undefined)
    await start(undefined, { request: 'attach', name, session: session.id, trace });
}

async function debugRun(session: Session, executionId: string, more: Partial<Started> = {}): Promise<void> {
  const code = session.model.get(executionId)?.code ?? '';
  if (session.id === undefined) return mention(vscode.l10n.t('The session is not open'));
  const name = firstLine(code) || session.name;
  await start(undefined, { name, session: session.id, executionId, stopAtEnd: true, ...more });
}

// What never ran, or ran in a runtime that is gone, has no state before it to start from.
function isRun(session: Session, key: string): boolean {
  const run = session.path.run(key);
  return run?.before !== undefined && session.path.running !== run;
}

async function debugCode(
  parts: StartParts,
  document: vscode.TextDocument,
  unit: 'selection' | 'cell' | 'statement' | 'file',
  position: vscode.Position,
  end?: vscode.Position,
): Promise<void> {
  const { uri } = document;
  const session = parts.sessions.forFile(uri);
  await parts.sessions.serve(uri, session);
  if (!(await parts.launcher.ensureOpen(session, uri)) || session.id === undefined) return;
  const found = await locate(parts.language, document, unit, position, end);
  if (found === null) return mention(vscode.l10n.t('There is nothing to debug here'));
  const editor = parts.editors.find(uri);
  const { start: from, end: to } = found.range;
  if (editor !== undefined) flash(editor, new vscode.Range(from.line, from.character, to.line, to.character));
  await parts.panels.reveal(session);
  await start(uri, {
    name: firstLine(found.text),
    code: found.text,
    session: session.id,
    ...placeOf(document, found.range),
  });
}

async function locate(
  language: Language,
  document: vscode.TextDocument,
  unit: 'selection' | 'cell' | 'statement' | 'file',
  position: vscode.Position,
  end: vscode.Position | undefined,
): Promise<LocateResult | null> {
  const { line, character } = position;
  const until = end === undefined ? {} : { end: { line: end.line, character: end.character } };
  try {
    return await language.locate({
      uri: document.uri.toString(),
      position: { line, character },
      unit,
      ...until,
    });
  } catch {
    // A guess by indentation is better than none.
    return plainStatement(document.getText(), line);
  }
}

async function start(
  resource: vscode.Uri | undefined,
  { request = 'launch', ...rest }: Started,
): Promise<void> {
  const folder = resource === undefined ? undefined : vscode.workspace.getWorkspaceFolder(resource);
  const home = folder ?? vscode.workspace.workspaceFolders?.[0];
  const configuration: HindsightConfiguration = { ...rest, name: rest['name'], type: debugType, request };
  // What runs in a session was handed over as it is seen; VS Code would ask for a name of each untitled file.
  const suppressSaveBeforeStart = isInSession(configuration);
  await vscode.debug.startDebugging(home, configuration, { suppressSaveBeforeStart });
}
