/** The operations that run code, stop it and answer what it asks. */
import Type from 'typebox';
import { count, operation, ownSession, session } from './operation.ts';
import { outsideEffect } from './states.ts';

export const evaluationOperations = {
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
      frame: Type.Optional(
        Type.Integer({
          minimum: 0,
          description:
            'Frame of `navigate`’s `call-stack`: runs there, where the recorded program stands, at any step. In the past in a throw-away copy; at the tip what it changes stays changed. Waits for nothing and says no events.',
        }),
      ),
      trace: Type.Optional(
        Type.String({
          description:
            'With `frame`: the trace; by default the running one, or the one that was looked at last.',
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
          description: 'With `at` and `frame`: what it printed.',
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
} as const;
