/**
 * Every event that a session emits. As with operations, this table is the one source of types,
 * validation and the reference page. Fields that all events share are added by `Event`.
 */
import Type, { type Static, type TObject, type TProperties } from 'typebox';
import { breakpointState, stop, traceId } from './debug.ts';
import { outsideEffect, snapshotId, stateWarning, tier } from './states.ts';

const mimeBundle = Type.Record(Type.String(), Type.Unknown(), {
  description: 'By MIME type: text as it is, binary data as base64, JSON types as values.',
});
const frame = Type.Object({ file: Type.String(), line: Type.Integer(), name: Type.String() });

/** What was asked for; the same in `queued` and in `started`. */
const evaluation = {
  code: Type.String(),
  file: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  origin: Type.Optional(Type.String()),
  silent: Type.Optional(
    Type.Boolean({
      description: 'True when it was sent so: it does not count and a person need not see it.',
    }),
  ),
};

const effects = Type.Array(outsideEffect, {
  description: 'What it did outside of the session; a rewind does not undo it.',
});
const undone = Type.Array(Type.String(), {
  description: 'Ids of the evaluations that are not in the past of the session any more.',
});

export const events = {
  ready: event('The session can evaluate: after it was opened, and again after a restart.', {
    info: Type.Record(Type.String(), Type.Unknown()),
    reason: Type.Enum(['opened', 'restarted', 'restored']),
  }),
  status: event('The session changed its state.', {
    state: Type.Enum(['starting', 'idle', 'busy', 'waiting-input', 'dead']),
  }),
  queued: event('An evaluation was accepted and waits behind others.', {
    position: Type.Integer({
      minimum: 0,
      description: 'How many evaluations end before this one starts; 0 while the session itself is starting.',
    }),
    ...evaluation,
  }),
  started: event('An evaluation began.', {
    ...evaluation,
    execution_count: Type.Integer({ minimum: 0 }),
    snapshot_id: Type.Optional(Type.String({ description: 'The state before it.' })),
  }),
  output: event('Text that the program, its C code or its child processes wrote.', {
    stream: Type.Enum(['stdout', 'stderr']),
    data: Type.String(),
  }),
  input: event('The program waits for a line of input; answered by `stdin`.', {
    input_id: Type.String(),
    prompt: Type.String(),
    password: Type.Boolean({ description: 'True for `getpass`: what is entered is not shown.' }),
  }),
  input_done: event('A pending `input` was answered, or given up.', {
    input_id: Type.String(),
    outcome: Type.Enum(['answered', 'end-of-file', 'interrupted']),
    data: Type.Optional(Type.String({ description: 'What was entered; absent for a password.' })),
  }),
  display: event('A picture, a table or another rich value.', {
    mime_type: Type.String({ description: 'The richest type of `data`.' }),
    data: mimeBundle,
    metadata: Type.Record(Type.String(), Type.Unknown()),
    display_id: Type.Optional(Type.String()),
    update: Type.Optional(
      Type.Boolean({ description: 'True when it replaces the earlier display of this `display_id`.' }),
    ),
  }),
  result: event('An evaluation ended well.', {
    value: Type.Optional(
      Type.String({
        description: '`repr`, cut to 10,000 characters; absent where the last statement has no value.',
      }),
    ),
    repr: Type.Optional(Type.String({ description: 'The value printed, cut to 1,000,000 characters.' })),
    summary: Type.Optional(
      Type.String({
        description: 'The value in one line of at most 80 characters; shape and dtype of arrays and frames.',
      }),
    ),
    data: Type.Optional(mimeBundle),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    execution_count: Type.Integer({ minimum: 0 }),
    execution_time: Type.Number({ description: 'Seconds.' }),
    snapshot_id: Type.Optional(Type.String({ description: 'The state after it.' })),
    effects: Type.Optional(effects),
  }),
  error: event(
    'An evaluation ended with an exception, was interrupted, was dropped from the queue, or its process died.',
    {
      exception_type: Type.String(),
      exception_message: Type.String(),
      traceback: Type.Array(Type.String(), {
        description: 'As the language prints it, one entry a line, without colour codes.',
      }),
      frames: Type.Array(frame, { description: 'Outermost first; the user’s program only.' }),
      code: Type.Optional(
        Type.String({
          description:
            'The error code of the response: `eval-failed`, `eval-interrupted`, `eval-dropped`, `worker-died`.',
        }),
      ),
      execution_count: Type.Optional(Type.Integer({ minimum: 0 })),
      execution_time: Type.Optional(Type.Number({ description: 'Seconds.' })),
      snapshot_id: Type.Optional(Type.String({ description: 'The state after it.' })),
      effects: Type.Optional(effects),
    },
  ),
  checkpoint_created: event('A state was captured on request, named, or written to disk.', {
    checkpoint_id: snapshotId,
    label: Type.Optional(Type.String()),
    tier,
    size_bytes: Type.Integer({
      minimum: 0,
      description: 'Own memory, or bytes on disk where it is durable.',
    }),
    warnings: Type.Optional(Type.Array(stateWarning)),
  }),
  checkpoint_deleted: event('A checkpoint, or one form of it, is not held any more.', {
    checkpoint_id: snapshotId,
    tier: Type.Enum(['live', 'durable', 'both', 'none'], { description: 'What is left of it.' }),
    reason: Type.Enum(['deleted', 'memory', 'lost']),
  }),
  restored: event('The session is in an earlier, or another, state.', {
    checkpoint_id: snapshotId,
    left: Type.Optional(Type.String({ description: 'Snapshot id of the state that was left.' })),
    undone,
    redone: Type.Array(Type.String(), { description: 'Ids of those that are in it again.' }),
    source: Type.Enum(['live', 'durable']),
    warnings: Type.Optional(Type.Array(stateWarning)),
  }),
  rolled_back: event('A transaction was undone: the session is in the state before it.', {
    checkpoint_id: snapshotId,
    reason: Type.String({ description: 'Why, in one sentence.' }),
    undone,
    effects,
  }),
  stopped: event('A recorded program stands: at a breakpoint, after a step, on request.', { stop }),
  resumed: event('A recorded program runs on.', { trace: traceId }),
  logged: event('A logpoint was passed.', {
    breakpoint: Type.Integer({ minimum: 0 }),
    message: Type.String(),
    file: Type.String(),
    line: Type.Integer({ minimum: 1 }),
  }),
  breakpoint_changed: event(
    'What is known of a breakpoint has changed: it was found, moved, or its condition failed.',
    {
      breakpoint: breakpointState,
    },
  ),
  notice: event('Something a person should know, in one sentence.', {
    level: Type.Enum(['info', 'warning', 'error']),
    message: Type.String(),
    code: Type.Optional(Type.String()),
  }),
  gap: event('Events are missing here: they were trimmed from the log before this connection had them.', {
    from: Type.Integer({ minimum: 1 }),
    to: Type.Integer({ minimum: 1 }),
  }),
  closed: event('The session has ended; nothing follows.', { reason: Type.String() }),
} as const;

export type EventType = keyof typeof events;

/** What is particular to an event of type `T`: what an engine says. */
export type EventBody<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T } & Readonly<Static<(typeof events)[T]['fields']>>
  : never;

/** An event as it is logged and sent. */
export type Event<T extends EventType = EventType> = EventBody<T> & {
  /** Unique in the session. */
  readonly id: string;
  readonly session: string;
  /** From 1, without holes, in one log. A `gap` has the `seq` of the last event that it stands for. */
  readonly seq: number;
  /** Unix seconds. */
  readonly timestamp: number;
  /** Id of the request that caused it. */
  readonly execution_id?: string;
};

interface EventKind<Fields extends TProperties = TProperties> {
  readonly doc: string;
  readonly fields: TObject<Fields>;
}

function event<Fields extends TProperties>(doc: string, fields: Fields): EventKind<Fields> {
  return { doc, fields: Type.Object(fields) };
}
