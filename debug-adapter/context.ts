/** What the handlers of requests share: the editor, the breakpoints that it has set, and what is debugged at the moment. */
import type { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import type { Disposable } from '../runtime/protocol/disposable.ts';
import type { BreakpointTable } from './breakpoints.ts';
import { type Debuggee, nothingRuns } from './debuggee.ts';
import type { Editor } from './editor.ts';
import type { Output } from './output.ts';
import type { ProgramRun } from './program-run.ts';
import type { Progress } from './progress.ts';
import type { References } from './references.ts';
import type { ShownMemory } from './shown-memory.ts';
import type { Standing } from './standing.ts';
import type { Threads } from './threads.ts';

/** Starts the `hindsight` command for the runtime in use, from a terminal. */
export interface TerminalCommand {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** That of the runtime. */
  readonly stateFile: string;
}

/** A connection of the adapter's own: its requests wait for nobody else's. */
export interface Connection extends Disposable {
  readonly client: RuntimeClient;
  /** How a terminal gets to the same runtime; undefined where it cannot. */
  readonly terminal?: TerminalCommand;
}

export interface AdapterOptions {
  /** Opens a connection to a runtime, which is disposed when the debug session ends. Errors: any; its message is shown. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  /** Working directory of programs that name none: that of the editor's window. */
  readonly cwd: string;
  /** Reads a program. Default: from the disk. */
  readonly readFile?: (file: string) => Promise<Uint8Array>;
  /** Searches that take longer are shown with a button to give them up. Default: 500. */
  readonly progressDelayMs?: number;
}

/** One program under the debugger, from its launch to its end; `restart` begins another. */
export interface Debugging extends Disposable {
  readonly debuggee: Debuggee;
  readonly references: References;
  readonly standing: Standing;
  readonly threads: Threads;
  readonly run: ProgramRun;
  readonly output: Output;
}

export interface Context {
  readonly editor: Editor;
  readonly breakpoints: BreakpointTable;
  readonly progress: Progress;
  /** What is shown as memory. */
  readonly memory: ShownMemory;
  readonly options: AdapterOptions;
  /** Gives up the request with this id. */
  readonly cancel: (requestId: number) => void;
  /** The editor has gone, or is about to. */
  readonly end: () => void;
  /** Set by `launch` and `attach`. */
  debugging: Debugging | undefined;
  connection: Connection | undefined;
}

/** Errors: `invalid-request` before `launch` and `attach`. */
export function debuggingOf({ debugging }: Context): Debugging {
  if (debugging === undefined) throw nothingRuns();
  return debugging;
}
