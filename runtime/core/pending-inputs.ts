/** The inputs that a session's programs wait for, and the `input_done` that each ends in. Sends nothing itself. */
import type { EventBody } from '../protocol/events.ts';

interface Pending {
  readonly executionId: string | undefined;
  readonly password: boolean;
}

export class PendingInputs {
  readonly #pending = new Map<string, Pending>();

  has(inputId: string): boolean {
    return this.#pending.has(inputId);
  }

  add(input: EventBody<'input'>, executionId: string | undefined): void {
    this.#pending.set(input.input_id, { executionId, password: input.password });
  }

  /** Ids of the inputs that an evaluation waits for. */
  of(executionId: string): string[] {
    return [...this.#pending].filter(([, input]) => input.executionId === executionId).map(([id]) => id);
  }

  /** Forgets an input; the evaluation that it belonged to. */
  remove(inputId: string): string | undefined {
    const executionId = this.#pending.get(inputId)?.executionId;
    this.#pending.delete(inputId);
    return executionId;
  }

  /** The end of an input that is answered, without its text for a password; undefined when it is not pending. */
  answer(
    inputId: string,
    data: string | undefined,
  ): { body: EventBody<'input_done'>; executionId: string | undefined } | undefined {
    const input = this.#pending.get(inputId);
    if (input === undefined) return undefined;
    this.#pending.delete(inputId);
    const shown = data === undefined || input.password ? {} : { data };
    const outcome = data === undefined ? 'end-of-file' : 'answered';
    return {
      body: { type: 'input_done', input_id: inputId, outcome, ...shown },
      executionId: input.executionId,
    };
  }

  /** The ends of all inputs of an evaluation, or of all there are, that nobody will answer. */
  giveUp(executionId: string | undefined): EventBody<'input_done'>[] {
    const ids = executionId === undefined ? [...this.#pending.keys()] : this.of(executionId);
    return ids.map((inputId) => {
      this.#pending.delete(inputId);
      return { type: 'input_done', input_id: inputId, outcome: 'interrupted' };
    });
  }
}
