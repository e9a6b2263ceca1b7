/** The operation `navigate`: the debugger that goes both ways (docs/debugging.md). A part of the table in `operations.ts`. */
import Type from 'typebox';
import {
  breakpointState,
  breakpoints,
  debugVariable,
  exceptionInfo,
  historyEntry,
  position,
  scope,
  stackFrame,
  stop,
  thread,
  timeline,
  trace,
  traceId,
  variablePath,
} from './debug.ts';
import { count, operation, ownSession } from './operation.ts';

/** Actions that only look; an observer may ask them. */
export const lookingActions = [
  'list-traces',
  'position',
  'threads',
  'call-stack',
  'scopes',
  'variables',
  'evaluate',
  'exception-info',
  'history',
  'last-change',
  'timeline',
  'breakpoint-locations',
  'data-breakpoint-info',
  'loaded-sources',
  'modules',
  'step-in-targets',
  'line-before',
] as const;

/** Actions that move the position, and answer `stop` when it stands again. */
export const movingActions = [
  'continue',
  'step-in',
  'step-over',
  'step-out',
  'step-back',
  'reverse-continue',
  'goto',
  'goto-exception',
  'restart-frame',
  'pause',
] as const;

/** Actions that change something else. */
export const changingActions = ['set-breakpoints', 'set-variable', 'branch', 'open', 'close-trace'] as const;

export const navigateActions = [...lookingActions, ...movingActions, ...changingActions] as const;
export type NavigateAction = (typeof navigateActions)[number];

const frame = Type.Integer({
  minimum: 0,
  description: 'Id of a frame of `call-stack`; 0, the innermost, by default.',
});

export const debugOperations = {
  navigate: operation(
    'observer',
    'Walk through a recorded evaluation (`eval` with `record`), forwards and backwards. What an action takes and answers is listed in the guide to debugging. Where `trace` is left out it is the running one, or the one that was looked at last.',
    {
      session: ownSession,
      action: Type.Enum([...navigateActions]),
      trace: Type.Optional(traceId),
      frame: Type.Optional(frame),
      thread: Type.Optional(
        Type.Integer({
          minimum: 1,
          description:
            'Whose frames `frame` counts, or which steps: an id of `threads`. Default: the one that stands.',
        }),
      ),
      at: Type.Optional(Type.String({ minLength: 1, description: 'A moment, as `position.at` names it.' })),
      step: Type.Optional(Type.Integer({ minimum: 1, description: '`goto`: the step to go to.' })),
      time: Type.Optional(
        Type.Integer({ minimum: 0, description: '`goto`: the first line at or after this time.' }),
      ),
      granularity: Type.Optional(
        Type.Enum(['over', 'in', 'out'], { description: '`step-back`. Default: `over`.' }),
      ),
      expression: Type.Optional(
        Type.String({
          description:
            'Evaluated in `frame`, in a throw-away copy; nothing of it stays, save while several threads run, where no copy can be made.',
        }),
      ),
      context: Type.Optional(
        Type.Enum(['watch', 'hover', 'repl', 'clipboard', 'variables'], {
          description:
            '`evaluate`: with `repl` statements are taken, too, and what they change at the live position stays changed.',
        }),
      ),
      scope: Type.Optional(Type.Enum(['Locals', 'Closure', 'Globals'])),
      path: Type.Optional(variablePath),
      start: Type.Optional(count),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
      filter: Type.Optional(Type.String()),
      limit: Type.Optional(Type.Integer({ minimum: 1 })),
      file: Type.Optional(Type.String()),
      line: Type.Optional(Type.Integer({ minimum: 1 })),
      endLine: Type.Optional(Type.Integer({ minimum: 1 })),
      direction: Type.Optional(
        Type.Enum(['backward', 'forward'], {
          description: '`goto-exception`, `last-change`. Default: `backward`.',
        }),
      ),
      logMessage: Type.Optional(Type.String({ description: '`history`: as of a logpoint.' })),
      sampled: Type.Optional(
        Type.Boolean({
          description: '`history`: the value in each snapshot, at once; where it changed is not searched.',
        }),
      ),
      name: Type.Optional(Type.String({ description: '`set-variable`: in `scope` and below `path`.' })),
      value: Type.Optional(Type.String({ description: '`set-variable`: an expression.' })),
      target: Type.Optional(count),
      breakpoints: Type.Optional(breakpoints),
      label: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      hex: Type.Optional(Type.Boolean({ description: 'Integers in base 16.' })),
      from: Type.Optional(count),
      to: Type.Optional(count),
    },
    {
      traces: Type.Optional(Type.Array(trace)),
      position: Type.Optional(position),
      stop: Type.Optional(stop),
      running: Type.Optional(Type.Boolean({ description: 'True while the program runs.' })),
      threads: Type.Optional(Type.Array(thread, { description: 'The one that stands first.' })),
      frames: Type.Optional(Type.Array(stackFrame)),
      total: Type.Optional(count),
      scopes: Type.Optional(Type.Array(scope)),
      variables: Type.Optional(Type.Array(debugVariable)),
      variable: Type.Optional(debugVariable),
      output: Type.Optional(Type.String({ description: '`evaluate`: what it printed.' })),
      exception: Type.Optional(exceptionInfo),
      history: Type.Optional(Type.Array(historyEntry)),
      complete: Type.Optional(
        Type.Boolean({
          description: '`history`, `last-change`: false where not all of the trace was searched.',
        }),
      ),
      timeline: Type.Optional(timeline),
      breakpoints: Type.Optional(Type.Array(breakpointState)),
      locations: Type.Optional(Type.Array(Type.Object({ line: Type.Integer({ minimum: 1 }) }))),
      dataId: Type.Optional(Type.String()),
      description: Type.Optional(Type.String()),
      sources: Type.Optional(Type.Array(Type.Object({ file: Type.String(), name: Type.String() }))),
      modules: Type.Optional(
        Type.Array(
          Type.Object({
            name: Type.String(),
            file: Type.Optional(Type.String()),
            version: Type.Optional(Type.String()),
            mine: Type.Boolean(),
          }),
        ),
      ),
      targets: Type.Optional(
        Type.Array(Type.Object({ id: count, label: Type.String(), line: Type.Optional(Type.Integer()) })),
      ),
      branchId: Type.Optional(Type.String()),
      snapshotId: Type.Optional(Type.String()),
    },
  ),
};
