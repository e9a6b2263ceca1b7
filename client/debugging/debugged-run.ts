/**
 * One debug session of ours, as views see it: where it stands, and what can be asked of it beyond the debug adapter
 * protocol (`hindsight/…` requests, most of which hand on `navigate`). It opens and shows nothing.
 */
import type * as vscode from 'vscode';
import type { Position, Stop, Timeline } from '../../runtime/protocol/debug.ts';
import type { Returns } from '../../runtime/protocol/messages.ts';

type TimelineMark = Timeline['marks'][number];

export const debugType = 'hindsight';

/** What the adapter tells after each stop and each move through time, with a {@link Standing}. */
export const positionEvent = 'hindsight/position';

/** Where a run stands; without `position` it runs, or nothing was recorded. */
export interface Standing {
  /** Id of the session in the runtime. */
  readonly session?: string;
  readonly trace?: string;
  readonly position?: Position;
  readonly running: boolean;
  readonly stop?: Stop;
}

interface Moved {
  /** Absent when the movement was given up. */
  readonly stop?: Stop;
}

type Answer = Returns<'navigate'>;

/** A frame as VS Code names it: an id of its stack. */
interface InFrame {
  readonly frameId?: number;
}

/** By the name after `hindsight/`: what is asked, and what comes back. */
interface RunRequests {
  position: [undefined, Standing];
  timeline: [{ from?: number; to?: number; count?: number }, Answer];
  goto: [{ step?: number; time?: number; at?: string }, Moved];
  gotoException: [{ direction?: 'backward' | 'forward' }, Moved];
  /** `position`: of the line that Step Back would undo. */
  lineBefore: [undefined, Answer];
  lastChange: [{ expression: string } & InFrame, Moved];
  history: [{ expression: string; limit?: number; sampled?: boolean } & InFrame, Answer];
  expressionOf: [{ variablesReference: number; name: string }, { expression?: string }];
  /** `session`: that of the new one. */
  open: [{ at?: string; label?: string } & InFrame, Answer & { readonly session?: string }];
}

export class DebuggedRun {
  readonly debug: vscode.DebugSession;
  #standing: Standing = { running: true };
  #position: Position | undefined;
  #present: Position | undefined;
  readonly #hits = new Map<string, TimelineMark>();
  #hitsOf: string | undefined;

  constructor(debug: vscode.DebugSession) {
    this.debug = debug;
  }

  /** Where it stood last; undefined before its first stop. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Why it stands there; undefined while it runs. */
  get stop(): Stop | undefined {
    return this.#standing.stop;
  }

  /** Id of the session in the runtime that holds the program. */
  get session(): string | undefined {
    return this.#standing.session;
  }

  /** Id of the recording; undefined before there is one. */
  get trace(): string | undefined {
    return this.#standing.trace ?? this.#position?.trace;
  }

  /** Where breakpoints and exceptions have stopped it while it was followed here, as marks of its timeline. */
  get hits(): readonly TimelineMark[] {
    return [...this.#hits.values()];
  }

  /** Where the program itself stood last; undefined where it was not seen to stand. */
  get present(): Position | undefined {
    return this.#present?.trace === this.trace ? this.#present : undefined;
  }

  /** True while the program runs, or is on its way to a place. */
  get isRunning(): boolean {
    return this.#standing.running;
  }

  /** Its position while it stands in the past; undefined in the present, and while it runs. */
  get past(): Position | undefined {
    return this.isRunning || this.#position?.live !== false ? undefined : this.#position;
  }

  /** The adapter has told where it is. */
  told(standing: Standing): void {
    this.#standing = standing;
    this.#position = standing.position ?? this.#position;
    if (standing.position?.live === true) this.#present = standing.position;
    const { stop } = standing;
    const kind = stop === undefined ? undefined : markOf(stop);
    if (stop === undefined || kind === undefined) return;
    const { at, time, name, sourceLoc, trace } = stop.position;
    // A branch has a recording of its own.
    if (trace !== this.#hitsOf) this.#hits.clear();
    this.#hitsOf = trace;
    const { exception } = stop;
    const raised = exception === undefined ? undefined : `${exception.type}: ${exception.message}`;
    this.#hits.set(at, { kind, time, at, text: raised ?? `${name}:${sourceLoc.line}` });
  }

  /** The same position was looked at again, after its step was counted. */
  counted(position: Position): void {
    if (position.at === this.#position?.at) this.#position = position;
  }

  /** Errors: those of `navigate`, in the adapter's words. */
  async ask<Name extends keyof RunRequests>(
    request: Name,
    params: RunRequests[Name][0],
  ): Promise<RunRequests[Name][1]> {
    return await this.debug.customRequest(`hindsight/${request}`, params);
  }

  /** A movement of the debug adapter protocol, in the main thread, as the buttons of the toolbar do it. */
  async move(request: 'stepBack' | 'next' | 'reverseContinue' | 'continue'): Promise<void> {
    const { threads } = await this.debug.customRequest('threads');
    const [main] = Array.isArray(threads) ? threads : [];
    await this.debug.customRequest(request, { threadId: main?.id ?? 1 });
  }
}

function markOf({ reason }: Stop): 'exception' | 'breakpoint' | undefined {
  if (reason === 'exception') return 'exception';
  return /breakpoint$/.test(reason) ? 'breakpoint' : undefined;
}
