/** The requests that set breakpoints of all kinds, and those that ask where one can be. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ExceptionBreakpoints } from '../breakpoints.ts';
import { type Context, debuggingOf } from '../context.ts';
import type { Handlers } from './request.ts';

type BreakpointCommand =
  | 'setBreakpoints'
  | 'setFunctionBreakpoints'
  | 'setExceptionBreakpoints'
  | 'setDataBreakpoints'
  | 'dataBreakpointInfo'
  | 'breakpointLocations';

export function breakpointRequests(context: Context): Handlers<BreakpointCommand> {
  const { editor, breakpoints: table } = context;
  return {
    async setBreakpoints({ source, breakpoints = [] }) {
      const { convert } = editor;
      const file = convert.fromSource(source);
      const states = await table.setLines(
        file,
        breakpoints.map((breakpoint) => ({
          line: convert.fromLine(breakpoint.line),
          ...conditionsOf(breakpoint),
          ...(breakpoint.logMessage ? { logMessage: breakpoint.logMessage } : {}),
        })),
      );
      return { breakpoints: states.map((state) => convert.toBreakpoint(state, file)) };
    },
    async setFunctionBreakpoints({ breakpoints }) {
      const states = await table.setFunctions(
        breakpoints.map((breakpoint) => ({ name: breakpoint.name, ...conditionsOf(breakpoint) })),
      );
      return { breakpoints: states.map((state) => editor.convert.toBreakpoint(state)) };
    },
    async setDataBreakpoints({ breakpoints }) {
      const states = await table.setData(
        breakpoints.map((breakpoint) => ({ dataId: breakpoint.dataId, ...conditionsOf(breakpoint) })),
      );
      return { breakpoints: states.map((state) => editor.convert.toBreakpoint(state)) };
    },
    async setExceptionBreakpoints(args) {
      await table.setExceptions(exceptionsOf(args));
      return {};
    },
    async dataBreakpointInfo({ variablesReference = 0, name, frameId }, { signal }) {
      const { debuggee, references } = debuggingOf(context);
      const asked = whatIsWatched();
      const { dataId, description } = await debuggee.navigate('data-breakpoint-info', asked, signal);
      if (dataId === undefined)
        return { dataId: null, description: description ?? `${name} cannot be watched` };
      return { dataId, description: description ?? name, accessTypes: ['write'], canPersist: false };

      function whatIsWatched() {
        if (variablesReference === 0) return { ...references.frameOf(frameId), expression: name };
        const { path, children, ...root } = references.containerOf(variablesReference);
        if ('scope' in root) return { ...root, path: [...path], name };
        return { ...root, expression: children.get(name) ?? name };
      }
    },
    async breakpointLocations({ source, line, endLine }, { signal }) {
      const { convert } = editor;
      const { locations = [] } = await debuggingOf(context).debuggee.navigate(
        'breakpoint-locations',
        {
          file: convert.fromSource(source),
          line: convert.fromLine(line),
          ...(endLine === undefined ? {} : { endLine: convert.fromLine(endLine) }),
        },
        signal,
      );
      return { breakpoints: locations.map((location) => ({ line: convert.toLine(location.line) })) };
    },
  };
}

/** Editors send an empty text where there is none. */
function conditionsOf({ condition, hitCondition }: { condition?: string; hitCondition?: string }): {
  condition?: string;
  hitCondition?: string;
} {
  return { ...(condition ? { condition } : {}), ...(hitCondition ? { hitCondition } : {}) };
}

function exceptionsOf({
  filters,
  filterOptions = [],
  exceptionOptions = [],
}: DebugProtocol.SetExceptionBreakpointsArguments): ExceptionBreakpoints {
  const chosen = new Set([...filters, ...filterOptions.map(({ filterId }) => filterId)]);
  const conditions = filterOptions.map(({ condition = '' }) => condition.trim());
  for (const { breakMode, path = [] } of exceptionOptions) {
    if (breakMode === 'never') continue;
    chosen.add({ always: 'raised', unhandled: 'uncaught', userUnhandled: 'userUncaught' }[breakMode]);
    // The first segment is the category that an editor groups exceptions by.
    const names = path
      .slice(1)
      .flatMap((segment) => segment.names.map((each) => `${segment.negate ? '!' : ''}${each}`));
    conditions.push(names.join(', '));
  }
  const condition = conditions.filter((each) => each !== '').join(', ');
  return {
    raised: chosen.has('raised'),
    uncaught: chosen.has('uncaught'),
    userUncaught: chosen.has('userUncaught'),
    ...(condition === '' ? {} : { condition }),
  };
}
