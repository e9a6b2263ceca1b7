/**
 * What a language brings: the only boundary between core and the engines. Core owns ids, the queue, the
 * event log, who may do what, and the promise that every evaluation ends exactly once; an engine owns
 * processes (or an interpreter in this very process) and knows no transport and no connection.
 *
 * Optional methods are capabilities: an engine without one answers `unsupported-op` through core.
 * What follows from states (the tree, transactions, memory, the store) is core's, and is in docs/time-travel.md.
 */
import type { EventBody } from '../protocol/events.ts';
import type { Params, Returns } from '../protocol/messages.ts';
import type { KeepReport, OutsideEffect, StateWarning } from '../protocol/states.ts';

export interface Engine {
  /** As in `clone`'s `engine`: `python`. */
  readonly name: string;
  /** What `describe` says of it: versions, capabilities, limits. Must not start anything. */
  describe(): Readonly<Record<string, unknown>>;
  /**
   * Brings a session to the point where it can evaluate.
   * Errors: `interpreter-not-found`, `interpreter-too-old`, `interpreter-failed`.
   */
  openSession(options: SessionOptions, host: EngineHost, signal: AbortSignal): Promise<EngineSession>;
  locate?(request: Params<'locate'>, signal: AbortSignal): Promise<Returns<'locate'>>;
  /**
   * A new session in the state that `EngineSnapshot.save` wrote, perhaps in another life or on another machine. Runs
   * the code that is in it. What could not be brought back is in the report, never missing in silence.
   * Errors: as `openSession`; `checkpoint-damaged`, `checkpoint-version`.
   */
  load?(
    saved: SavedState,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<LoadedState>;
  /** Ends every session and process. Twice is harmless. */
  dispose(): Promise<void>;
}

export interface SessionOptions {
  readonly sessionId: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly interpreter?: string;
  /** Whether states are captured without being asked for; see `EngineHost.captured`. Default: `always`. */
  readonly snapshots?: 'always' | 'cheap' | 'never';
}

/** Events that an engine emits itself; core emits all others. An `input_done` only for an input given up: an answered one is core's. */
export type EngineEvent = EventBody<
  | 'output'
  | 'input'
  | 'input_done'
  | 'display'
  | 'notice'
  | 'stopped'
  | 'resumed'
  | 'logged'
  | 'breakpoint_changed'
>;

/** What core gives to an engine's session. */
export interface EngineHost {
  /**
   * Logs and sends an event. Attributed to the running evaluation, or to the last one when none runs
   * (a thread that it left behind). Events emitted before `evaluate` settles come before its end.
   */
  emit(event: EngineEvent): void;
  /** The process behind the session has ended by itself. `cause` is a sentence for a person. */
  died(cause: string): void;
  /**
   * The engine has captured a state without being asked: in the idle moment after an evaluation, at the latest
   * before the next one. It belongs to core from now on, which releases it. Absent: nobody wants such states.
   */
  captured?(snapshot: EngineSnapshot): void;
}

export interface Evaluation {
  /** Id of the request; names the evaluation in `interrupt`. */
  readonly executionId: string;
  readonly code: string;
  readonly ns?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The number that this evaluation has in the session, from 1. */
  readonly executionCount: number;
  /** True: leaves no trace in the session's history. */
  readonly silent: boolean;
  /** Runs under the debugger; absent: as fast as it can. */
  readonly record?: Params<'eval'>['record'];
}

/**
 * A captured state. It never changes, may be gone back to any number of times, and outlives the engine session that
 * it was captured of. Methods that look run in a throw-away copy.
 */
export interface EngineSnapshot {
  /** The last evaluation that had ended in its engine session; undefined: none had, since it was opened. */
  readonly after: string | undefined;
  readonly warnings: readonly StateWarning[];
  /** How long the session could not work because of it, in ms. */
  readonly tookMs: number;
  /** Own memory in bytes: what releasing it would give back. */
  measure(): Promise<number>;
  /** A new engine session that goes on from here. Errors: `snapshot-gone`, `snapshot-failed`. */
  open(options: SessionOptions, host: EngineHost, signal: AbortSignal): Promise<EngineSession>;
  complete?(request: Params<'complete'>, signal: AbortSignal): Promise<Returns<'complete'>>;
  info?(request: Params<'info'>, signal: AbortSignal): Promise<Returns<'info'> | undefined>;
  inspect?(request: Params<'inspect'>, signal: AbortSignal): Promise<Returns<'inspect'>>;
  table?(request: Params<'table'>, signal: AbortSignal): Promise<Returns<'table'>>;
  /** From this state to the later one. */
  diff?(later: EngineSnapshot, request: Params<'diff'>, signal: AbortSignal): Promise<Returns<'diff'>>;
  /** Runs code in a throw-away copy; the signal ends it. */
  evaluate?(evaluation: Evaluation, signal: AbortSignal): Promise<AsideOutcome>;
  /** Writes the state as objects; the session does not wait for it. Errors: `checkpoint-failed`. */
  save?(objects: ObjectFolder, signal: AbortSignal): Promise<SavedState>;
  /** Settles with the cause when it is gone without having been released. */
  readonly lost: Promise<string>;
  /** Gives it up. Twice is harmless. */
  release(): Promise<void>;
}

/** A folder of immutable objects named by their content (docs/checkpoint-format.md), shared by all checkpoints. */
export interface ObjectFolder {
  readonly path: string;
}

/** A state on disk: what must be remembered beside the objects to load it again. */
export interface SavedState {
  readonly engine: string;
  /** Of the engine's own form; it decides whether it can read it. */
  readonly format: number;
  readonly objects: ObjectFolder;
  /** Names of all objects that it needs. */
  readonly objectNames: readonly string[];
  /** Bytes that were added to the folder. */
  readonly addedBytes: number;
  /** Bytes of all its objects on disk. */
  readonly totalBytes: number;
  /** The engine's own record, plain JSON. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly report: KeepReport;
}

export interface LoadedState {
  readonly session: EngineSession;
  readonly report: KeepReport;
}

/** A moment of a recorded program that can go on by itself, as a session of its own. */
export interface Branch {
  /** The evaluation that it is in the middle of; absent where it waits for one. */
  readonly evaluation?: Pick<Evaluation, 'executionId' | 'code' | 'file'>;
  /**
   * Once. `outcome` is that of the evaluation; it settles when that has ended. Errors: `snapshot-failed`, `session-limit`,
   * `interpreter-failed`.
   */
  open(
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<{ readonly session: EngineSession; readonly outcome?: Promise<Outcome> }>;
  /** It is not opened. Twice is harmless, also after `open`. */
  release(): void;
}

/** How an evaluation in a throw-away copy ended, with what it printed. */
export interface AsideOutcome {
  readonly outcome: Outcome;
  readonly output: readonly { readonly stream: 'stdout' | 'stderr'; readonly data: string }[];
}

/** How an evaluation ended. A failing program is data, never a rejected promise. */
export type Outcome = (
  | ({ readonly kind: 'result'; readonly ns?: string } & Omit<
      EventBody<'result'>,
      'type' | 'execution_count' | 'snapshot_id' | 'effects'
    >)
  | ({ readonly kind: 'error'; readonly interrupted: boolean } & Omit<
      EventBody<'error'>,
      'type' | 'execution_count' | 'code' | 'snapshot_id' | 'effects'
    >)
) & {
  readonly effects?: OutsideEffect[];
  /** Where it was recorded: the id of its trace. */
  readonly trace?: string;
};

export interface EngineSession {
  /** `language`, `version`, `interpreter`, … for `clone` and `ready`. */
  readonly about: Readonly<Record<string, unknown>>;
  /**
   * Runs code. Core calls it again only after it settled. Rejects with `worker-died` when the process
   * ends meanwhile; `EngineHost.died` is called as well.
   */
  evaluate(evaluation: Evaluation): Promise<Outcome>;
  /** Asks the running evaluation to stop; it then settles with `interrupted: true`, if it does. */
  interrupt(): Promise<void>;
  /** Answers an `input` event. `data` absent: end of file. Core has checked that it is pending, and said `input_done`. */
  provideInput(inputId: string, data: string | undefined): void;
  /** These two run no user code in the session and do not wait for running code. */
  complete?(request: Params<'complete'>, signal: AbortSignal): Promise<Returns<'complete'>>;
  info?(request: Params<'info'>, signal: AbortSignal): Promise<Returns<'info'> | undefined>;
  /** The variables of the present; while code runs, of the state before it. */
  inspect?(request: Params<'inspect'>, signal: AbortSignal): Promise<Returns<'inspect'>>;
  table?(request: Params<'table'>, signal: AbortSignal): Promise<Returns<'table'>>;
  /**
   * The debugger (docs/debugging.md): looks at, walks through and changes what was recorded. Does not wait for running code,
   * save an action that moves: it answers when the program stands again or has ended; the signal then stops waiting, not the program.
   * Errors: `trace-not-found`, `not-stopped`, `invalid-request`, `trace-diverged`.
   */
  navigate?(request: Params<'navigate'>, signal: AbortSignal): Promise<Returns<'navigate'>>;
  /**
   * What `navigate` makes a session of: a moment (`branch`), the variables of one (`open`), a change of the past
   * (`set-variable`), with what is answered beside it. Undefined where the request needs none. Errors: those of `navigate`.
   */
  branch?(
    request: Params<'navigate'>,
    signal: AbortSignal,
  ): Promise<{ readonly branch: Branch; readonly answer: Returns<'navigate'> } | undefined>;
  /**
   * Captures the present state. Core calls it only while no evaluation runs. Where nothing can have changed since the
   * last captured state, it is that one. Errors: `snapshot-failed`; the session is as it was.
   */
  snapshot?(signal: AbortSignal): Promise<EngineSnapshot>;
  /** Stops reading output, so that a program that writes more has to wait; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Ends the session's process. Twice is harmless; `died` is not called afterwards. */
  dispose(): Promise<void>;
  /**
   * As `dispose`, but the session goes on elsewhere, in another state: none of its user's code runs to clean up what the
   * states that are held still need. Default: `dispose`.
   */
  abandon?(): Promise<void>;
}
