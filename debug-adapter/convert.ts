/**
 * The runtime's shapes as those of the debug adapter protocol. Lines here are from 1 and columns from 0 in UTF-16 code units, as the
 * runtime has them; an editor says whether its own begin at 0 or 1.
 */
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type {
  BreakpointState,
  DebugFrame,
  DebugVariable,
  ExceptionInfo,
  Position,
  Stop,
} from '../runtime/protocol/debug.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Returns } from '../runtime/protocol/messages.ts';

/** Id of the program's main thread: it is the one that is recorded. */
export const mainThread = 1;

/** Frames of library code are shown, but not in the foreground. */
const asides = { presentationHint: 'subtle' } as const;

/** From so many children on, an editor is asked to page. */
const pageFrom = 100;

export class Converter {
  readonly #lineShift: 0 | 1;
  readonly #columnShift: 0 | 1;
  readonly #references = new Map<string, number>();
  readonly #files: string[] = [];

  constructor({
    linesStartAt1 = true,
    columnsStartAt1 = true,
  }: Partial<DebugProtocol.InitializeRequestArguments>) {
    this.#lineShift = linesStartAt1 ? 0 : 1;
    this.#columnShift = columnsStartAt1 ? 1 : 0;
  }

  /** A line of ours as the editor counts. */
  toLine = (line: number): number => line - this.#lineShift;

  /** A line of the editor as we count. */
  fromLine = (line: number): number => line + this.#lineShift;

  toColumn = (column: number): number => column + this.#columnShift;

  fromColumn = (column: number): number => column - this.#columnShift;

  /** A file by its path or URI; code that is in no file by a number, under which `source` gives its text. */
  toSource(file: string): DebugProtocol.Source {
    if (!file.startsWith('<')) return { name: path.basename(file), path: file };
    const known = this.#references.get(file) ?? this.#files.push(file);
    this.#references.set(file, known);
    return { name: file, sourceReference: known };
  }

  /** Errors: `invalid-request` for one that names nothing. */
  fromSource({ path: file, sourceReference = 0, name }: DebugProtocol.Source): string {
    const known = this.#files[sourceReference - 1];
    if (known !== undefined) return known;
    if (file !== undefined) return file;
    if (name?.startsWith('<') === true) return name;
    throw new ProtocolError('invalid-request', 'the source has neither a path nor a known sourceReference');
  }

  toStackFrame(
    frame: DebugFrame,
    id: number,
    format: DebugProtocol.StackFrameFormat = {},
  ): DebugProtocol.StackFrame {
    const { file, line, column } = frame.sourceLoc;
    const module = format.module === true && frame.module !== undefined ? ` [${frame.module}]` : '';
    return {
      id,
      name: `${frame.name}${module}${format.line === true ? ` : ${this.toLine(line)}` : ''}`,
      source: { ...this.toSource(file), ...(frame.mine ? {} : { presentationHint: 'deemphasize' as const }) },
      line: this.toLine(line),
      // The innermost frame stands before its line; an outer one in the middle of a call. With an end, an editor would select it.
      column: this.toColumn(frame.id === 0 ? 0 : (column ?? 0)),
      ...(frame.module === undefined ? {} : { moduleId: frame.module }),
      canRestart: frame.canRestart ?? frame.mine,
      ...(frame.mine ? {} : asides),
    };
  }

  toBreakpoint(state: BreakpointState, file?: string): DebugProtocol.Breakpoint {
    const { id, verified, line, message } = state;
    return {
      id,
      verified,
      ...(line === undefined ? {} : { line: this.toLine(line) }),
      ...(message === undefined ? {} : { message }),
      ...(file === undefined ? {} : { source: this.toSource(file) }),
      ...(verified ? {} : { reason: 'pending' as const }),
    };
  }
}

/** `reference`: for its children, 0 where it has none. `memory`: for its bytes, where it is made of such. */
export function toVariable(
  variable: DebugVariable,
  reference: number,
  memory?: string,
): DebugProtocol.Variable {
  return { name: variable.name, ...toValue(variable, reference, memory), ...presentation(variable) };
}

