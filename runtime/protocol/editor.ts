/**
 * What an editor's side and the language server say to one another beyond LSP: method names and shapes of
 * the `hindsight/…` messages. It knows no LSP library, so that `client/` and `server/` can both use it.
 *
 * Positions here are those of LSP: lines and characters from 0, characters in UTF-16 code units.
 */

export interface EditorPosition {
  readonly line: number;
  readonly character: number;
}

/** `end` is exclusive. */
export interface EditorRange {
  readonly start: EditorPosition;
  readonly end: EditorPosition;
}

/** `initializationOptions` of the language server. All may be absent: it then looks for the state file of the workspace. */
export interface LanguageServerOptions {
  /** Address of the runtime, `ws://…/rpc`. */
  readonly url?: string;
  readonly token?: string;
  /** State file of a runtime that may start and end at any time; read when an answer is needed. */
  readonly stateFile?: string;
  /** Folder whose runtime is looked for. Default: the first workspace folder, then the current folder. */
  readonly workspace?: string;
  /** Whether answers from reading the source (jedi) are given, too. Default: true; false beside Pylance. */
  readonly static?: boolean;
  /**
   * True when the editor says by `hindsight/session` which session serves which document; all others are
   * then left alone. Otherwise the session named `main` serves every Python document. Default: true when
   * `url` is given, and from the first `hindsight/session` on.
   */
  readonly managedSessions?: boolean;
}

/** Request `hindsight/locate` {@link LocateParams} -> {@link LocateResult} or null when there is nothing to run. */
export const locateMethod = 'hindsight/locate';

/** Notification `hindsight/session` {@link SessionParams}, editor to server. */
export const sessionMethod = 'hindsight/session';

/** Notification `hindsight/runtime` {@link RuntimeParams}, editor to server. */
export const runtimeMethod = 'hindsight/runtime';

export type LocateUnit = 'selection' | 'line' | 'statement' | 'block' | 'cell' | 'above' | 'file';

export interface LocateParams {
  /** A document, or a notebook cell, that is open in the editor. */
  readonly uri: string;
  readonly position: EditorPosition;
  /** End of the selection; only for the unit `selection`, and never before `position`. */
  readonly end?: EditorPosition;
  readonly unit: LocateUnit;
  /** Interpreter whose syntax counts. Default: the first usable one of the runtime. */
  readonly interpreter?: string;
}

export interface LocateResult {
  /** What will run. Its first line is what `line` of an evaluation counts from (there from 1). */
  readonly range: EditorRange;
  /** It, dedented. */
  readonly text: string;
  /** Columns that were taken off each line. */
  readonly dedent: number;
  /** Where the cursor goes to advance: the next statement or cell, else the end of the document. */
  readonly next: EditorPosition;
}

/** Says which session serves a document. The URI of a notebook stands for all its cells. */
export interface SessionParams {
  readonly uri: string;
  readonly session: string | null;
}

/** Says where the runtime is, once there is one, and again when it moved. */
export interface RuntimeParams {
  readonly url: string;
  readonly token: string;
}
