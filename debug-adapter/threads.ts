/** The threads of the program, as an editor lists them. It does not know what one does with them. */
import type { DebugThread } from '../runtime/protocol/debug.ts';
import { mainThread } from './convert.ts';
import type { Debuggee } from './debuggee.ts';
import type { FrameRef } from './references.ts';
import type { Standing } from './standing.ts';

export class Threads {
  readonly #debuggee: Debuggee;
  readonly #standing: Standing;
  #last: readonly DebugThread[] = [{ id: mainThread, name: 'MainThread' }];

  constructor(debuggee: Debuggee, standing: Standing) {
    this.#debuggee = debuggee;
    this.#standing = standing;
  }

  /** All that are alive; while the program runs, those of the last stop. */
  async list(signal: AbortSignal): Promise<readonly DebugThread[]> {
    if (this.#standing.position === undefined || this.#standing.isMoving) return this.#last;
    const { threads = [] } = await this.#debuggee.navigate('threads', {}, signal);
    if (threads.length > 0) this.#last = threads;
    return this.#last;
  }

  /** How `navigate` is told of a thread of the editor: not at all where it is the one that stands. */
  naming(threadId: number | undefined): Pick<FrameRef, 'thread'> {
    const isOther = threadId !== undefined && threadId > 0 && threadId !== this.#standing.thread;
    return isOther ? { thread: threadId } : {};
  }
}