/** What the answers about one value share: of `variables`, `evaluate`, `setVariable`, `setExpression`. */
export function toValue(
  { value, type, children, evaluateName }: DebugVariable,
  reference: number,
  memory?: string,
): Pick<
  DebugProtocol.Variable,
  'value' | 'type' | 'variablesReference' | 'indexedVariables' | 'evaluateName' | 'memoryReference'
> {
  return {
    value,
    type,
    variablesReference: reference,
    ...(children > pageFrom ? { indexedVariables: children } : {}),
    ...(evaluateName === undefined ? {} : { evaluateName }),
    ...(memory === undefined ? {} : { memoryReference: memory }),
  };
}

function presentation({
  kind,
  name,
  changed,
}: DebugVariable): Pick<DebugProtocol.Variable, 'presentationHint'> {
  const kinds = { data: 'data', function: 'method', class: 'class', module: 'data' } as const;
  const visibility = /^_(?!_)/.test(name) ? ({ visibility: 'private' } as const) : {};
  // Not of the protocol's own list, which is open: our client marks such a variable.
  const attributes = changed === true ? { attributes: ['changed'] } : {};
  return { presentationHint: { kind: kinds[kind], ...visibility, ...attributes } };
}

export function toExceptionInfo(exception: ExceptionInfo): DebugProtocol.ExceptionInfoResponse['body'] {
  const modes = { raised: 'always', uncaught: 'unhandled', userUncaught: 'userUnhandled' } as const;
  const short = exception.type.split('.').at(-1) ?? exception.type;
  return {
    exceptionId: exception.type,
    description: exception.message,
    breakMode: modes[exception.mode],
    details: {
      message: exception.message,
      typeName: short,
      fullTypeName: exception.type,
      stackTrace: exception.traceback,
      innerException: (exception.causes ?? []).map(({ type, message }) => ({ message, fullTypeName: type })),
    },
  };
}

export function toStoppedBody({
  reason,
  position,
  breakpoints,
  exception,
  text,
}: Stop): DebugProtocol.StoppedEvent['body'] {
  const [name, known] = reasons[reason];
  const time = position.live ? 'Paused in the present' : 'Paused in the past';
  const description = reason === 'goto' ? time : known;
  const said = exception === undefined ? text : `${exception.type}: ${exception.message}`;
  return {
    reason: name,
    ...(description === undefined ? {} : { description }),
    threadId: position.thread?.id ?? mainThread,
    allThreadsStopped: true,
    ...(said === undefined ? {} : { text: said }),
    ...(breakpoints === undefined ? {} : { hitBreakpointIds: breakpoints }),
  };
}

const reasons: Readonly<Record<Stop['reason'], readonly [name: string, description?: string]>> = {
  entry: ['entry'],
  breakpoint: ['breakpoint'],
  'function-breakpoint': ['function breakpoint'],
  'data-breakpoint': ['data breakpoint'],
  exception: ['exception'],
  step: ['step'],
  pause: ['pause'],
  goto: ['goto'],
  start: ['step', 'Beginning of the recording'],
  end: ['pause', 'The program has ended'],
};

/** "step 1,204,331 of 9,870,112, in normalize, line 42" */
export function describePosition({ step, steps, name, sourceLoc, thread, live }: Position): string {
  const of = steps === undefined ? '' : ` of ${steps.toLocaleString('en')}`;
  const which = step === undefined ? '' : `step ${step.toLocaleString('en')}${of}, `;
  const whose = thread === undefined ? '' : ` of ${thread.name}`;
  return `${which}in ${name}, line ${sourceLoc.line}${whose}${live ? '' : ' (in the past)'}`;
}

export function toModule({
  name,
  file,
  version,
  mine,
}: NonNullable<Returns<'navigate'>['modules']>[number]): DebugProtocol.Module {
  return {
    id: name,
    name,
    isUserCode: mine,
    ...(file === undefined ? {} : { path: file }),
    ...(version === undefined ? {} : { version }),
  };
}

/** An error of ours as the answer to a request. `showUser`: in a dialog, where there is no better place. */
export function toErrorMessage(error: ProtocolError, showUser: boolean): DebugProtocol.Message {
  // As a variable, because braces in the text would be taken for the names of such; `_`: it is not to be left out.
  return { id: 1, format: '{_message}', variables: { _message: error.message }, showUser };
}
