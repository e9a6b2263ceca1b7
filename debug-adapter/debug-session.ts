/**
 * The wire: takes requests of the editor, runs their handlers, sends answers and errors, and cancels. The base class frames the
 * messages, on streams or inside of an editor's own process. Knows no request by what it means, save `cancel`.
 */
import { DebugSession, OutputEvent, Response } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import { toErrorMessage } from './convert.ts';
import type { Call, Command, Handler, Handlers } from './requests/request.ts';

/** Requests whose failure an editor shows in no place of their own. */
const shownInDialog: ReadonlySet<string> = new Set([
  'launch',
  'attach',
  'restart',
  'setVariable',
  'setExpression',
]);

export class HindsightDebugSession extends DebugSession {
  readonly #running = new Map<number, AbortController>();
  #handlers: Partial<Handlers<Command>> = {};
  #onEnd: () => void = () => {};
  #terminalAnswered: (response: DebugProtocol.Response) => void = () => {};

  /** Called once, before the first message. `onEnd`: the editor has gone. */
  serve(handlers: Handlers<Command>, onEnd: () => void): void {
    this.#handlers = handlers;
    this.#onEnd = onEnd;
  }

  /** Gives up the request with this id, if it still runs. */
  cancel(requestId: number): void {
    this.#running.get(requestId)?.abort();
  }

  /** The streams have ended. The base class would end the process here; that is for whoever owns it. */
  override shutdown(): void {
    this.#onEnd();
  }

  /** VS Code calls it when the session has ended. */
  override dispose(): void {
    super.dispose();
    this.#onEnd();
  }

  /** Asks the editor for a terminal. One at a time. */
  runInTerminal(args: DebugProtocol.RunInTerminalRequestArguments): Promise<DebugProtocol.Response> {
    const answered = new Promise<DebugProtocol.Response>((resolve) => (this.#terminalAnswered = resolve));
    // The library would keep a timer for as long as it waits: what it says is not heard.
    this.sendRequest('runInTerminal', args, 0, () => {});
    return answered;
  }

  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (isTerminalAnswer(message)) this.#terminalAnswered(message);
    else super.handleMessage(message);
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.#answer(request);
  }

  /** Never rejects: what fails is the answer. */
  async #answer(request: DebugProtocol.Request): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    const controller = new AbortController();
    const later: (() => void | Promise<void>)[] = [];
    this.#running.set(request.seq, controller);
    try {
      const body = await this.#handle(request, {
        signal: controller.signal,
        after: (action) => void later.push(action),
      });
      if (body !== undefined) response.body = body;
      this.sendResponse(response);
    } catch (error) {
      this.#refuse(response, ProtocolError.from(error));
    } finally {
      this.#running.delete(request.seq);
    }
    for (const action of later) {
      try {
        await action();
      } catch (error) {
        this.#say(ProtocolError.from(error));
      }
    }
  }

  /** What fails when its request was answered already is said in the console; not that the session is over, which is known. */
  #say({ code, message }: ProtocolError): void {
    if (code === 'cancelled' || code === 'disconnected' || code === 'trace-not-found') return;
    this.sendEvent(new OutputEvent(`${message}\n`, 'important'));
  }

  async #handle({ command, arguments: args }: DebugProtocol.Request, call: Call): Promise<unknown> {
    const handler: unknown = Object.hasOwn(this.#handlers, command)
      ? this.#handlers[command as Command]
      : undefined; // It is a key of the table.
    if (handler === undefined)
      throw new ProtocolError('unknown-op', `the request '${command}' is not supported`);
    return (handler as Handler<Command>)(args ?? {}, call); // What arrives is what the protocol says; fields that matter are looked at.
  }

  #refuse(response: DebugProtocol.Response, error: ProtocolError): void {
    // The protocol names these two: an editor shows neither.
    if (error.code === 'cancelled' || error.code === 'not-stopped') {
      this.sendResponse({
        ...response,
        success: false,
        message: error.code === 'cancelled' ? 'cancelled' : 'notStopped',
        body: { error: toErrorMessage(error, false) },
      });
    } else {
      this.sendErrorResponse(response, toErrorMessage(error, shownInDialog.has(response.command)));
    }
  }
}

function isTerminalAnswer(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Response {
  return message.type === 'response' && 'command' in message && message.command === 'runInTerminal';
}
