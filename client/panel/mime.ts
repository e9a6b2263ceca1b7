/**
 * The MIME types and messages that the extension and its notebook renderer share. Data only: the one side
 * runs in the extension host, the other in a browser frame.
 */

export const inputMime = 'application/vnd.hindsight.input+json';
export const omittedMime = 'application/vnd.hindsight.omitted+json';
export const noticeMime = 'application/vnd.hindsight.notice+json';

export const errorMime = 'application/vnd.hindsight.error+json';
export const tableMime = 'application/vnd.hindsight.table+json';

export const undoneMime = 'application/vnd.hindsight.undone+json';

export const rendererId = 'hindsight-renderer';

/** A prompt of the program; with `outcome`, one that is done. */
export interface InputItem {
  readonly session: string;
  readonly inputId: string;
  readonly prompt: string;
  readonly password: boolean;
  readonly outcome?: 'answered' | 'end-of-file' | 'interrupted';
  readonly answer?: string;
  /** True: the field takes the keyboard's focus, because the panel has it. */
  readonly focus: boolean;
  readonly labels: { readonly send: string; readonly cancel: string; readonly interrupted: string };
}

export interface OmittedItem {
  readonly session: string;
  readonly key: string;
  /** `12,345 lines are not shown here.` */
  readonly text: string;
  /** `Show all 1,204,331 lines in an editor`. */
  readonly action: string;
}

export interface NoticeItem {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
}

/** Stands for all outputs of a cell that was undone. */
export interface UndoneItem {
  readonly session: string;
  readonly key: string;
  readonly label: string;
  /** What the button says that brings it back. */
  readonly redo: string;
  readonly outputs: { readonly label: string; readonly text: string };
}

/** An exception of the program, or an evaluation that did not run. */
export interface ErrorItem {
  /** What failed: the type and the message of the exception. */
  readonly headline: string;
  /** What stands above the headline, in its order. */
  readonly parts: readonly TracebackItem[];
  /** All of it as the language prints it; empty where there is none. */
  readonly stack: string;
  readonly labels: { readonly copy: string; readonly copied: string };
  /** What runs it once more under the debugger and stands where it was raised, where it ran at all. */
  readonly back?: { readonly session: string; readonly key: string; readonly label: string };
  /** What undoes the run that failed, where it ran at all. */
  readonly undo?: { readonly session: string; readonly key: string; readonly label: string };
}

export interface TracebackItem {
  readonly lines: readonly string[];
  /** `… 5 frames in pandas`, for lines that are folded. */
  readonly summary?: string;
}

/** The table of a data frame. */
export interface TableItem {
  /** As the library gives it. */
  readonly html: string;
  /** `12,481 rows × 9 columns`, where that is known. */
  readonly size?: string;
  /** What opens all of it in an editor, where it is a variable: `key` is that of the run that showed it. */
  readonly open?: {
    readonly session: string;
    readonly key: string;
    readonly name: string;
    readonly label: string;
  };
}

/** What the renderer sends. */
export type RendererMessage =
  | { readonly kind: 'answer'; readonly session: string; readonly inputId: string; readonly data: string }
  | { readonly kind: 'end-of-file'; readonly session: string; readonly inputId: string }
  | { readonly kind: 'interrupt'; readonly session: string }
  | { readonly kind: 'redo-run'; readonly session: string; readonly key: string }
  | { readonly kind: 'undo-run'; readonly session: string; readonly key: string }
  | { readonly kind: 'go-back-into'; readonly session: string; readonly key: string }
  | { readonly kind: 'open-table'; readonly session: string; readonly key: string; readonly name: string }
  | { readonly kind: 'open'; readonly file: string; readonly line: number }
  | { readonly kind: 'show-all'; readonly session: string; readonly key: string };
