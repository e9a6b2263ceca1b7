/**
 * What a session and a captured state need of the engine that they live in. It is implemented by the engine, for
 * one environment; it says nothing of how processes are started.
 */
import type {
  EngineHost,
  EngineSession,
  Evaluation,
  LoadedState,
  Outcome,
  SavedState,
  SessionOptions,
} from '../../core/engine.ts';
import type { Logger } from '../../core/logger.ts';
import type { Breakpoints } from '../../protocol/debug.ts';
import type { Analyst } from './analyst.ts';
import type { RecordingBudget } from './debugging/budget.ts';
import type { Place } from './debugging/places.ts';
import type { FrozenState } from './frozen-state.ts';
import type { ObjectShelf } from './object-shelf.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface SessionLimits {
  /** For the live part of `complete` and `info`. */
  readonly lookTimeoutMs: number;
  /** For all other questions to a state, such as `inspect` and `diff`, and for capturing one. */
  readonly stateTimeoutMs: number;
  /** How long a look waits for the present to be captured. */
  readonly shadowWaitMs: number;
  /** How long a process may take to end by itself before it is killed. */
  readonly exitGraceMs: number;
  readonly startTimeoutMs: number;
}

/** When a worker captures its state without being asked; see `SessionOptions.snapshots`. */
export type SnapshotPolicy = 'always' | 'cheap' | 'never';

/** A state that a session can go on from. */
export interface Resumable {
  /** A process in this state. Errors: `snapshot-gone`, `snapshot-failed`. */
  worker(): Promise<WorkerProcess>;
  /** What its worker was told. */
  readonly policy: SnapshotPolicy;
  /** The state itself: until something has run, it is the new session's present. */
  readonly state: FrozenState;
}

/** A moment of a recorded program that a session begins with. */
export interface Adopted {
  readonly worker: () => Promise<WorkerProcess>;
  /** How many evaluations it has seen. */
  readonly generation: number;
  /** The evaluation that it is in the middle of, and where that stands; absent where it waits for one. */
  readonly running?: { readonly evaluation: RunningEvaluation; readonly place: Place };
  /** The breakpoints that it has. */
  readonly points: Breakpoints;
}

export type RunningEvaluation = Pick<Evaluation, 'executionId' | 'code' | 'file' | 'record'>;

export interface AdoptedSession {
  readonly session: EngineSession;
  readonly outcome?: Promise<Outcome>;
}

export interface Home {
  readonly analyst: Analyst;
  readonly limits: SessionLimits;
  readonly logger: Logger;
  /** Only for this user: for what is handed from one process to another. */
  readonly folder: string;
  /** For the snapshots of all that is recorded. */
  readonly recordings: RecordingBudget;
  /** For states that are held without fork. */
  readonly shelf: ObjectShelf;
  /** Keeps the processes of the environment until the function that is returned is called. */
  hold(): () => void;
  /** A session that goes on from the state. Errors: those of `Resumable.worker`; `session-limit`, `shutting-down`. */
  reopen(
    state: Resumable,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<EngineSession>;
  /** A session of a worker that has come to be otherwise. Errors: those of `worker`; `session-limit`, `shutting-down`. */
  adopt(
    beginning: Adopted,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<AdoptedSession>;
  /** A session in a fresh process of the same environment, in a state that was saved. Errors: those of `Engine.load`. */
  load(
    saved: SavedState,
    options: SessionOptions,
    host: EngineHost,
    signal: AbortSignal,
  ): Promise<LoadedState>;
}
