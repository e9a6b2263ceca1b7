/**
 * Every operation of the protocol: what it does, what it takes, what it answers. This table, with those that it puts together, is the one
 * source of the TypeScript types, of validation, of `describe` and of docs/protocol.md.
 *
 * Fields that all requests share (`id`, `op`) and all responses share (`id`, `session`, `status` and the
 * error shape) are added by `messages.ts` and are not repeated here.
 */
import Type from 'typebox';
import { debugOperations } from './debug-operations.ts';
import { evaluationOperations } from './evaluation-operations.ts';
import { lookingOperations } from './looking-operations.ts';
import { count, operation, session } from './operation.ts';
import { stateOperations } from './state-operations.ts';

export const operations = {
  describe: operation(
    'observer',
    'What this runtime is and can do.',
    {
      version: Type.Optional(
        Type.Object(
          { major: count, minor: count, patch: count },
          {
            description:
              'The protocol version of the client; another major is refused with `protocol-version`.',
          },
        ),
      ),
    },
    {
      version: Type.Object({ major: count, minor: count, patch: count }, { description: 'Of the protocol.' }),
      runtime: Type.Object({
        version: Type.String(),
        pid: count,
        node: Type.String(),
        platform: Type.String(),
      }),
      ops: Type.Record(
        Type.String(),
        Type.Object({ doc: Type.String(), params: Type.Unknown(), returns: Type.Unknown() }),
        {
          description: 'Every operation with its doc and the JSON Schemas of its parameters and answer.',
        },
      ),
      engines: Type.Record(Type.String(), Type.Unknown(), {
        description: 'By name: what each engine says of itself.',
      }),
      limits: Type.Record(Type.String(), Type.Number(), {
        description: 'Sizes in bytes (`…Bytes`), times in ms (`…Ms`), counts.',
      }),
      metrics: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description:
            'By operation: `count`, `errors`, and `p50Ms`, `p99Ms`, `maxMs` of the time to its answer.',
        }),
      ),
    },
  ),

  clone: operation(
    'owner',
    'Open a new session. The connection that asks is attached to it as an owner.',
    {
      engine: Type.Optional(Type.String({ description: 'Default: `python`.' })),
      name: Type.Optional(
        Type.String({ minLength: 1, maxLength: 200, description: 'What a person calls it, such as `main`.' }),
      ),
      cwd: Type.Optional(Type.String({ description: 'Working directory. Default: the runtime’s own.' })),
      env: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          description: 'Variables added to the runtime’s environment.',
        }),
      ),
      interpreter: Type.Optional(
        Type.String({
          description: 'Path or command of the interpreter. Default: the first usable one on PATH.',
        }),
      ),
      snapshots: Type.Optional(
        Type.Enum(['always', 'cheap', 'never'], {
          description:
            'Automatic snapshots before each evaluation. `cheap`: not where the last one took over 20 ms. Default: `always`.',
        }),
      ),
    },
    {
      session,
      epoch: Type.String({ description: 'Identifies this life of the event log; new when the log is.' }),
      info: Type.Record(Type.String(), Type.Unknown(), {
        description: 'What the engine says of the session: `language`, `version`, `interpreter`, ….',
      }),
    },
  ),

  close: operation('owner', 'End a session and its process. Its last event is `closed`.', { session }, {}),

  restart: operation(
    'owner',
    'Give the session a fresh process. Its id and its event log go on; its namespace is empty; what was running or queued ends with an error.',
    { session },
    {
      info: Type.Record(Type.String(), Type.Unknown()),
    },
  ),

  'ls-sessions': operation(
    'observer',
    'The open sessions, oldest first.',
    {},
    {
      sessions: Type.Array(
        Type.Object({
          session,
          engine: Type.String(),
          name: Type.Optional(Type.String()),
          state: Type.Enum(['starting', 'idle', 'busy', 'waiting-input', 'dead']),
          queued: Type.Integer({ minimum: 0, description: 'Evaluations waiting behind the running one.' }),
          seq: Type.Integer({ minimum: 0, description: 'Of the newest event; 0 when there is none.' }),
          epoch: Type.String(),
          cwd: Type.Optional(Type.String()),
          created: Type.Number({ description: 'Unix seconds.' }),
          info: Type.Record(Type.String(), Type.Unknown()),
          present: Type.Optional(
            Type.String({
              description: 'Snapshot id of the state that it is in, or was in when it became busy.',
            }),
          ),
          transaction: Type.Optional(
            Type.String({ description: 'While a transaction is open: snapshot id of the state before it.' }),
          ),
        }),
      ),
    },
  ),

  attach: operation(
    'observer',
    'Receive the events of a session on this connection, the missed ones first, then the live ones: each once, in order.',
    {
      session,
      mode: Type.Optional(Type.Enum(['owner', 'observer'], { description: 'Default: owner.' })),
      since: Type.Optional(
        Type.Integer({
          minimum: 0,
          description: '`seq` of the last event that the client has; 0 for all. Default: only new events.',
        }),
      ),
      epoch: Type.Optional(Type.String({ description: 'The epoch that `since` belongs to.' })),
    },
    {
      epoch: Type.String(),
      seq: Type.Integer({ minimum: 0, description: 'Of the newest event when the attachment was made.' }),
      recovered: Type.Boolean({ description: 'True when nothing between `since` and now is missing.' }),
      reason: Type.Optional(Type.Enum(['epoch', 'trimmed'], { description: 'Why `recovered` is false.' })),
      state: Type.Enum(['starting', 'idle', 'busy', 'waiting-input', 'dead']),
    },
  ),

  detach: operation('observer', 'Receive no more events of a session.', { session }, {}),

  ack: operation(
    'observer',
    'Say which events have arrived.',
    { session, seq: Type.Integer({ minimum: 0 }) },
    {},
  ),

  ...evaluationOperations,

  ...lookingOperations,

  ...stateOperations,

  ...debugOperations,

  shutdown: operation('owner', 'End the runtime with all its sessions.', {}, {}),
} as const;

export type OpName = keyof typeof operations;

/** Names of all operations, in the order of the reference page. */
export const opNames = Object.keys(operations) as readonly OpName[]; // Object.keys widens to string.
