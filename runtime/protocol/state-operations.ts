/** The operations of time travel: take, keep, compare and return to states (docs/time-travel.md). A part of the table in `operations.ts`. */
import Type from 'typebox';
import { count, operation, ownSession, session } from './operation.ts';
import {
  difference,
  keepReport,
  outsideEffect,
  snapshotId,
  snapshotNode,
  stateWarning,
  tier,
  variable,
  variablePath,
} from './states.ts';

const label = Type.String({ minLength: 1, maxLength: 200, description: 'What a person calls it.' });
const busy = Type.Optional(
  Type.Enum(['refuse', 'queue', 'interrupt'], {
    description:
      'When the session is busy: refuse with `session-busy`, wait behind what is queued, or interrupt it first. Default: `refuse`.',
  }),
);
const trust = Type.Optional(
  Type.Boolean({
    description:
      'True: a person agreed to run the code that loading this imported checkpoint runs. Remembered. Without, it is refused with `checkpoint-untrusted`.',
  }),
);
/** Of an operation that looks: the state that it asks. */
export const at = Type.Optional(
  Type.String({
    minLength: 1,
    description: 'Snapshot id: answers from that state, in a throw-away copy. Default: the present.',
  }),
);
const restored = {
  snapshotId,
  warnings: Type.Array(stateWarning, { description: 'What did not come back as it was.' }),
  report: Type.Optional(keepReport),
};

