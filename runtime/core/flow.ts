/**
 * The rules that every event log keeps (design, section 3), as a state machine over events. Core asks it
 * before it logs an event; tests run `validateLog` over every log they record. It knows no engine and no
 * connection. The rules:
 *
 * 1. `seq` grows by one; nothing follows `closed`.
 * 2. An evaluation is `queued` at most once, `started` at most once, and ends in exactly one `result` or
 *    `error`; it starts before a `result`; one at a time runs.
 * 3. Nothing of an evaluation comes after its end, save what it left running: output, displays, notices,
 *    and inputs.
 * 4. An `input_done` names a pending `input`; an evaluation ends with none pending.
 * 5. The state changes when a `status` says so: evaluations start when it is `busy`, and it is not `idle` or `dead`
 *    while one runs. `ready` comes only while it is `starting`.
 * 6. A program stands (`stopped`) and runs on (`resumed`) only while its evaluation runs.
 * 7. The state of a session is exchanged (`restored`, `rolled_back`) only while no evaluation runs.
 */
import type { Event } from '../protocol/events.ts';

type State = Event<'status'>['state'];

export class SessionFlow {
  #seq: number;
  #state: State | undefined;
  #running: string | undefined;
  #lastEnded: string | undefined;
  #closed = false;
  readonly #queued = new Set<string>();
  /** Evaluation of each pending input, by its `input_id`. */
  readonly #inputs = new Map<string, string | undefined>();

  /** `seq`: that of the last event before the first one that comes. */
  constructor(seq = 0) {
    this.#seq = seq;
  }

  /** Takes the next event, or says in a sentence which rule it breaks; then nothing has changed. */
  advance(event: Event): string | undefined {
    const problem = this.#problem(event);
    if (problem === undefined) this.#apply(event);
    return problem;
  }

  /** What is still open: evaluations without an end. Empty after a proper `closed`. */
  unfinished(): readonly string[] {
    return this.#running === undefined ? [...this.#queued] : [this.#running, ...this.#queued];
  }

  #problem(event: Event): string | undefined {
    if (this.#closed) return 'it follows closed';
    if (event.seq !== this.#seq + 1) return `its seq is ${event.seq}, not ${this.#seq + 1}`;
    switch (event.type) {
      case 'queued':
        return this.#problemOfQueued(event.execution_id);
      case 'started':
        return this.#problemOfStarted(event.execution_id);
      case 'result':
      case 'error':
        return this.#problemOfEnd(event);
      case 'output':
      case 'display':
      case 'notice':
      case 'logged':
      case 'breakpoint_changed':
        return this.#problemOfOwner(event.execution_id);
      case 'stopped':
      case 'resumed':
        return this.#running === undefined ? 'no evaluation runs' : undefined;
      case 'input':
        if (this.#inputs.has(event.input_id)) return `input ${event.input_id} is pending already`;
        return this.#problemOfOwner(event.execution_id);
      case 'input_done':
        return this.#inputs.has(event.input_id) ? undefined : `input ${event.input_id} is not pending`;
      case 'status':
        return this.#problemOfStatus(event.state);
      case 'checkpoint_created':
      case 'checkpoint_deleted':
        return undefined;
      case 'restored':
      case 'rolled_back':
        return this.#running === undefined ? undefined : `evaluation ${this.#running} still runs`;
      case 'ready':
        return this.#state === 'starting' ? undefined : 'the session is not starting';
      case 'closed':
        return this.unfinished().length === 0 ? undefined : `evaluation ${this.unfinished()[0]} has no end`;
      case 'gap':
        return 'a gap is said to one connection and never logged';
      default:
        return unknownEvent(event);
    }
  }

  #problemOfQueued(id: string | undefined): string | undefined {
    if (id === undefined) return 'it names no evaluation';
    return this.#queued.has(id) || this.#running === id ? `evaluation ${id} was accepted already` : undefined;
  }

  #problemOfStarted(id: string | undefined): string | undefined {
    if (id === undefined) return 'it names no evaluation';
    if (this.#running !== undefined) return `evaluation ${this.#running} still runs`;
    return this.#state === 'busy' ? undefined : 'the session is not busy';
  }

  #problemOfEnd(event: Event<'result' | 'error'>): string | undefined {
    const id = event.execution_id;
    if (id === undefined) return 'it names no evaluation';
    if (event.type === 'error' && this.#queued.has(id)) return undefined;
    if (this.#running !== id) return `evaluation ${id} does not run`;
    return [...this.#inputs.values()].includes(id) ? `evaluation ${id} still waits for input` : undefined;
  }

  #problemOfOwner(id: string | undefined): string | undefined {
    return id === undefined || id === this.#running || id === this.#lastEnded
      ? undefined
      : `evaluation ${id} neither runs nor ran last`;
  }

  #problemOfStatus(state: State): string | undefined {
    if (state === this.#state) return `the session is ${state} already`;
    if (state === 'waiting-input') return this.#inputs.size > 0 ? undefined : 'no input is pending';
    if (state === 'busy' || this.#running === undefined) return undefined;
    return `evaluation ${this.#running} still runs`;
  }

  #apply(event: Event): void {
    this.#seq = event.seq;
    if (event.type === 'queued' && event.execution_id !== undefined) this.#queued.add(event.execution_id);
    if (event.type === 'started') this.#start(event.execution_id);
    if (event.type === 'result' || event.type === 'error') this.#end(event.execution_id);
    if (event.type === 'input') this.#inputs.set(event.input_id, event.execution_id);
    if (event.type === 'input_done') this.#inputs.delete(event.input_id);
    if (event.type === 'status') this.#state = event.state;
    if (event.type === 'closed') this.#closed = true;
  }

  #start(id: string | undefined): void {
    this.#running = id;
    if (id !== undefined) this.#queued.delete(id);
  }

  #end(id: string | undefined): void {
    if (id !== undefined && this.#queued.delete(id)) return;
    this.#running = undefined;
    this.#lastEnded = id;
  }
}

/**
 * The rules that a recorded log breaks, one sentence each; empty for a good one. The log may begin in
 * the middle (after a trim, with its `gap` left out) if no evaluation was open there. `finished`: also
 * every evaluation must have ended.
 */
export function validateLog(
  events: readonly Event[],
  options: { readonly finished?: boolean } = {},
): string[] {
  const flow = new SessionFlow((events[0]?.seq ?? 1) - 1);
  const problems = events.flatMap((event) => {
    const problem = flow.advance(event);
    return problem === undefined ? [] : [`${event.type} (seq ${event.seq}): ${problem}`];
  });
  const open = options.finished === true ? flow.unfinished().map((id) => `evaluation ${id} has no end`) : [];
  return [...problems, ...open];
}

function unknownEvent(event: never): string {
  return `its type is unknown: ${JSON.stringify(event)}`;
}
