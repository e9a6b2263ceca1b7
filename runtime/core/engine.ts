/**
 * What a language brings: the only boundary between core and the engines. Core owns ids, the queue, the
 * event log, who may do what, and the promise that every evaluation ends exactly once; an engine owns
 * processes (or an interpreter in this very process) and knows no transport and no connection.
 *
 * Optional methods are capabilities: an engine without one answers `unsupported-op` through core.
 * Snapshots, navigation and transactions will be added as further optional methods (docs/architecture.md).
 */
import type { EventBody } from '../protocol/events.ts';
import type { Params, Returns } from '../protocol/messages.ts';

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
  /** Ends every session and process. Twice is harmless. */
  dispose(): Promise<void>;
}

export interface SessionOptions {
  readonly sessionId: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly interpreter?: string;
}

/** Events that an engine emits itself; core emits all others. An `input_done` only for an input given up: an answered one is core's. */
export type EngineEvent = EventBody<'output' | 'input' | 'input_done' | 'display' | 'notice'>;

/** What core gives to an engine's session. */
export interface EngineHost {
  /**
   * Logs and sends an event. Attributed to the running evaluation, or to the last one when none runs
   * (a thread that it left behind). Events emitted before `evaluate` settles come before its end.
   */
  emit(event: EngineEvent): void;
  /** The process behind the session has ended by itself. `cause` is a sentence for a person. */
  died(cause: string): void;
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
}

/** How an evaluation ended. A failing program is data, never a rejected promise. */
export type Outcome =
  | ({ readonly kind: 'result'; readonly ns?: string } & Omit<
      EventBody<'result'>,
      'type' | 'execution_count'
    >)
  | ({ readonly kind: 'error'; readonly interrupted: boolean } & Omit<
      EventBody<'error'>,
      'type' | 'execution_count' | 'code'
    >);

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
  /** Stops reading output, so that a program that writes more has to wait; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Ends the session's process. Twice is harmless; `died` is not called afterwards. */
  dispose(): Promise<void>;
}
