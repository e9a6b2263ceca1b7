/**
 * Every frame that arrives from a Python process (docs/architecture.md, "Links"): its type, and the one place
 * where it is checked. Python processes run the user's program, so what they send is data from outside.
 * It does not know who sends which frame when.
 */
import Type, { type Static, type TProperties } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { events } from '../../protocol/events.ts';
import { keepReport, stateWarning } from '../../protocol/states.ts';

const count = Type.Integer({ minimum: 0 });
const id = Type.String({ minLength: 1, maxLength: 200 });

const display = events.display.fields.properties;
const result = events.result.fields.properties;
const error = events.error.fields.properties;
// Core numbers the evaluations and names the error code; the worker need not repeat either.
const { execution_count: _resultCount, ...resultFields } = result;
const { execution_count: _errorCount, code: _code, ...errorFields } = error;

const frames = {
  hello: frame({
    role: Type.Enum(['zygote', 'worker', 'analyst', 'frozen', 'shadow', 'cursor']),
    id,
    token: Type.String(),
    pid: Type.Integer({ minimum: 1 }),
    python: Type.Object({ version: Type.String(), executable: Type.String(), prefix: Type.String() }),
    generation: Type.Optional(count),
    worker: Type.Optional(id),
    warnings: Type.Optional(Type.Array(stateWarning)),
    took_ms: Type.Optional(Type.Number({ minimum: 0 })),
  }),
  forked: frame({ id, pid: Type.Integer({ minimum: 1 }) }),
  exited: frame({
    // Empty: the zygote did not fork it itself, but inherited it.
    id: Type.String({ maxLength: 200 }),
    // 0: the fork failed, and `error` says why.
    pid: Type.Integer({ minimum: 0 }),
    error: Type.Optional(Type.String()),
    code: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
    signal: Type.Optional(Type.Union([Type.Integer(), Type.String(), Type.Null()])),
  }),
  configured: frame({}),
  started: frame({ id }),
  input: frame({ input_id: id, prompt: Type.String(), password: Type.Boolean() }),
  input_done: frame({ input_id: id }),
  display: frame(display),
  notice: frame(events.notice.fields.properties),
  sync: frame({ n: Type.Integer() }),
  burst: frame({ on: Type.Boolean() }),
  output: frame({
    stream: Type.Enum(['stdout', 'stderr']),
    data: Type.Union([Type.String(), Type.Unsafe<Uint8Array>(Type.Object({}))]),
  }),
  frozen: frame({
    n: Type.Integer(),
    // Of the frozen process; empty where none could be made.
    id: Type.String({ maxLength: 200 }),
    error: Type.Optional(Type.String()),
  }),
  loaded: frame({
    n: Type.Integer(),
    ok: Type.Boolean(),
    report: Type.Optional(keepReport),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  }),
  progress: frame({ id, done: count, total: count }),
  // The debugger (docs/debugging.md); `fields` is JSON text, as in `answer`.
  debugged: frame({
    n: count,
    ok: Type.Boolean(),
    fields: Type.Optional(Type.String()),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  }),
  stopped: frame({ reason: Type.String(), fields: Type.String() }),
  resumed: frame({}),
  logged: frame({ breakpoint: count, message: Type.String(), file: Type.String(), line: count }),
  breakpoint_changed: frame(events.breakpoint_changed.fields.properties),
  moment: frame({ id, fields: Type.String() }),
  recorded: frame({ fields: Type.String() }),
  outcome: frame({ id, generation: count, kind: Type.Enum(['result', 'error']) }),
  answer: frame({
    id,
    ok: Type.Boolean(),
    found: Type.Optional(Type.Boolean()),
    // Apart from the frame's own fields, because `info` answers a `type`, too; JSON, because Python writes that
    // in C and MessagePack in pure Python: 490 candidates in 0.2 ms instead of 2 ms.
    fields: Type.Optional(Type.String()),
    error: Type.Optional(Type.Unknown()),
  }),
} as const;

const outcomes = {
  result: Type.Object(resultFields),
  error: Type.Object({ ...errorFields, interrupted: Type.Optional(Type.Boolean()) }),
} as const;

export type FrameType = keyof typeof frames;
type Fields = { [T in FrameType]: Static<(typeof frames)[T]> };
export type ResultFields = Static<(typeof outcomes)['result']>;
export type ErrorFields = Static<(typeof outcomes)['error']>;

/** A checked frame; `outcome` carries further fields, which `outcomeOf` checks, and the caller of a look checks its `fields`. */
export type Frame<T extends FrameType = FrameType> = T extends FrameType
  ? { readonly type: T } & Readonly<Fields[T]>
  : never;

export type OutcomeFields =
  | ({ readonly kind: 'result' } & ResultFields)
  | ({ readonly kind: 'error' } & ErrorFields);

/** A frame is not one of the table; the link that it came on is closed. The message names type and field. */
export class BadFrame extends Error {
  override readonly name = 'BadFrame';
}

const validators = new Map<string, Validator>();

/** The value as a frame; throws `BadFrame`. */
export function frameOf(value: unknown): Frame {
  if (typeof value !== 'object' || value === null || !('type' in value))
    throw new BadFrame('a frame is not a map with a type');
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(frames, type)) {
    throw new BadFrame(`unknown frame type ${JSON.stringify(type)?.slice(0, 100)}`);
  }
  const known = type as FrameType; // It is a key of the table.
  check(known, () => Compile(frames[known]), value);
  return value as Frame; // Checked by the validator on the line above.
}

/** What an `outcome` frame says of how the evaluation ended; throws `BadFrame`. */
export function outcomeOf(frame: Frame<'outcome'>): OutcomeFields {
  const { type: _type, id: _id, generation: _generation, ...fields } = frame;
  return outcomeFields(fields);
}

/** The same of fields that came otherwise. */
export function outcomeFields(fields: { readonly kind: OutcomeFields['kind'] }): OutcomeFields {
  check(`outcome of kind ${fields.kind}`, () => Compile(outcomes[fields.kind]), fields);
  return fields as OutcomeFields; // Checked by the validator on the line above.
}

// Compiling takes about a millisecond a schema: each is compiled when the first such frame comes.
function check(name: string, compile: () => Validator, value: unknown): void {
  let validator = validators.get(name);
  if (validator === undefined) {
    validator = compile();
    validators.set(name, validator);
  }
  if (validator.Check(value)) return;
  const [first] = validator.Errors(value);
  throw new BadFrame(`frame ${name}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`);
}

function frame<Properties extends TProperties>(fields: Properties) {
  return Type.Object(fields);
}
