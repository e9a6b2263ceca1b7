/**
 * An editor as a debug adapter sees it, without a process: requests with their answers, and events that can be waited for, each once and in
 * order. All that was said is kept, for golden files.
 */
import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { HindsightDebugSession } from '../../debug-adapter/debug-session.ts';
import type { Command, Requests } from '../../debug-adapter/requests/request.ts';

type Message = DebugProtocol.Request | DebugProtocol.Response | DebugProtocol.Event;

export class DapEditor {
  readonly said: Message[] = [];
  readonly #adapter: HindsightDebugSession;
  readonly #answers = new Map<number, (response: DebugProtocol.Response) => void>();
  #events: DebugProtocol.Event[] = [];
  #waiting: (() => void)[] = [];
  #seq = 0;

  constructor(adapter: HindsightDebugSession) {
    this.#adapter = adapter;
    adapter.onDidSendMessage((message) => this.#receive(structuredClone(message) as Message));
  }

  /** Sends a request and answers its response, whatever it says. */
  ask(command: string, args?: object): Promise<DebugProtocol.Response> {
    this.#seq += 1;
    const request = {
      type: 'request',
      seq: this.#seq,
      command,
      ...(args === undefined ? {} : { arguments: args }),
    };
    this.said.push(request);
    const answered = new Promise<DebugProtocol.Response>((resolve) =>
      this.#answers.set(request.seq, resolve),
    );
    this.#adapter.handleMessage(structuredClone(request));
    return answered;
  }

  /** The body of the response to a request that succeeds. */
  async request<C extends Command>(command: C, args?: object): Promise<Requests[C][1]> {
    const response = await this.ask(command, args);
    assert.equal(response.success, true, `${command}: ${response.message}`);
    return response.body as Requests[C][1]; // What the adapter's own table says; the assertions look at it.
  }

  /** The message of the error that a request is answered with. */
  async refusal(command: string, args?: object): Promise<string | undefined> {
    const response = await this.ask(command, args);
    assert.equal(response.success, false, `${command} was not refused`);
    return response.body?.error?.variables?._message ?? response.message;
  }

  /** Id that the next request will have. */
  get nextSeq(): number {
    return this.#seq + 1;
  }

  /** The body of the next event of a kind; those before it are passed over. */
  async event(kind: string): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const index = this.#events.findIndex(({ event }) => event === kind);
      const found = this.#events[index];
      if (found !== undefined) {
        this.#events = this.#events.slice(index + 1);
        return found.body ?? {};
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** All that was printed, of one category. */
  printed(category: string): string {
    return this.said
      .map((each) =>
        'event' in each && each.event === 'output' && each.body.category === category ? each.body.output : '',
      )
      .join('');
  }

  /** Initialize and launch; answers when breakpoints can be set. */
  async launch(args: object, abilities: object = {}): Promise<void> {
    await this.request('initialize', { adapterID: 'hindsight', pathFormat: 'path', ...abilities });
    await this.request('launch', args);
    await this.event('initialized');
  }

  /** What it does when the adapter asks for something: answers the body. Errors: their message is the refusal. */
  onRequest: (request: DebugProtocol.Request) => Promise<object> | object = () => {
    throw new Error('not supported');
  };

  async #serve(request: DebugProtocol.Request): Promise<void> {
    const { seq: request_seq, command } = request;
    const answer = { type: 'response', seq: 0, request_seq, command } as const;
    try {
      const body = await this.onRequest(request);
      this.#answer({ ...answer, success: true, body });
    } catch (error) {
      this.#answer({ ...answer, success: false, message: String(error) });
    }
  }

  #answer(response: DebugProtocol.Response): void {
    this.#adapter.handleMessage(response);
  }

  #receive(message: Message): void {
    this.said.push(message);
    if (message.type === 'request') void this.#serve(message as DebugProtocol.Request);
    if ('request_seq' in message) this.#answers.get(message.request_seq)?.(message);
    else if ('event' in message) {
      this.#events.push(message);
      for (const resume of this.#waiting.splice(0)) resume();
    }
  }
}
