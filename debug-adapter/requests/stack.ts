/** The requests about the position as a whole: threads, frames, scopes, the exception. */
import { type Context, debuggingOf } from '../context.ts';
import { toExceptionInfo } from '../convert.ts';
import type { Handlers } from './request.ts';

type StackCommand = 'threads' | 'stackTrace' | 'scopes' | 'exceptionInfo';

export function stackRequests(context: Context): Handlers<StackCommand> {
  return {
    async threads(_, { signal }) {
      const { threads } = debuggingOf(context);
      return { threads: [...(await threads.list(signal))] };
    },
    async stackTrace({ threadId, startFrame = 0, levels = 0, format }, { signal }) {
      const { debuggee, references, standing, threads } = debuggingOf(context);
      standing.requireStanding();
      const thread = threads.naming(threadId);
      const { frames = [], total } = await debuggee.navigate(
        'call-stack',
        { ...thread, start: startFrame, ...(levels > 0 ? { count: levels } : {}) },
        signal,
      );
      return {
        stackFrames: frames.map((frame) =>
          context.editor.convert.toStackFrame(
            frame,
            references.frame({ frame: frame.id, ...thread }),
            format,
          ),
        ),
        totalFrames: total ?? startFrame + frames.length,
      };
    },
    async scopes({ frameId }, { signal }) {
      const { debuggee, references } = debuggingOf(context);
      const frame = references.frameOf(frameId);
      const { scopes = [] } = await debuggee.navigate('scopes', frame, signal);
      return {
        scopes: scopes.map(({ name, total }) => ({
          name,
          ...(name === 'Locals' ? { presentationHint: 'locals' } : {}),
          variablesReference: references.container({ ...frame, scope: name, path: [], children: new Map() }),
          namedVariables: total,
          // Of a module it is all that there is, and is opened at once.
          expensive: name === 'Globals' && scopes.length > 1,
        })),
      };
    },
    async exceptionInfo(_, { signal }) {
      const { debuggee, standing } = debuggingOf(context);
      const known = standing.stop?.exception;
      const exception = known ?? (await debuggee.navigate('exception-info', {}, signal)).exception;
      return exception === undefined
        ? { exceptionId: 'none', description: 'No exception is being raised here.', breakMode: 'never' }
        : toExceptionInfo(exception);
    },
  };
}
