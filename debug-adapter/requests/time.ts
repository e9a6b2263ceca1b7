/** Our own requests, for an editor that shows time: thin around the operation `navigate`. */
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { type Context, debuggingOf } from '../context.ts';
import type { Navigation } from '../debuggee.ts';
import type { Call, Handlers, HindsightRequests, MoveBody } from './request.ts';

export function timeRequests(context: Context): Handlers<keyof HindsightRequests> {
  /** With the frame that the editor names, as we count. */
  const inFrame = <Args extends { readonly frameId?: number }>({ frameId, ...args }: Args) => ({
    ...args,
    ...(frameId === undefined ? {} : debuggingOf(context).references.frameOf(frameId)),
  });
  const move = async (
    action: 'goto' | 'goto-exception' | 'step-back',
    params: Navigation,
    { signal }: Call,
  ): Promise<MoveBody> => {
    const stop = await debuggingOf(context).standing.moveUnasked(action, params, signal);
    return stop === undefined ? {} : { stop };
  };

  return {
    async 'hindsight/position'(_, { signal }) {
      const { debugging } = context;
      if (debugging === undefined) return { running: false };
      const { debuggee, standing } = debugging;
      const { session } = debuggee;
      const trace = debuggee.trace === undefined ? {} : { trace: debuggee.trace };
      const { stop } = standing;
      if (stop === undefined) return { session, ...trace, running: true };
      // Asked anew, because its step may have been counted since.
      const { position = stop.position } = await debuggee.navigate('position', {}, signal);
      const isSame = position.at === stop.position.at;
      return { session, ...trace, position: isSame ? position : stop.position, stop, running: false };
    },
    'hindsight/timeline': (args, { signal }) =>
      debuggingOf(context).debuggee.navigate('timeline', args, signal),
    'hindsight/goto': (args, call) => move('goto', args, call),
    'hindsight/gotoException': (args, call) => move('goto-exception', args, call),
    'hindsight/stepBack': (args, call) => move('step-back', args, call),
    'hindsight/lineBefore': (_, { signal }) =>
      debuggingOf(context).debuggee.navigate('line-before', {}, signal),
    async 'hindsight/lastChange'(args, call) {
      const { debuggee, standing } = debuggingOf(context);
      standing.requireStanding();
      const controller = new AbortController();
      call.signal.addEventListener('abort', () => controller.abort(), { once: true });
      const { stop, history = [] } = await context.progress.during(
        `Looking for the last change of ${args.expression}`,
        () => controller.abort(),
        debuggee.navigate('last-change', inFrame(args), controller.signal),
      );
      if (stop === undefined) return { history };
      await standing.moveUnasked('goto', { at: stop.position.at }, call.signal);
      return { stop, history };
    },
    'hindsight/history': (args, { signal }) =>
      debuggingOf(context).debuggee.navigate('history', inFrame(args), signal),
    'hindsight/expressionOf'({ variablesReference, name }) {
      const container = debuggingOf(context).references.containerOf(variablesReference);
      const expression =
        container.children.get(name) ??
        ('scope' in container && container.path.length === 0 ? name : undefined);
      return expression === undefined ? {} : { expression };
    },
    'hindsight/open'(args, { signal }) {
      return debuggingOf(context).debuggee.navigate('open', inFrame(args), signal);
    },
    'hindsight/branch': (args, { signal }) => debuggingOf(context).debuggee.navigate('branch', args, signal),
    'hindsight/traces'(args, { signal }) {
      if (context.debugging === undefined)
        throw new ProtocolError('invalid-request', 'nothing is debugged yet');
      return context.debugging.debuggee.navigate('list-traces', args, signal);
    },
  };
}
