/**
 * The shapes of the debugger (docs/debugging.md): places in a recorded evaluation, stops, breakpoints, frames.
 * It knows no operation and no engine.
 */
import Type, { type Static } from 'typebox';
import { count } from './operation.ts';
import { variable, variablePath } from './states.ts';

export const traceId = Type.String({ minLength: 1, description: 'Trace id, `tr-…`.' });

const line = Type.Integer({ minimum: 1, description: '1-based.' });
const column = Type.Integer({ minimum: 0, description: '0-based, in UTF-16 code units.' });

export const sourceLocation = Type.Object({
  file: Type.String({ description: 'Path, or a name in angle brackets for code that is in no file.' }),
  line,
  column: Type.Optional(column),
  endLine: Type.Optional(line),
  endColumn: Type.Optional(column),
});

/** A thread of the program. */
export const thread = Type.Object({
  id: Type.Integer({ minimum: 1, description: '1 is the main thread.' }),
  name: Type.String(),
});

/** A moment of a trace: before the line that it names is executed. */
export const position = Type.Object({
  trace: traceId,
  at: Type.String({
    minLength: 1,
    description:
      'Names the moment, for `goto` and `at`; opaque. Later moments cannot be told by comparing it.',
  }),
  time: Type.Integer({
    minimum: 0,
    description: 'Counted events before it (function starts, resumes, jumps): the axis of the timeline.',
  }),
  step: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Lines executed up to it, from 1; absent until they were counted.',
    }),
  ),
  steps: Type.Optional(count),
  name: Type.String({ description: 'Qualified name of the function, or `<module>`.' }),
  sourceLoc: sourceLocation,
  thread: Type.Optional(thread),
  live: Type.Boolean({ description: 'True where the program itself stands; false in its past.' }),
});

export const exceptionInfo = Type.Object({
  type: Type.String({ description: 'Qualified name.' }),
  message: Type.String(),
  mode: Type.Enum(['raised', 'uncaught', 'userUncaught']),
  traceback: Type.String(),
  /** Of the exceptions that led to it, nearest first. */
  causes: Type.Optional(Type.Array(Type.Object({ type: Type.String(), message: Type.String() }))),
});

export const stopReason = Type.Enum(
  [
    'entry',
    'breakpoint',
    'function-breakpoint',
    'data-breakpoint',
    'exception',
    'step',
    'pause',
    'goto',
    'start',
    'end',
  ],
  {
    description:
      '`start`: the beginning of the trace was reached going back. `end`: the program has ended; the position is its last.',
  },
);

/** Where and why it stands. */
export const stop = Type.Object({
  reason: stopReason,
  position,
  breakpoints: Type.Optional(Type.Array(count, { description: 'Ids of the breakpoints that were hit.' })),
  exception: Type.Optional(exceptionInfo),
  text: Type.Optional(Type.String({ description: 'For a person: what changed, or why it is no further.' })),
  warning: Type.Optional(
    Type.String({ description: 'Why what is shown here may differ from what happened in the recorded run.' }),
  ),
});

const breakpointId = Type.Integer({
  minimum: 0,
  description: 'Chosen by the client; unique in the session.',
});
const condition = Type.Optional(
  Type.String({ description: 'An expression of the language; stops where it is true.' }),
);
const hitCondition = Type.Optional(
  Type.String({
    description: '`5`: from the fifth hit on; or an operator and a number: `== 5`, `>= 5`, `% 10`.',
  }),
);
const logMessage = Type.Optional(
  Type.String({
    description: 'Logs instead of stopping; expressions in braces are replaced by their values.',
  }),
);

/** All breakpoints of a session; each `set-breakpoints` replaces them. */
export const breakpoints = Type.Object({
  lines: Type.Optional(
    Type.Array(
      Type.Object({ id: breakpointId, file: Type.String(), line, condition, hitCondition, logMessage }),
    ),
  ),
  functions: Type.Optional(
    Type.Array(
      Type.Object({
        id: breakpointId,
        name: Type.String({
          description: 'As in `__qualname__`, or its last part, or with the module before it.',
        }),
        condition,
        hitCondition,
      }),
    ),
  ),
  exceptions: Type.Optional(
    Type.Object({
      raised: Type.Optional(Type.Boolean()),
      uncaught: Type.Optional(Type.Boolean()),
      userUncaught: Type.Optional(Type.Boolean({ description: 'Leaves the user’s code into a library’s.' })),
      condition: Type.Optional(
        Type.String({ description: 'Class names, separated by commas; `!` before one excludes it.' }),
      ),
    }),
  ),
  data: Type.Optional(
    Type.Array(
      Type.Object({
        id: breakpointId,
        dataId: Type.String({ description: 'As `data-breakpoint-info` answered it.' }),
        condition,
        hitCondition,
      }),
    ),
  ),
});

