/** What the commands need of the process that they run in. Only `main.ts` reads it from Node itself. */
import type { Readable, Writable } from 'node:stream';

export interface Program {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  readonly pid: number;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Version of the package. */
  readonly version: string;
  readonly nodeVersion: string;
  /** Folder of the Python package `hindsight_worker`. */
  readonly workerPath: string;
  /** Aborts on SIGTERM, and on SIGINT unless a command handles that itself. */
  readonly terminated: AbortSignal;
  /** Calls `listener` on each SIGINT, in place of ending. */
  onInterrupt(listener: () => void): void;
}

/** A failure that a person can read and act on; no stack is shown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
