/**
 * What processes under the debugger say, checked: the JSON in the frames `debugged`, `stopped`, `moment` and `recorded`
 * (docs/debugging.md, "Frames of the link"). They run the user's program, so it is data from outside.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { exceptionInfo, thread, trace } from '../../../protocol/debug.ts';
import { BadFrame } from '../link-messages.ts';

const count = Type.Integer({ minimum: 0 });

const inMain = { time: count, depth: count, offset: Type.Integer() };
const at = {
  time: count,
  depth: count,
  offset: Type.Integer(),
  raising: Type.Optional(Type.Boolean()),
  thread: Type.Optional(thread),
  main: Type.Optional(Type.Object(inMain)),
};
const place = Type.Object({
  ...at,
  file: Type.String(),
  line: count,
  name: Type.String(),
  column: Type.Optional(Type.Integer()),
  end_line: Type.Optional(Type.Integer()),
  end_column: Type.Optional(Type.Integer()),
});

/** How the program's memory is used: equal in the run and in a replay that has its objects where they were. */
const memory = Type.Object({
  /** At the event of this time, which may be before the place. */
  time: count,
  due: Type.String(),
  here: Type.String(),
});

const stand = {
  place: Type.Optional(place),
  breakpoints: Type.Optional(Type.Array(count)),
  exception: Type.Optional(exceptionInfo),
  text: Type.Optional(Type.String()),
  /** The program has started threads in this replay. */
  threads: Type.Optional(Type.Boolean()),
};

const found = Type.Object({
  place,
  value: Type.Optional(Type.String()),
  /** Of a change: the value before it. */
  before: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
  number: Type.Optional(Type.Number()),
  reason: Type.Optional(Type.String()),
  breakpoints: Type.Optional(Type.Array(count)),
  error: Type.Optional(Type.String()),
});

const mark = Type.Object({
  time: count,
  /** Lines since the piece began. */
  lines: count,
  kind: Type.Enum(['exception', 'output']),
  /** How many it stands for: itself, and those that follow it up to the next of its kind. */
  count: Type.Integer({ minimum: 1 }),
  text: Type.Optional(Type.String()),
  at: Type.Optional(Type.String({ minLength: 1 })),
});

const shapes = {
  /** Of `run` and `drop`, and of the frame `stopped`. */
  run: Type.Object({ reason: Type.String(), ...stand, memory: Type.Optional(memory) }),
  /** `copied`: a snapshot was taken of it, so that it need not answer itself. */
  stopped: Type.Object({ ...stand, copied: Type.Optional(Type.Boolean()) }),
  walk: Type.Object({
    found: Type.Array(found),
    count,
    reason: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    place: Type.Optional(place),
    threads: Type.Optional(Type.Boolean()),
    /** Of a change: the first line at which there was a value, unless it is found; the last value; true where there was none. */
    first: Type.Optional(found),
    value: Type.Optional(Type.String()),
    unset: Type.Optional(Type.Boolean()),
    /** Of an index: time, lines so far, deepest stack since the one before, index of the file, line. */
    samples: Type.Optional(Type.Array(Type.Tuple([count, count, count, count, count]))),
    files: Type.Optional(Type.Array(Type.String())),
    marks: Type.Optional(Type.Array(mark)),
    memory: Type.Optional(memory),
  }),
  tell: Type.Object({
    place: Type.Optional(place),
    time: count,
    stack: Type.Array(
      Type.Object({
        name: Type.String(),
        file: Type.String(),
        line: count,
        mine: Type.Boolean(),
        /** First line of its code. */
        first: Type.Optional(count),
        /** Offset in its code. */
        instruction: Type.Optional(Type.Integer()),
      }),
    ),
  }),
  moment: Type.Object({
    time: count,
    place: Type.Optional(place),
    pinned: Type.Optional(Type.Boolean()),
    why: Type.String(),
    memory: Type.Optional(Type.String()),
  }),
  recorded: Type.Object({
    time: count,
    recorder: trace.properties.recorder,
    warnings: Type.Array(Type.String()),
    place: Type.Optional(place),
  }),
} as const satisfies Record<string, TSchema>;

type Shapes = typeof shapes;
export type Said<K extends keyof Shapes> = Static<Shapes[K]>;
export type Found = Static<typeof found>;
export type Mark = Static<typeof mark>;

const validators = new Map<keyof Shapes, Validator>();

/** What the JSON text says; throws `BadFrame`. */
export function said<K extends keyof Shapes>(kind: K, text: string): Said<K> {
  return saidOf(
    kind,
    parsed(text, (_key, field: unknown) => (field === null ? undefined : field)),
  );
}

/** The same of what was parsed already; throws `BadFrame`. */
export function saidOf<K extends keyof Shapes>(kind: K, value: unknown): Said<K> {
  let validator = validators.get(kind);
  if (validator === undefined) {
    validator = Compile(shapes[kind]);
    validators.set(kind, validator);
  }
  if (validator.Check(value)) return value as Said<K>; // Checked by the validator of this very shape.
  const [first] = validator.Errors(value);
  throw new BadFrame(`debugger, ${kind}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`);
}

/** Any JSON object; throws `BadFrame`. */
export function saidObject(text: string): Record<string, unknown> {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new BadFrame('debugger: an answer is not an object');
}

function parsed(text: string, reviver?: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    throw new BadFrame('debugger: an answer is not JSON');
  }
}