export const breakpointState = Type.Object({
  id: breakpointId,
  verified: Type.Boolean(),
  line: Type.Optional(line),
  message: Type.Optional(Type.String()),
});

export const stackFrame = Type.Object({
  id: Type.Integer({ minimum: 0, description: 'For `frame`: 0 is the innermost.' }),
  name: Type.String(),
  sourceLoc: sourceLocation,
  module: Type.Optional(Type.String()),
  mine: Type.Boolean({ description: 'False for code of libraries.' }),
  canRestart: Type.Optional(Type.Boolean()),
});

export const scope = Type.Object({
  name: Type.Enum(['Locals', 'Closure', 'Globals']),
  total: count,
});

/** As `inspect` describes a variable, and where it stands in the program. */
export const debugVariable = Type.Intersect([
  variable,
  Type.Object({
    evaluateName: Type.Optional(Type.String({ description: 'An expression that gives it, in its frame.' })),
    changed: Type.Optional(Type.Boolean({ description: 'True where it differs from the stop before.' })),
  }),
]);

/** One past hit of a line, or one change of a value. */
export const historyEntry = Type.Object({
  position,
  value: Type.Optional(Type.String({ description: 'One line.' })),
  number: Type.Optional(Type.Number({ description: 'Where it is a number: for a picture.' })),
  error: Type.Optional(Type.String({ description: 'Why it could not be evaluated there.' })),
});

/** A piece of the trace as a picture: `samples` in order of time. */
export const timeline = Type.Object({
  from: count,
  to: count,
  samples: Type.Array(
    Type.Object({
      time: count,
      depth: Type.Integer({ minimum: 0, description: 'Deepest stack of user code since the last sample.' }),
      file: Type.Optional(count),
      line: Type.Optional(line),
      step: Type.Optional(count),
    }),
  ),
  files: Type.Array(Type.String(), { description: 'What `file` is an index of.' }),
  marks: Type.Array(
    Type.Object({
      time: count,
      kind: Type.Enum(['exception', 'output', 'breakpoint', 'snapshot', 'effect', 'edit']),
      text: Type.Optional(Type.String({ description: 'Which exception, what was written, in one line.' })),
      at: Type.Optional(Type.String()),
      step: Type.Optional(Type.Integer({ minimum: 0, description: 'The line that did it.' })),
      count: Type.Optional(
        Type.Integer({
          minimum: 1,
          description:
            'How many it stands for, where they are many: itself, and what follows up to the next of its kind.',
        }),
      ),
    }),
  ),
});

export const trace = Type.Object({
  id: traceId,
  steps: Type.Integer({ minimum: 0, description: 'Lines; while they are being counted, those that were.' }),
  time: count,
  status: Type.Enum(['running', 'stopped', 'completed', 'failed', 'interrupted', 'rolled-back']),
  counted: Type.Boolean({ description: 'True when `steps` is exact.' }),
  executionId: Type.String(),
  code: Type.String({ description: 'Its first line.' }),
  file: Type.Optional(Type.String()),
  snapshots: count,
  memoryBytes: count,
  recorder: Type.Enum(['native', 'monitoring', 'tracing']),
  warnings: Type.Array(Type.String()),
});

export { variablePath };
export type Position = Static<typeof position>;
export type Stop = Static<typeof stop>;
export type StopReason = Stop['reason'];
export type Breakpoints = Static<typeof breakpoints>;
export type BreakpointState = Static<typeof breakpointState>;
export type DebugFrame = Static<typeof stackFrame>;
export type DebugScope = Static<typeof scope>;
export type DebugThread = Static<typeof thread>;
export type DebugVariable = Static<typeof debugVariable>;
export type HistoryEntry = Static<typeof historyEntry>;
export type Timeline = Static<typeof timeline>;
export type Trace = Static<typeof trace>;
export type ExceptionInfo = Static<typeof exceptionInfo>;
