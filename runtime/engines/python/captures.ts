/** How a session's states are captured and looked into, however its engine holds them. */
import type { EngineSnapshot } from '../../core/engine.ts';
import type { Frame } from './link-messages.ts';
import type { Askable } from './look-link.ts';

export interface Captures {
  /** The session has begun: no evaluation has ended in it. */
  begin(): void;
  /** An evaluation is about to be sent to the worker. */
  beforeNext(silent: boolean): void;
  /** An evaluation ended. */
  ended(generation: number, executionId: string): void;
  /** The worker's answer to `freeze`. */
  onFrozen(frame: Frame<'frozen'>): void;
  /** The present. Errors: `snapshot-failed`; the signal's reason. */
  snapshot(signal: AbortSignal): Promise<EngineSnapshot>;
  /** Who answers for the present what is answered at once; of a busy session, for the state before. Undefined: nobody. */
  quick(signal: AbortSignal): Promise<Askable | undefined>;
  /** The same for what may take longer. */
  slow(signal: AbortSignal): Promise<Askable | undefined>;
  /** The worker has ended by itself. */
  died(): void;
  /** The session was ended. */
  dispose(): void;
}
