/**
 * Requests, responses and events as they travel, and how they are told apart: a frame with `op` is a
 * request, one with `status` a response, one with `type` an event (design, section 3).
 */
import type { Static } from 'typebox';
import type { ErrorShape } from './errors.ts';
import type { Event } from './events.ts';
import type { OpName, operations } from './operations.ts';

export type Params<Op extends OpName> = Readonly<Static<(typeof operations)[Op]['params']>>;
export type Returns<Op extends OpName> = Readonly<Static<(typeof operations)[Op]['returns']>>;

/** A request. `id` is chosen by the client, 1 to 200 characters, unique among its running requests. */
export type Request<Op extends OpName = OpName> = Op extends OpName
  ? { readonly id: string; readonly op: Op } & Params<Op>
  : never;

/** `done`, `error` and `unknown-op` are terminal: exactly one response of a request holds one of them. */
export type StatusWord = 'done' | 'error' | 'unknown-op' | 'need-input' | 'no-info' | 'interrupted';

export interface ResponseHead {
  readonly id: string;
  readonly session?: string;
  readonly status: readonly StatusWord[];
}

export type SuccessResponse<Op extends OpName = OpName> = ResponseHead & Returns<Op>;
export type ErrorResponse = ResponseHead & ErrorShape & { readonly stacktrace?: readonly unknown[] };
export type Response<Op extends OpName = OpName> = SuccessResponse<Op> | ErrorResponse;

/** What a runtime sends. */
export type ServerMessage = Response | Event;

export function isEvent(message: ServerMessage): message is Event {
  return 'type' in message && 'seq' in message;
}

export function isTerminal(status: readonly StatusWord[]): boolean {
  return status.includes('done') || status.includes('error') || status.includes('unknown-op');
}

export function isErrorResponse(response: Response): response is ErrorResponse {
  return response.status.includes('error') || response.status.includes('unknown-op');
}
