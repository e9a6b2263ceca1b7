/**
 * Every operation of the protocol: what it does, what it takes, what it answers. This table is the one
 * source of the TypeScript types, of validation, of `describe` and of docs/protocol.md.
 *
 * Fields that all requests share (`id`, `op`) and all responses share (`id`, `session`, `status` and the
 * error shape) are added by `messages.ts` and are not repeated here.
 */
import Type from 'typebox';
import { debugOperations } from './debug-operations.ts';
import { count, operation, ownSession, session } from './operation.ts';
import { at, stateOperations } from './state-operations.ts';
import { outsideEffect } from './states.ts';

const line = Type.Integer({ minimum: 1, description: 'Line, 1-based.' });
const column = Type.Integer({ minimum: 0, description: 'Column, 0-based, in UTF-16 code units.' });
const position = Type.Object({ line, column });

/** A place in code: a whole text and a cursor in it; or, as in nREPL, only a name or a prefix. */
const place = {
  code: Type.Optional(Type.String({ description: 'The text around the cursor: the whole file or cell.' })),
  line: Type.Optional(line),
  column: Type.Optional(column),
  file: Type.Optional(Type.String({ description: 'Path of the file that `code` is the text of.' })),
};

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

  eval: operation(
    'owner',
    'Run code in a session, after what is queued before it. Ends in exactly one `result` or `error` event, then this response.',
    {
      session: ownSession,
      code: Type.String(),
      ns: Type.Optional(Type.String({ description: 'Namespace, where the language has them.' })),
      file: Type.Optional(
        Type.String({ description: 'Path of the file that the code was taken from; tracebacks name it.' }),
      ),
      line: Type.Optional(
        Type.Integer({ minimum: 1, description: 'Line of `file` on which the code starts.' }),
      ),
      column: Type.Optional(
        Type.Integer({ minimum: 0, description: 'Columns that were taken off each line by dedenting.' }),
      ),
      origin: Type.Optional(
        Type.Enum(['file', 'panel', 'notebook', 'script'], { description: 'Where a person sent it from.' }),
      ),
      silent: Type.Optional(Type.Boolean({ description: 'Leaves no trace in history and does not count.' })),
      tx: Type.Optional(
        Type.Enum(['commit_always', 'commit_on_success', 'rollback_on_failure', 'explicit'], {
          description:
            'What becomes of what it did. `commit_always` (default): kept. `commit_on_success`: kept when it ends well, else undone as a whole. `rollback_on_failure`: the same, and an open transaction of the session is rolled back with it. `explicit`: a transaction is begun where none is open and stays open for `commit` or `rollback`. A time-out and an interrupt are failures.',
        }),
      ),
      timeout_ms: Type.Optional(
        Type.Integer({ minimum: 1, description: 'It is interrupted when it has run for so long.' }),
      ),
      record: Type.Optional(
        Type.Object(
          {
            justMyCode: Type.Optional(
              Type.Boolean({ description: 'Stops in, and counts, the user’s own code only. Default: true.' }),
            ),
            stopOnEntry: Type.Optional(Type.Boolean({ description: 'Stops before the first line.' })),
            breakpoints: Type.Optional(
              Type.Boolean({ description: 'False: stops nowhere; it is only recorded. Default: true.' }),
            ),
            memoryMb: Type.Optional(
              Type.Integer({ minimum: 1, description: 'For the snapshots of this trace.' }),
            ),
          },
          {
            description:
              'Runs under the debugger: it can be walked through with `navigate`, while it runs and afterwards.',
          },
        ),
      ),
      at: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Snapshot id: runs in a throw-away copy of that state, waits for nothing, and says no events; what it prints is in `output`.',
        }),
      ),
    },
    {
      snapshotId: Type.Optional(Type.String({ description: 'The state after it.' })),
      trace: Type.Optional(Type.String({ description: 'With `record`: the id of its trace.' })),
      transaction: Type.Optional(Type.Enum(['committed', 'rolled-back', 'open'])),
      effects: Type.Optional(
        Type.Array(outsideEffect, { description: 'With `tx`: what it did outside, which is not undone.' }),
      ),
      output: Type.Optional(
        Type.Array(Type.Object({ stream: Type.Enum(['stdout', 'stderr']), data: Type.String() }), {
          description: 'With `at`: what it printed.',
        }),
      ),
      value: Type.Optional(
        Type.String({
          description: 'The value of the last expression, printed; absent where there is none.',
        }),
      ),
      ns: Type.Optional(Type.String()),
      execution_count: Type.Optional(count),
      stacktrace: Type.Optional(
        Type.Array(Type.Unknown(), { description: 'With status `error`: the frames of the user’s program.' }),
      ),
    },
  ),

  'load-file': operation(
    'owner',
    'Run a whole file in a session, as `eval` does.',
    {
      session: ownSession,
      file: Type.String({ minLength: 1 }),
      code: Type.Optional(
        Type.String({ description: 'Its text, where the editor’s is newer than the disk’s.' }),
      ),
    },
    {
      value: Type.Optional(Type.String()),
      execution_count: Type.Optional(count),
      stacktrace: Type.Optional(Type.Array(Type.Unknown())),
    },
  ),

  interrupt: operation(
    'owner',
    'Interrupt what runs in a session, and drop what is queued behind it.',
    {
      session,
      execution_id: Type.Optional(
        Type.String({
          description: 'Only this evaluation: interrupted when it runs, dropped alone when it is queued.',
        }),
      ),
    },
    {
      interrupted: Type.Optional(Type.String({ description: 'Id of the evaluation that was running.' })),
      dropped: Type.Optional(
        Type.Array(Type.String(), { description: 'Ids of the evaluations that were queued.' }),
      ),
    },
  ),

  stdin: operation(
    'owner',
    'Answer a pending `input` of a session.',
    {
      session,
      input_id: Type.String({ minLength: 1 }),
      data: Type.Optional(
        Type.String({ description: 'What was entered, without the newline; absent for end of file.' }),
      ),
    },
    {},
  ),

  complete: operation(
    'observer',
    'Candidates for the name or key that ends at the cursor, from the live objects first. Runs no user code.',
    {
      session: ownSession,
      prefix: Type.Optional(
        Type.String({ description: 'The text before the cursor, where there is no `code`.' }),
      ),
      ...place,
      ns: Type.Optional(Type.String()),
      at,
      static: Type.Optional(
        Type.Boolean({
          description: 'Also from reading the source, where the live objects do not know. Default: true.',
        }),
      ),
    },
    {
      completions: Type.Array(
        Type.Object({
          candidate: Type.String({
            description: 'The text that replaces what stands between `start` and the cursor.',
          }),
          type: Type.String({
            description:
              '`function`, `class`, `module`, `instance`, `property`, `keyword`, `key`, `column`, `path`, `param`.',
          }),
          symbol: Type.Optional(Type.String({ description: 'What to ask `info` for.' })),
          detail: Type.Optional(Type.String({ description: 'Type or short value.' })),
          source: Type.Optional(Type.Enum(['live', 'static'])),
        }),
      ),
      start: Type.Optional(position),
    },
  ),

  info: operation(
    'observer',
    'What a name or an expression stands for: type, value, signature, documentation, definition. Runs no user code in the session. Status also holds `no-info` where nothing is known.',
    {
      session: ownSession,
      symbol: Type.Optional(Type.String()),
      ...place,
      context: Type.Optional(
        Type.Enum(['symbol', 'call'], {
          description: '`call`: the innermost call around the cursor, for signature help. Default: `symbol`.',
        }),
      ),
      ns: Type.Optional(Type.String()),
      at,
      static: Type.Optional(Type.Boolean({ description: 'As in `complete`.' })),
    },
    {
      name: Type.Optional(Type.String({ description: 'The expression that was looked up.' })),
      type: Type.Optional(Type.String({ description: 'Qualified name of its type.' })),
      preview: Type.Optional(
        Type.String({ description: 'The value in at most 20 lines of 120 characters.' }),
      ),
      shape: Type.Optional(Type.Array(count)),
      length: Type.Optional(count),
      dtype: Type.Optional(Type.String()),
      columns: Type.Optional(Type.Array(Type.Object({ name: Type.String(), dtype: Type.String() }))),
      doc: Type.Optional(Type.String()),
      arglists: Type.Optional(Type.Array(Type.String())),
      signature: Type.Optional(
        Type.Object({
          label: Type.String(),
          parameters: Type.Array(Type.Object({ label: Type.String(), doc: Type.Optional(Type.String()) })),
          active: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Index of the parameter at the cursor.' }),
          ),
        }),
      ),
      module: Type.Optional(Type.String()),
      file: Type.Optional(Type.String()),
      line: Type.Optional(line),
      column: Type.Optional(column),
      range: Type.Optional(
        Type.Object({ start: position, end: position }, { description: 'Of the expression in `code`.' }),
      ),
      source: Type.Optional(Type.Enum(['live', 'static'])),
    },
  ),

  locate: operation(
    'observer',
    'The statement or block of code that a cursor or a selection stands for, found although other parts of the text may be wrong.',
    {
      engine: Type.Optional(Type.String({ description: 'Default: `python`.' })),
      interpreter: Type.Optional(
        Type.String({ description: 'As in `clone`; decides which syntax is known.' }),
      ),
      code: Type.String({ description: 'The whole file or cell.' }),
      line,
      column,
      end: Type.Optional(position),
      unit: Type.Enum(['statement', 'block', 'selection'], {
        description:
          '`statement`: the top-level statement around the cursor, decorators and all, on a blank line the next one. `block`: the innermost compound statement around it. `selection`: from the cursor to `end`, widened to what can run.',
      }),
    },
    {
      range: Type.Optional(
        Type.Object(
          { start: position, end: position },
          { description: 'What will run; absent where there is nothing.' },
        ),
      ),
      text: Type.Optional(Type.String({ description: 'It, dedented.' })),
      dedent: Type.Optional(Type.Integer({ minimum: 0, description: 'Columns taken off each line.' })),
      next: Type.Optional(position),
    },
  ),

  ...stateOperations,

  ...debugOperations,

  shutdown: operation('owner', 'End the runtime with all its sessions.', {}, {}),
} as const;

export type OpName = keyof typeof operations;

/** Names of all operations, in the order of the reference page. */
export const opNames = Object.keys(operations) as readonly OpName[]; // Object.keys widens to string.
