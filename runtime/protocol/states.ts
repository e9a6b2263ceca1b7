/**
 * What the protocol says of states: snapshots, what of a state is not captured or was not kept, its variables, and
 * the difference of two. Shared by the operations and events of time travel (docs/time-travel.md).
 */
import Type, { type Static } from 'typebox';
import { count } from './operation.ts';

export const snapshotId = Type.String({ minLength: 1, description: 'Snapshot id, `snap-…`.' });

/** Something that a state holds and that does not come back with it as it was. */
export const stateWarning = Type.Object({
  kind: Type.String({
    description:
      '`thread`, `socket`, `pipe`, `lock`, `child-process`, `shared-memory`, `database`, `gpu`, `gui`, `file`, `timer`, `version`, ….',
  }),
  message: Type.String({ description: 'One sentence for a person.' }),
  name: Type.Optional(Type.String({ description: 'Of the thing: a path, an address, a thread’s name.' })),
});

/** An effect on the world outside of the session: it is not undone with it. */
export const outsideEffect = Type.Object({
  kind: Type.String({
    description: '`file-written`, `file-deleted`, `file-moved`, `folder`, `request`, `process`, `database`.',
  }),
  target: Type.String({ description: 'Path, address or command.' }),
  count: Type.Optional(Type.Integer({ minimum: 1, description: 'How often; default 1.' })),
});

/** Where the state of a snapshot is held. `none`: it is known, but was given up to save memory. */
export const tier = Type.Enum(['live', 'durable', 'both', 'none']);

/** What a durable form holds, variable by variable. Nothing is missing from it in silence. */
export const keepReport = Type.Object({
  kept: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      size_bytes: Type.Optional(count),
      remark: Type.Optional(Type.String({ description: 'What is different of it after it comes back.' })),
    }),
  ),
  lost: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), reason: Type.String() })),
  warnings: Type.Array(stateWarning, { description: 'Of the state as a whole, such as other versions.' }),
});

/** The run that led from the parent's state to this one. */
const run = Type.Object({
  execution_id: Type.String(),
  execution_count: Type.Optional(count),
  status: Type.Enum(['completed', 'failed', 'interrupted']),
  code: Type.String({ description: 'Its first 200 characters.' }),
  file: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
});

/** A state in the tree of all states. */
export const snapshotNode = Type.Object({
  id: snapshotId,
  session: Type.String({ description: 'The session that it is, or was, a state of.' }),
  parent: Type.Optional(snapshotId),
  run: Type.Optional(run),
  label: Type.Optional(Type.String({ description: 'A snapshot with a label is a checkpoint.' })),
  created: Type.Number({ description: 'Unix seconds.' }),
  tier,
  size_bytes: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Own memory of the live form (PSS), as last measured.' }),
  ),
  durable_bytes: Type.Optional(
    Type.Integer({ minimum: 0, description: 'What the durable form takes on disk.' }),
  ),
  trusted: Type.Optional(
    Type.Boolean({ description: 'False: it was imported and nobody has agreed to load it yet.' }),
  ),
  workspace: Type.Optional(
    Type.String({
      description:
        'Folder that the runtime worked for that made it, where this runtime works for another. The store of checkpoints is one for all.',
    }),
  ),
  warnings: Type.Array(stateWarning),
});

/** A step from a variable into what it holds: a name first, then indices among the children that `inspect` listed. */
export const variablePath = Type.Array(Type.Union([Type.String(), Type.Integer({ minimum: 0 })]), {
  description: 'Name of a variable, then the index of each child in the order of `inspect`.',
});

export const variable = Type.Object({
  name: Type.String({ description: 'Of the variable, attribute, key or index, as shown.' }),
  path: variablePath,
  type: Type.String(),
  value: Type.String({ description: 'In one line of at most 200 characters.' }),
  shape: Type.Optional(Type.Array(count)),
  dtype: Type.Optional(Type.String()),
  length: Type.Optional(count),
  size_bytes: Type.Optional(count),
  children: count,
  table: Type.Boolean({ description: 'True when `table` can show it.' }),
  kind: Type.Enum(['data', 'function', 'class', 'module']),
});

/** How one variable differs between two states. */
export const difference = Type.Object({
  name: Type.String(),
  type: Type.Optional(
    Type.String({ description: 'In the later state; the earlier one’s where it is removed.' }),
  ),
  size_bytes: Type.Optional(count),
  summary: Type.String({
    description: 'In one line: `3 → 5 (+2)`, `2 rows added`, `12 of 10,000 elements`.',
  }),
  before: Type.Optional(Type.String({ description: 'The earlier value in at most 20 lines.' })),
  after: Type.Optional(Type.String({ description: 'The later value in at most 20 lines.' })),
  lines: Type.Optional(
    Type.Array(Type.String(), { description: 'A unified diff, each line with ` `, `+` or `-` in front.' }),
  ),
  cells: Type.Optional(
    Type.Array(
      Type.Object({
        row: Type.String(),
        column: Type.String(),
        before: Type.Optional(Type.String()),
        after: Type.Optional(Type.String()),
      }),
      { description: 'Of frames and small collections: the first cells that differ.' },
    ),
  ),
});

export type SnapshotNode = Readonly<Static<typeof snapshotNode>>;
export type StateWarning = Readonly<Static<typeof stateWarning>>;
export type OutsideEffect = Readonly<Static<typeof outsideEffect>>;
export type KeepReport = Readonly<Static<typeof keepReport>>;
export type Variable = Readonly<Static<typeof variable>>;
export type VariablePath = Readonly<Static<typeof variablePath>>;
export type Difference = Readonly<Static<typeof difference>>;
export type Tier = Static<typeof tier>;
