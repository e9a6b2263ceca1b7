/**
 * The one table of error codes. Every error that leaves the runtime, on any transport, has a code of
 * this table; docs/protocol.md and the Python mirror are generated from it or compared with it.
 *
 * An exception raised by the user's program is not in here as such: it is data, carried by the `error`
 * event; the response to the `eval` that raised it has the code `eval-failed`.
 */

export type ErrorClass = 'validation' | 'transient' | 'resource' | 'permanent' | 'connection';

interface ErrorKind {
  readonly class: ErrorClass;
  /** True when the same request may succeed if it is sent again unchanged. */
  readonly retryable: boolean;
  readonly doc: string;
}

export const errorCodes = {
  'invalid-frame': kind('validation', false, 'A frame is not valid in its encoding, or is not an object.'),
  'frame-too-large': kind('validation', false, 'A frame is larger than the limit (`maxFrameBytes`).'),
  'invalid-request': kind(
    'validation',
    false,
    'A field is missing, has the wrong type or a value outside its range; the message names it.',
  ),
  'unknown-op': kind('validation', false, 'No operation of this name is known here.'),
  'unsupported-op': kind('permanent', false, 'The engine of this session cannot do this operation.'),
  'protocol-version': kind('validation', false, 'The client speaks another major version of the protocol.'),
  'duplicate-id': kind('validation', false, 'A request of this id is still running on this connection.'),
  unauthorized: kind('connection', false, 'The token is missing or wrong.'),
  'forbidden-host': kind('connection', false, 'The Host header is not on the allow-list.'),
  'forbidden-origin': kind('connection', false, 'The Origin header is not on the allow-list.'),
  'not-owner': kind('permanent', false, 'An observer asked for an operation that changes the session.'),
  'session-not-found': kind('validation', false, 'No session of this id is open.'),
  'session-dead': kind(
    'resource',
    false,
    'The process behind the session has ended; `restart` brings a fresh one.',
  ),
  'session-limit': kind('resource', true, 'As many sessions are open as the runtime allows.'),
  'queue-full': kind('resource', true, 'As many evaluations wait in the session as the runtime allows.'),
  'no-pending-input': kind(
    'validation',
    false,
    'A `stdin` names an `input` that is not pending in this session.',
  ),
  'engine-not-found': kind('validation', false, 'No engine of this name is installed.'),
  'interpreter-not-found': kind(
    'resource',
    false,
    'No usable interpreter was found; `details.searched` lists where.',
  ),
  'interpreter-too-old': kind(
    'resource',
    false,
    'The interpreter is older than the oldest that is supported.',
  ),
  'interpreter-failed': kind(
    'resource',
    true,
    'The interpreter was found but did not start; `details.output` says why.',
  ),
  'eval-failed': kind(
    'permanent',
    false,
    'The user’s program raised an exception; the `error` event before this response has it.',
  ),
  'eval-interrupted': kind('permanent', true, 'The evaluation was interrupted.'),
  'eval-dropped': kind(
    'transient',
    true,
    'The evaluation was queued behind one that was interrupted or whose session ended, and never ran.',
  ),
  'worker-died': kind(
    'resource',
    false,
    'The process that ran the evaluation ended; the message names the cause.',
  ),
  'session-busy': kind(
    'transient',
    true,
    'The session runs something; say `busy: queue` or `busy: interrupt`, or wait until it is idle.',
  ),
  'snapshot-not-found': kind('validation', false, 'No snapshot of this id is known.'),
  'snapshot-gone': kind(
    'resource',
    false,
    'The state is known but not held any more; `details.nearest` names the nearest one that is.',
  ),
  'snapshot-failed': kind(
    'resource',
    true,
    'The state could not be captured; the message says why, and the session goes on.',
  ),
  'trace-not-found': kind('validation', false, 'Nothing recorded has this id, or nothing was recorded.'),
  'trace-diverged': kind(
    'permanent',
    false,
    'The program did not do the same again; `details` says where, and which moment is the nearest true one.',
  ),
  'not-stopped': kind('transient', true, 'The recorded program runs; pause it, or wait until it stands.'),
  'expression-failed': kind(
    'permanent',
    false,
    'An expression of a person raised an exception, or took too long; the message is what it raised.',
  ),
  'transaction-open': kind('validation', false, 'A transaction is open in this session already.'),
  'no-transaction': kind('validation', false, 'No transaction is open in this session.'),
  'checkpoint-failed': kind(
    'resource',
    true,
    'The state could not be written to disk; the message says why, and nothing else is affected.',
  ),
  'checkpoint-damaged': kind(
    'permanent',
    false,
    'What is on disk of this checkpoint is not what was written; the others stay usable.',
  ),
  'checkpoint-version': kind(
    'permanent',
    false,
    'The checkpoint or the store was written by a newer version of Hindsight.',
  ),
  'checkpoint-untrusted': kind(
    'permanent',
    false,
    'The checkpoint was imported, and loading it runs code: `trust` says that a person agreed.',
  ),
  'store-unavailable': kind(
    'resource',
    true,
    'The store of durable checkpoints cannot be used; the message says why.',
  ),
  cancelled: kind('transient', true, 'The caller cancelled the request.'),
  timeout: kind('transient', true, 'No answer came within the time that was allowed.'),
  disconnected: kind('connection', true, 'The connection ended before the answer came.'),
  'shutting-down': kind('transient', true, 'The runtime is ending and takes no more requests.'),
  internal: kind('permanent', false, 'A fault of the runtime itself; its log has more.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCodes;

/** The shape that every error has, in a response and outside of one. */
export interface ErrorShape {
  readonly error: string;
  readonly code: ErrorCode;
  readonly class: ErrorClass;
  readonly retryable: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error with a code of the table, thrown inside the runtime and by `RuntimeClient` alike. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  /** `message`: what failed, with which value, what to do next; no full stop. */
  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }

  toShape(): ErrorShape {
    const { class: errorClass, retryable } = errorCodes[this.code];
    const details = this.details === undefined ? {} : { details: this.details };
    return { error: this.message, code: this.code, class: errorClass, retryable, ...details };
  }

  /** The error that a response or an answer over HTTP carries; `internal` where it carries none of ours. */
  static fromShape(shape: object): ProtocolError {
    const { error, code, details } = shape as Partial<Record<keyof ErrorShape, unknown>>; // Each is looked at below.
    const message =
      typeof error === 'string' ? error : 'the runtime answered with an error that has no message';
    const isKnown = typeof code === 'string' && Object.hasOwn(errorCodes, code);
    const isRecord = typeof details === 'object' && details !== null;
    return new ProtocolError(
      isKnown ? (code as ErrorCode) : 'internal',
      message,
      isRecord ? { details: { ...details } } : {},
    );
  }

  /** The error in a JSON text; undefined when the text holds none of ours. */
  static parse(text: string): ProtocolError | undefined {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && 'code' in value
        ? ProtocolError.fromShape(value)
        : undefined;
    } catch {
      return undefined;
    }
  }

  /** The error as it is when it is one of ours, else wrapped as `internal` with its cause kept. */
  static from(error: unknown): ProtocolError {
    if (error instanceof ProtocolError) return error;
    // Another bundle of the same program has a copy of this class; what that one throws is one of ours all the same.
    if (error instanceof Error && error.name === 'ProtocolError')
      return ProtocolError.fromShape({ ...error, error: error.message });
    const message = error instanceof Error ? error.message : String(error);
    return new ProtocolError('internal', `the runtime failed: ${message}`, { cause: error });
  }
}

function kind(errorClass: ErrorClass, retryable: boolean, doc: string): ErrorKind {
  return { class: errorClass, retryable, doc };
}
