/** The requests that move: forwards, backwards, to a line. Each is answered at once; where it ends is told by `stopped`. */

import type { NavigateAction } from '../../runtime/protocol/debug-operations.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { type Context, debuggingOf } from '../context.ts';
import type { Navigation } from '../debuggee.ts';
import type { Call, Handlers } from './request.ts';

type MovementCommand =
  | 'continue'
  | 'next'
  | 'stepIn'
  | 'stepOut'
  | 'stepBack'
  | 'reverseContinue'
  | 'restartFrame'
  | 'gotoTargets'
  | 'goto'
  | 'pause'
  | 'stepInTargets';

export function movementRequests(context: Context): Handlers<MovementCommand> {
  const targets: { file: string; line: number }[] = [];

  const move = (call: Call, action: NavigateAction, params: Navigation = {}): void => {
    const { standing } = debuggingOf(context);
    standing.requireStanding();
    call.after(async () => void (await standing.move(action, params)));
  };

  const inThread = (threadId: number): Navigation => debuggingOf(context).threads.naming(threadId);

  return {
    continue(_, call) {
      move(call, 'continue');
      return { allThreadsContinued: true };
    },
    next: ({ threadId }, call) => move(call, 'step-over', inThread(threadId)),
    stepIn: ({ threadId, targetId }, call) =>
      move(call, 'step-in', {
        ...inThread(threadId),
        ...(targetId === undefined ? {} : { target: targetId }),
      }),
    stepOut: ({ threadId }, call) => move(call, 'step-out', inThread(threadId)),
    stepBack: (_, call) => move(call, 'step-back'),
    reverseContinue: (_, call) => move(call, 'reverse-continue'),
    restartFrame({ frameId }, call) {
      move(call, 'restart-frame', debuggingOf(context).references.frameOf(frameId));
    },
    gotoTargets({ source, line }) {
      const { convert } = context.editor;
      const id = targets.push({ file: convert.fromSource(source), line: convert.fromLine(line) });
      return { targets: [{ id, line, label: `When line ${line} runs next, else when it last ran` }] };
    },
    goto({ targetId }, call) {
      const target = targets[targetId - 1];
      if (target === undefined)
        throw new ProtocolError('invalid-request', `there is no goto target ${targetId}`);
      move(call, 'goto', target);
    },
    pause: (_, call) => call.after(() => debuggingOf(context).standing.pause()),
    async stepInTargets({ frameId }, { signal }) {
      const { debuggee, references } = debuggingOf(context);
      const frame = references.frameOf(frameId);
      const { targets: found = [] } = await debuggee.navigate('step-in-targets', frame, signal);
      return {
        targets: found.map(({ id, label, line }) => ({
          id,
          label,
          ...(line === undefined ? {} : { line: context.editor.convert.toLine(line) }),
        })),
      };
    },
  };
}
