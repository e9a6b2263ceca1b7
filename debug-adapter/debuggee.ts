/**
 * The session that is debugged, and the recording in it: what every part asks. It follows the program when a change of
 * the past branches it off into another session. Knows no editor.
 */
import type { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import type { NavigateAction } from '../runtime/protocol/debug-operations.ts';
import type { Disposable } from '../runtime/protocol/disposable.ts';
import { Emitter } from '../runtime/protocol/emitter.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Event } from '../runtime/protocol/events.ts';
import type { Params, Returns } from '../runtime/protocol/messages.ts';

/** What an action takes beside the session and the trace. */
export type Navigation = Omit<Params<'navigate'>, 'session' | 'trace' | 'action'>;

export class Debuggee implements Disposable {
  readonly client: RuntimeClient;
  readonly #events = new Emitter<Event>();
  readonly #subscription: Disposable;
  #session: string;
  #trace: string | undefined;

  /** The client's connection follows `session` already. `trace`: a recording of it; undefined: the one to come. */
  constructor(client: RuntimeClient, session: string, trace?: string) {
    this.client = client;
    this.#session = session;
    this.#trace = trace;
    this.#subscription = client.onEvent((event) => {
      if (event.session !== this.#session) return;
      if (event.type === 'stopped') this.#trace = event.stop.position.trace;
      if (event.type === 'resumed') this.#trace = event.trace;
      this.#events.emit(event);
    });
  }

  get session(): string {
    return this.#session;
  }

  get trace(): string | undefined {
    return this.#trace;
  }

  /** The events of the session, in order. */
  onEvent(listener: (event: Event) => void): Disposable {
    return this.#events.on(listener);
  }

  async navigate(
    action: NavigateAction,
    params: Navigation = {},
    signal?: AbortSignal,
  ): Promise<Returns<'navigate'>> {
    const trace = this.#trace === undefined ? {} : { trace: this.#trace };
    const options = signal === undefined ? {} : { signal };
    const answer = await this.client.request(
      'navigate',
      { ...params, action, session: this.#session, ...trace },
      options,
    );
    const position = answer.stop?.position ?? answer.position;
    if (position !== undefined) this.#trace = position.trace;
    return answer;
  }

  /** Follows the program into the session that a change of its past opened. */
  async moveTo(session: string): Promise<void> {
    await this.client.request('attach', { session });
    this.#session = session;
    this.#trace = undefined;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#events.clear();
  }
}

/** For what is asked before there is a session. */
export function nothingRuns(): ProtocolError {
  return new ProtocolError('invalid-request', 'nothing is debugged yet: send launch or attach first');
}