export const stateOperations = {
  snapshot: operation(
    'owner',
    'Capture the present state of a session, or name or write to disk one that was captured. While the session is busy it is the state before the running evaluation, and `context.status` says `running`.',
    {
      session: Type.Optional(session),
      snapshotId: Type.Optional(
        Type.String({ minLength: 1, description: 'Instead of `session`: a snapshot that there is already.' }),
      ),
      label: Type.Optional(label),
      durable: Type.Optional(
        Type.Boolean({
          description:
            'True: also write it to disk, where it survives the runtime; answers when that is done. Default: false.',
        }),
      ),
    },
    {
      snapshotId,
      context: Type.Object({
        step: Type.Integer({ minimum: 0, description: 'Evaluations of the session so far.' }),
        status: Type.Enum(['idle', 'running', 'dead']),
      }),
      tier,
      size_bytes: Type.Optional(count),
      warnings: Type.Array(stateWarning),
      report: Type.Optional(keepReport),
    },
  ),

  restore: operation(
    'owner',
    'Go on from a captured state: in a new session, or with `inPlace` in the same one, whose log and id go on. The state that is left is kept, so that a restore can be undone by another.',
    {
      snapshotId: Type.String({ minLength: 1 }),
      inPlace: Type.Optional(Type.Boolean()),
      session: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'With `inPlace`: the session to rewind. Default: the one that the snapshot is of.',
        }),
      ),
      busy,
      trust,
      dry: Type.Optional(
        Type.Boolean({ description: 'True: change nothing, only say what would come back and what not.' }),
      ),
    },
    {
      session,
      ...restored,
      tier,
      left: Type.Optional(
        Type.String({ description: 'With `inPlace`: snapshot id of the state that was left.' }),
      ),
      undone: Type.Array(Type.String(), {
        description: 'Ids of the evaluations that are not in the past of the session any more.',
      }),
      redone: Type.Array(Type.String(), { description: 'Ids of those that are in it again.' }),
    },
  ),

  fork: operation(
    'owner',
    'Open a branch: a new session that goes on from a state, while the old one goes on as it was.',
    {
      snapshotId: Type.Optional(
        Type.String({ minLength: 1, description: 'Default: the present state of `session`.' }),
      ),
      session: Type.Optional(session),
      label: Type.Optional(label),
      trust,
    },
    { branchId: Type.String({ description: '`branch-…`.' }), session, ...restored },
  ),

  'ls-snapshots': operation(
    'observer',
    'The tree of states, parents before children, with what is on disk from earlier lives of the runtime.',
    {
      session: Type.Optional(
        Type.String({ description: 'Only the tree that this session is in. Default: all.' }),
      ),
    },
    {
      snapshots: Type.Array(snapshotNode),
      present: Type.Record(Type.String(), Type.String(), {
        description: 'By session id: the state that it is in, or was in when it became busy.',
      }),
      memory: Type.Object({
        used_bytes: Type.Integer({ minimum: 0, description: 'Own memory of all live snapshots.' }),
        budget_bytes: count,
        live: Type.Integer({ minimum: 0, description: 'How many live snapshots are held.' }),
      }),
    },
  ),

  'delete-snapshot': operation(
    'owner',
    'Give up a snapshot in memory and on disk. The states after it stay.',
    { snapshotId: Type.String({ minLength: 1 }) },
    { freed_bytes: count },
  ),

  begin: operation(
    'owner',
    'Begin a transaction: what runs in the session until `commit` or `rollback` can be undone as a whole.',
    { session, label: Type.Optional(label) },
    { snapshotId },
  ),

  commit: operation('owner', 'End a transaction and keep what it did.', { session }, { snapshotId }),

  rollback: operation(
    'owner',
    'End a transaction and undo what it did in the session. What it did outside is listed, not undone.',
    { session },
    { snapshotId, effects: Type.Array(outsideEffect), undone: Type.Array(Type.String()) },
  ),

  diff: operation(
    'observer',
    'How the variables of two states differ.',
    {
      from: Type.String({ minLength: 1, description: 'Snapshot id of the earlier state.' }),
      to: Type.Optional(
        Type.String({ minLength: 1, description: 'Snapshot id of the later one. Default: the present.' }),
      ),
      session: ownSession,
      brief: Type.Optional(
        Type.Boolean({ description: 'True: names, types and sizes only. Default: false.' }),
      ),
    },
    {
      added: Type.Array(difference),
      removed: Type.Array(difference),
      changed: Type.Array(difference),
      truncated: Type.Boolean({
        description: 'True when time or size ended it early; what is listed is right, more may differ.',
      }),
    },
  ),

  inspect: operation(
    'observer',
    'The variables of a state, or what one of them holds. Runs no user code in the session and does not wait for running code.',
    {
      session: ownSession,
      at,
      path: Type.Optional(variablePath),
      start: Type.Optional(
        Type.Integer({ minimum: 0, description: 'Index of the first to list. Default: 0.' }),
      ),
      count: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1000, description: 'How many. Default: 100.' }),
      ),
      filter: Type.Optional(
        Type.String({ description: 'Only those whose name or type contains it, case aside.' }),
      ),
    },
    {
      variables: Type.Array(variable),
      total: Type.Integer({ minimum: 0, description: 'How many there are that pass the filter.' }),
    },
  ),

  table: operation(
    'observer',
    'A rectangle of a frame, an array or a list of rows: only what is seen is fetched.',
    {
      session: ownSession,
      at,
      path: variablePath,
      start: Type.Optional(Type.Integer({ minimum: 0, description: 'First row. Default: 0.' })),
      count: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1000, description: 'How many rows. Default: 100.' }),
      ),
      column_start: Type.Optional(Type.Integer({ minimum: 0, description: 'First column. Default: 0.' })),
      column_count: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 200, description: 'How many columns. Default: 50.' }),
      ),
      sort: Type.Optional(Type.Object({ column: count, descending: Type.Optional(Type.Boolean()) })),
      filter: Type.Optional(Type.String({ description: 'Only rows of which a shown cell contains it.' })),
    },
    {
      columns: Type.Array(Type.Object({ name: Type.String(), dtype: Type.Optional(Type.String()) })),
      index: Type.Array(Type.String(), { description: 'Label of each row.' }),
      rows: Type.Array(Type.Array(Type.String()), { description: 'Row by row, each cell as text.' }),
      total_rows: count,
      total_columns: count,
      type: Type.String(),
    },
  ),

  export: operation(
    'owner',
    'Write a checkpoint to one file that can be taken elsewhere. It is made durable first where it is not.',
    {
      snapshotId: Type.String({ minLength: 1 }),
      file: Type.String({ minLength: 1, description: 'Absolute path; replaced when it exists.' }),
    },
    { file: Type.String(), size_bytes: count, report: Type.Optional(keepReport) },
  ),

  import: operation(
    'owner',
    'Take a checkpoint from a file into the store. Nothing of it is run before a `restore` with `trust`.',
    { file: Type.String({ minLength: 1, description: 'Absolute path.' }) },
    { snapshotId, label: Type.Optional(Type.String()), report: keepReport },
  ),
} as const;
