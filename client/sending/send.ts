/**
 * Sending code: asks what the cursor stands for, flashes it, shows it in the panel and hands it to the
 * session. The panel opens at once, while everything else may still be starting.
 */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { LocateResult, LocateUnit } from '../../runtime/protocol/editor.ts';
import { interpreterFor } from '../interpreter/interpreter.ts';
import type { Language } from '../language/language-client.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { Panels } from '../panel/panels.ts';
import type { Launcher } from '../sessions/launcher.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { Cursors } from './cursors.ts';
import { flash } from './flash.ts';
import { placeOf } from './place.ts';
import { plainStatement } from './plain-statement.ts';
import { PythonEditors } from './python-editors.ts';

export interface SendOptions {
  readonly unit: LocateUnit;
  /** Where the cursor goes: to the next statement or cell, or nowhere. */
  readonly cursor: 'advance' | 'stay';
  /** The file, where it was named; else the one in which a person works. */
  readonly uri?: vscode.Uri;
  /** Instead of the cursor; from a code lens. */
  readonly position?: vscode.Position;
  /** `explicit`: what it does is kept or rolled back later. */
  readonly tx?: 'explicit';
}

interface Place {
  readonly editor: vscode.TextEditor;
  selection: vscode.Selection;
}

/** What was sent, for whoever shows results in the editor. */
export interface Sent {
  readonly executionId: string;
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

export class Sender implements vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #launcher: Launcher;
  readonly #panels: Panels;
  readonly #language: Language;
  readonly #log: Log;
  readonly #didSend = new vscode.EventEmitter<Sent>();
  readonly onDidSend = this.#didSend.event;
  readonly #editors = new PythonEditors();
  readonly #cursors = new Cursors();
  /** Where the code was asked for that is not looked for yet. */
  readonly #places = new Set<Place>();
  #last: Promise<void> = Promise.resolve();

  constructor(sessions: Sessions, launcher: Launcher, panels: Panels, language: Language, log: Log) {
    this.#sessions = sessions;
    this.#launcher = launcher;
    this.#panels = panels;
    this.#language = language;
    this.#log = log;
  }

  /** Sends code of the active editor; one after the other, in the order in which they were asked for. */
  send(options: SendOptions): Promise<Sent | undefined> {
    // Where the cursor is now: it can have moved on before the code that was sent earlier is found.
    const editor = this.#editors.find(options.uri);
    const place = editor === undefined ? undefined : { editor, selection: this.#cursors.of(editor) };
    if (place !== undefined) this.#places.add(place);
    const sent = this.#last.then(() => {
      if (place !== undefined) this.#places.delete(place);
      return this.#send(options, place);
    });
    this.#last = sent.then(
      () => {},
      () => {},
    );
    return sent;
  }

  dispose(): void {
    this.#didSend.dispose();
    this.#editors.dispose();
    this.#cursors.dispose();
  }

  async #send(
    { unit, cursor, position, tx }: SendOptions,
    place: Place | undefined,
  ): Promise<Sent | undefined> {
    if (place === undefined) {
      this.#log.warn('nothing sent: no Python editor is in front');
      return undefined;
    }
    if (!vscode.workspace.isTrusted) {
      await refuse();
      return undefined;
    }
    const { editor, selection } = place;
    const { document } = editor;
    const session = this.#sessions.forFile(document.uri);
    await this.#sessions.serve(document.uri, session);
    supervise(this.#log, 'showing the panel', this.#panels.reveal(session));
    const useSelection =
      position === undefined && !selection.isEmpty && unit !== 'cell' && unit !== 'above' && unit !== 'file';
    const found = await this.#locate(
      document,
      useSelection ? 'selection' : unit,
      position ?? selection.start,
      selection.end,
      session,
    );
    if (found === null) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('Hindsight: there is nothing to run here'), 3000);
      return undefined;
    }
    const range = toRange(found);
    flash(editor, range);
    const executionId = randomUUID();
    const code = { code: found.text, ...placeOf(document, found.range), column: found.dedent };
    const options = tx === undefined ? {} : { tx };
    session.submit({ id: executionId, ...code, ...options, origin: 'file' });
    const sent = { executionId, document, range };
    this.#didSend.fire(sent);
    if (cursor === 'advance') this.#advance(place, found);
    return sent;
  }

  // The cursor goes on only from where it was when the code was asked for: a person may have moved it since. And twice
  // "run and advance" in quick succession means two statements, although the cursor was still on the first.
  #advance({ editor, selection: from }: Place, { next }: LocateResult): void {
    const position = new vscode.Position(next.line, next.character);
    const to = new vscode.Selection(position, position);
    for (const place of this.#places)
      if (place.editor === editor && place.selection.isEqual(from)) place.selection = to;
    if (this.#cursors.of(editor).isEqual(from)) this.#cursors.move(editor, to);
  }

  async #locate(
    document: vscode.TextDocument,
    unit: LocateUnit,
    position: vscode.Position,
    end: vscode.Position,
    session: Session,
  ): Promise<LocateResult | null> {
    let opening = this.#launcher.ensureOpen(session, document.uri);
    // The runtime can end while the question is under way: then it is a new one that answers.
    const openId = session.id;
    const lost = session.onDidChangeState(() => {
      if (openId === undefined || session.id !== undefined) return;
      lost.dispose();
      opening = this.#launcher.ensureOpen(session, document.uri);
    });
    const interpreter = await interpreterFor(document.uri, this.#log);
    const ask = (): Promise<LocateResult | null> =>
      this.#language.locate({
        uri: document.uri.toString(),
        position: { line: position.line, character: position.character },
        unit,
        ...(unit === 'selection' ? { end: { line: end.line, character: end.character } } : {}),
        ...(interpreter === undefined ? {} : { interpreter }),
      });
    try {
      return await ask().catch(async (error: unknown) => {
        this.#log.warn('the language server did not locate the code', error);
        // A statement needs a Python to be found. With one, the question is worth asking again.
        if (!(await opening)) throw error;
        return await ask();
      });
    } catch {
      // A guess by indentation is better than losing what was sent.
      return plainStatement(document.getText(), position.line);
    } finally {
      lost.dispose();
    }
  }
}

function toRange({ range: { start, end } }: LocateResult): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

async function refuse(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Hindsight runs nothing in a workspace that is not trusted.'),
    manage,
  );
  if (choice === manage) await vscode.commands.executeCommand('workbench.trust.manage');
}
