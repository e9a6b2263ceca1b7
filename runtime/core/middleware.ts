/**
 * How a request finds what handles it: a chain of middleware, as in nREPL. Each handles the operations
 * that it names, or passes them on; what is at the front can watch, change or refuse what is behind.
 */
import { ProtocolError } from '../protocol/errors.ts';
import type { Params, Request, StatusWord } from '../protocol/messages.ts';
import type { OpName } from '../protocol/operations.ts';
import type { Connection } from './connection.ts';
import type { Session } from './session.ts';

/** What a handler answers: the fields of the response, without `id`. `status` is `['done']` where it is left out. */
export interface Answer {
  readonly session?: string;
  readonly status?: readonly StatusWord[];
  readonly [field: string]: unknown;
}

/** A request on its way, and where it came from. */
export interface IncomingRequest {
  /** Validated, if the operation is one of the protocol's own. */
  readonly message: { readonly id: string; readonly op: string };
  readonly connection: Connection;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** The response leaves after the events of `session` up to `seq`. */
  answerAfter(session: Session, seq: number): void;
}

export type Next = (request: IncomingRequest) => Promise<Answer>;

export interface Middleware {
  readonly name: string;
  /** The operations that `handler` is called for; `['*']` for all. */
  readonly handles: readonly string[];
  /** Answers, or returns what `next(request)` answers. Throws a `ProtocolError` to refuse. */
  handler(request: IncomingRequest, next: Next): Promise<Answer>;
}

/** One function that passes a request through `chain` in order. The end of the chain throws `unknown-op`. */
export function compose(chain: readonly Middleware[]): Next {
  const end: Next = ({ message }) =>
    Promise.reject(new ProtocolError('unknown-op', `Unknown operation: ${message.op}`));
  return chain.reduceRight<Next>((next, middleware) => {
    const handlesAll = middleware.handles.includes('*');
    return (request) =>
      handlesAll || middleware.handles.includes(request.message.op)
        ? middleware.handler(request, next)
        : next(request);
  }, end);
}

/** The handlers of some operations, by name, each with the type of its own request. */
export type Handlers = {
  readonly [Op in OpName]?: (
    params: Request<Op> & Params<Op>,
    request: IncomingRequest,
  ) => Promise<Answer> | Answer;
};

/** A middleware that handles exactly the operations of `handlers`. */
export function middlewareOf(name: string, handlers: Handlers): Middleware {
  return {
    name,
    handles: Object.keys(handlers),
    handler(request, next) {
      // Behind validation a message has the type of the operation that it names, and handlers are keyed by it.
      const handler = Reflect.get(handlers, request.message.op) as
        | ((params: object, request: IncomingRequest) => Promise<Answer> | Answer)
        | undefined;
      return handler === undefined ? next(request) : Promise.resolve(handler(request.message, request));
    },
  };
}
