/** The requests about values: listing them page by page, evaluating, changing. */
import type { DebugVariable } from '../../runtime/protocol/debug.ts';
import type { Returns } from '../../runtime/protocol/messages.ts';
import { type Context, debuggingOf } from '../context.ts';
import { mainThread, toValue, toVariable } from '../convert.ts';
import type { Navigation } from '../debuggee.ts';
import { memoryOf } from '../memory-references.ts';
import type { Container, FrameRef, References } from '../references.ts';
import type { Call, Handlers } from './request.ts';

type VariableCommand = 'variables' | 'setVariable' | 'setExpression' | 'evaluate';

export function variableRequests(context: Context): Handlers<VariableCommand> {
  /** Changes a value; in the past that branches the program off. */
  const set = async (params: Navigation, call: Call): Promise<DebugVariable> =>
    required(await change(context, params, call));

  return {
    async variables({ variablesReference, start, count, format }, { signal }) {
      const { debuggee, references } = debuggingOf(context);
      const container = references.containerOf(variablesReference);
      const { variables = [] } = await debuggee.navigate(
        'variables',
        {
          ...rootOf(container),
          path: [...container.path],
          ...(start ? { start } : {}),
          ...(count ? { count } : {}),
          ...(format?.hex === true ? { hex: true } : {}),
        },
        signal,
      );
      return {
        variables: variables.map((variable) => {
          if (variable.evaluateName !== undefined)
            container.children.set(variable.name, variable.evaluateName);
          return toVariable(
            variable,
            referenceOf(references, container, variable),
            memoryOf(container, variable),
          );
        }),
      };
    },
    async setVariable({ variablesReference, name, value, format }, call) {
      const { references } = debuggingOf(context);
      const container = references.containerOf(variablesReference);
      const frame = frameOf(container);
      const hex = format?.hex === true ? { hex: true } : {};
      const where =
        'scope' in container
          ? { scope: container.scope, path: [...container.path], name }
          : { expression: container.children.get(name) ?? name };
      const variable = await set({ ...frame, ...where, value, ...hex }, call);
      return toValue(variable, referenceOf(references, container, variable), memoryOf(frame, variable));
    },
    async setExpression({ expression, value, frameId, format }, call) {
      const { references } = debuggingOf(context);
      const frame = references.frameOf(frameId);
      const variable = await set(
        { ...frame, expression, value, ...(format?.hex === true ? { hex: true } : {}) },
        call,
      );
      return toValue(
        variable,
        rootReferenceOf(references, { ...frame, expression }, variable),
        memoryOf(frame, variable),
      );
    },
    async evaluate({ expression, frameId, context: purpose = 'repl', format }, call) {
      const { debuggee, references, standing, output } = debuggingOf(context);
      if (purpose === 'repl' && (await output.answer(expression)))
        return { result: '', variablesReference: 0 };
      standing.requireStanding();
      const frame = references.frameOf(frameId);
      const { variable, output: printed } = await debuggee.navigate(
        'evaluate',
        {
          ...frame,
          expression,
          ...(isKnown(purpose) ? { context: purpose } : {}),
          ...(format?.hex === true ? { hex: true } : {}),
        },
        call.signal,
      );
      if (purpose === 'repl') call.after(() => invalidate(context));
      if (printed) context.editor.say('output', { category: 'stdout', output: printed });
      if (variable === undefined) return { result: '', variablesReference: 0 };
      const { value, ...rest } = toValue(
        { ...variable, evaluateName: expression },
        rootReferenceOf(references, { ...frame, expression }, variable),
        memoryOf(frame, { ...variable, evaluateName: expression }),
      );
      // A statement has no value; Python's own prompt says nothing of None, either.
      return { ...rest, result: purpose === 'repl' && value === 'None' ? '' : value };
    },
  };
}

/** Changes a value, and goes on from there: in the past that branches the program off. */
export async function change(
  context: Context,
  params: Navigation,
  call: Call,
): Promise<DebugVariable | undefined> {
  const { debuggee } = debuggingOf(context);
  const answer = await debuggee.navigate('set-variable', params, call.signal);
  call.after(() => follow(context, answer));
  return answer.variable;
}

const purposes = ['watch', 'hover', 'repl', 'clipboard', 'variables'] as const;

function isKnown(purpose: string): purpose is (typeof purposes)[number] {
  return purposes.some((known) => known === purpose);
}

function rootOf(container: Container): Navigation {
  return {
    ...frameOf(container),
    ...('scope' in container ? { scope: container.scope } : { expression: container.expression }),
  };
}

function frameOf({ frame, thread }: FrameRef): FrameRef {
  return { frame, ...(thread === undefined ? {} : { thread }) };
}

function referenceOf(
  references: References,
  container: Container,
  { children, path }: DebugVariable,
): number {
  return children === 0 ? 0 : references.container({ ...container, path, children: new Map() });
}

function rootReferenceOf(
  references: References,
  root: FrameRef & { readonly expression: string },
  { children }: DebugVariable,
): number {
  return children === 0 ? 0 : references.container({ ...root, path: [], children: new Map() });
}

function required(variable: DebugVariable | undefined): DebugVariable {
  const nothing = {
    name: '',
    path: [],
    type: '',
    value: '',
    children: 0,
    table: false,
    kind: 'data',
  } as const;
  return variable ?? { ...nothing, path: [] };
}

/** What was changed is asked anew; a change of the past is gone on with in its branch. */
async function follow(
  context: Context,
  { branchId, session }: Returns<'navigate'> & { session?: string },
): Promise<void> {
  const { debuggee, standing, run, output } = debuggingOf(context);
  if (branchId === undefined || session === undefined || session === debuggee.session)
    return invalidate(context);
  const from = debuggee.session;
  await debuggee.moveTo(session);
  run.branchedOff(from, session);
  await context.breakpoints.use(debuggee);
  context.editor.print(
    `The past was changed: the program goes on from here in a branch of its own (${session}). What came after is still in the session before it.`,
  );
  output.leaveTerminal();
  await standing.refresh('goto', 'In a branch, with the change made');
}

function invalidate({ editor, memory, debugging }: Context): void {
  memory.mayHaveChanged();
  if (editor.abilities.supportsInvalidatedEvent === true)
    editor.say('invalidated', { areas: ['variables'], threadId: debugging?.standing.thread ?? mainThread });
  debugging?.standing.sayPosition();
}
