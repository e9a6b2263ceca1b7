/**
 * A captured state where there is no fork: objects on disk, as a durable checkpoint has them, and a fresh process
 * that loads them when somebody goes back to it. What is not possible so is absent: to look into it.
 */
import type {
  EngineHost,
  EngineSession,
  EngineSnapshot,
  ObjectFolder,
  SavedState,
  SessionOptions,
} from '../../core/engine.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { StateWarning } from '../../protocol/states.ts';
import type { Home } from './home.ts';
import type { ObjectShelf } from './object-shelf.ts';

export interface SerializedParts {
  readonly saved: SavedState;
  readonly after: string | undefined;
  readonly tookMs: number;
  readonly home: Home;
  readonly shelf: ObjectShelf;
  readonly letGo: () => void;
}

export class SerializedSnapshot implements EngineSnapshot {
  readonly after: string | undefined;
  readonly tookMs: number;
  readonly warnings: readonly StateWarning[];
  /** Never: nobody else removes the objects. */
  readonly lost = new Promise<string>(() => {});
  readonly #parts: SerializedParts;
  #released = false;

  constructor(parts: SerializedParts) {
    this.#parts = parts;
    this.after = parts.after;
    this.tookMs = parts.tookMs;
    const { lost, warnings } = parts.saved.report;
    const missing = lost.map(({ name, type, reason }) => ({
      kind: 'variable',
      name,
      message: `${name} (${type}) is not part of the state: ${reason}`,
    }));
    this.warnings = [...warnings, ...missing];
  }

  get released(): boolean {
    return this.#released;
  }

  /** What it added to the objects of earlier states. */
  async measure(): Promise<number> {
    return this.#released ? 0 : this.#parts.saved.addedBytes;
  }

  async open(options: SessionOptions, host: EngineHost, signal: AbortSignal): Promise<EngineSession> {
    const { saved, home } = this.#held();
    return (await home.load(saved, options, host, signal)).session;
  }

  async save(objects: ObjectFolder, signal: AbortSignal): Promise<SavedState> {
    signal.throwIfAborted();
    const { saved, shelf } = this.#held();
    try {
      return { ...saved, objects, addedBytes: await shelf.copy(saved.objectNames, objects) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ProtocolError('checkpoint-failed', `the state could not be written to disk: ${why}`, {
        cause: error,
      });
    }
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#parts.letGo();
  }

  #held(): SerializedParts {
    if (!this.#released) return this.#parts;
    throw new ProtocolError('snapshot-gone', 'this state is not held any more');
  }
}
