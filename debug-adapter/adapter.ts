/**
 * The debug adapter as one object that takes and gives messages: inside an editor's own process by `handleMessage` and `onDidSendMessage`, or
 * on two streams by `start`. It knows no process, environment or command line.
 */
import { BreakpointTable } from './breakpoints.ts';
import type { AdapterOptions, Context } from './context.ts';
import { HindsightDebugSession } from './debug-session.ts';
import { Editor } from './editor.ts';
import { Progress } from './progress.ts';
import { breakpointRequests } from './requests/breakpoints.ts';
import { completionRequests } from './requests/completions.ts';
import { lifeRequests } from './requests/life.ts';
import { memoryRequests } from './requests/memory.ts';
import { movementRequests } from './requests/movements.ts';
import { sourceRequests } from './requests/sources.ts';
import { stackRequests } from './requests/stack.ts';
import { timeRequests } from './requests/time.ts';
import { variableRequests } from './requests/variables.ts';
import { ShownMemory } from './shown-memory.ts';

const progressDelayMs = 500;

/**
 * Makes an adapter for one debug session. Whoever made it disposes it, or ends its streams; `onEnd` is called once, when it is of no more use.
 */
export function createDebugAdapter(
  options: AdapterOptions,
  onEnd: () => void = () => {},
): HindsightDebugSession {
  const session = new HindsightDebugSession();
  const editor = new Editor(
    (event) => session.sendEvent(event),
    (args) => session.runInTerminal(args),
  );
  const context: Context = {
    editor,
    options,
    breakpoints: new BreakpointTable(),
    memory: new ShownMemory(editor),
    progress: new Progress(editor, options.progressDelayMs ?? progressDelayMs),
    cancel: (requestId) => session.cancel(requestId),
    end: () => session.shutdown(),
    debugging: undefined,
    connection: undefined,
  };
  let hasEnded = false;
  session.serve(
    {
      ...lifeRequests(context),
      ...breakpointRequests(context),
      ...movementRequests(context),
      ...stackRequests(context),
      ...sourceRequests(context),
      ...variableRequests(context),
      ...completionRequests(context),
      ...memoryRequests(context),
      ...timeRequests(context),
    },
    () => {
      if (hasEnded) return;
      hasEnded = true;
      context.debugging?.dispose();
      context.connection?.dispose();
      onEnd();
    },
  );
  return session;
}
