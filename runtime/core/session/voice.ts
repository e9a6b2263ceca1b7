/** What a session says: its events in order, its state, and the inputs that are pending. It decides nothing. */
import type { Event, EventBody } from '../../protocol/events.ts';
import type { EngineEvent } from '../engine.ts';
import { EventRecorder, type RecorderSettings } from '../event-recorder.ts';
import { PendingInputs } from '../pending-inputs.ts';

export type SessionState = Event<'status'>['state'];

export class Voice {
  readonly #recorder: EventRecorder;
  readonly #inputs = new PendingInputs();
  #state: SessionState | undefined;
  /** The evaluation that runs. */
  #running: string | undefined;
  #lastEnded: string | undefined;

  constructor(settings: RecorderSettings) {
    this.#recorder = new EventRecorder(settings);
  }

  get state(): SessionState {
    return this.#state ?? 'starting';
  }

  setState(state: SessionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.append({ type: 'status', state });
  }

  append(body: EventBody, executionId?: string): void {
    this.#recorder.append(body, executionId);
  }

  /** What an engine says, attributed to the running evaluation or to the last one. */
  emit(event: EngineEvent): void {
    const executionId = this.#running ?? this.#lastEnded;
    if (event.type === 'input_done') {
      // Core says it itself when a `stdin` answers; from the engine it can only be an input given up.
      if (!this.#inputs.has(event.input_id)) return;
      this.append(event, this.#inputs.remove(event.input_id));
    } else {
      if (event.type === 'input' && !this.#inputs.has(event.input_id)) this.#inputs.add(event, executionId);
      this.append(event, executionId);
    }
    if (event.type === 'input' || event.type === 'input_done') this.#followInputs();
  }

  /** Says that a pending input is answered; false when it is not pending. */
  answer(inputId: string, data: string | undefined): boolean {
    const done = this.#inputs.answer(inputId, data);
    if (done === undefined) return false;
    this.append(done.body, done.executionId);
    this.#followInputs();
    return true;
  }

  begin(executionId: string, started: EventBody<'started'>): void {
    this.setState('busy');
    this.#running = executionId;
    this.append(started, executionId);
  }

  end(executionId: string, body: EventBody<'result' | 'error'>): void {
    for (const done of this.#inputs.giveUp(executionId)) this.append(done, executionId);
    if (this.#state === 'waiting-input') this.setState('busy');
    this.append(body, executionId);
    this.#running = undefined;
    this.#lastEnded = executionId;
  }

  /** The process is another one, or none: nobody will read an input, and nothing said belongs to what ran before. */
  forgetProcess(): void {
    for (const done of this.#inputs.giveUp(undefined)) this.append(done);
    this.#lastEnded = undefined;
  }

  #followInputs(): void {
    if (this.#running === undefined) return;
    this.setState(this.#inputs.of(this.#running).length > 0 ? 'waiting-input' : 'busy');
  }
}
