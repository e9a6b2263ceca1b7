/**
 * The shapes of what a panel shows: cells and their outputs. Data only; how they come about is in
 * `model.ts`, how VS Code shows them in `outputs.ts`.
 */
import type { OutsideEffect } from '../../runtime/protocol/states.ts';

/** Code on its way to a session. `id` is that of the request. */
export interface Submission {
  readonly id: string;
  readonly code: string;
  readonly file?: string;
  /** Line of `file` on which the code starts, from 1. */
  readonly line?: number;
}

/** `sent`: shown, but not yet accepted by the runtime. */
export type CellState = 'sent' | 'queued' | 'running' | 'succeeded' | 'failed';

/** Why code does not run yet, in few words, and where there is more to say or to do. */
export interface WaitingNote {
  readonly text: string;
  readonly detail?: string;
  /** Id of a command that helps. */
  readonly command?: string;
}

/** Lines between the code cells. `back`, `forth`: the session went to before, or after, run `code`. */
export type DividerKind =
  | 'restarted'
  | 'ended'
  | 'gap'
  | 'notice'
  | 'back'
  | 'forth'
  | 'returned'
  | 'forked'
  | 'rolled-back';

export interface PanelCell {
  /** The id of the evaluation; of other kinds, unique in the panel. */
  readonly key: string;
  /** All but `code` are lines between the code cells. */
  readonly kind: 'code' | DividerKind;
  /** The code; of other kinds, what they say beyond their kind. */
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
  state: CellState;
  /** How many evaluations end before this one starts, while it is queued. */
  position?: number;
  executionCount?: number;
  startedMs?: number;
  endedMs?: number;
  /** The value in one line. */
  summary?: string;
  /** Why what it did is not in the past of the session any more; undefined while it is. */
  undone?: 'rewound' | 'rolled-back' | undefined;
  /** What it did outside of the session, which is not undone with it. */
  effects?: readonly OutsideEffect[];
  /** What it waits for before the runtime has accepted it. */
  note?: WaitingNote | undefined;
  readonly outputs: PanelOutput[];
  /** Grows with each change. */
  version: number;
  /** What of its streams is shown in full so far. */
  shownLines: number;
  shownLength: number;
}

interface OutputHead {
  readonly id: string;
  version: number;
}

export type PanelOutput = OutputHead &
  (
    | StreamOutput
    | OmittedOutput
    | {
        readonly kind: 'rich';
        readonly role: 'display' | 'result';
        data: Readonly<Record<string, unknown>>;
        metadata: Readonly<Record<string, unknown>>;
      }
    | {
        readonly kind: 'error';
        readonly name: string;
        readonly message: string;
        readonly stack: string;
        readonly frames: readonly StackFrame[];
        readonly code?: string;
      }
    | {
        readonly kind: 'input';
        readonly inputId: string;
        readonly prompt: string;
        readonly password: boolean;
        outcome?: 'answered' | 'end-of-file' | 'interrupted';
        answer?: string;
      }
    | { readonly kind: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly message: string }
  );

export interface StreamOutput {
  readonly kind: 'stream';
  readonly stream: 'stdout' | 'stderr';
  text: string;
  /** Grows when text that was there has changed: what was shown is then replaced, else appended to. */
  rewrites: number;
  /** True when only the end of what was written is kept. */
  readonly tail: boolean;
}

/** Stands where lines are left out between the head and the tail. */
export interface OmittedOutput {
  readonly kind: 'omitted';
  lines: number;
  /** All lines that the cell's streams have had. */
  totalLines: number;
}

export interface StackFrame {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}
