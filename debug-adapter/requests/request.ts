/** The requests of the debug adapter protocol that are answered, with what each takes and answers; and what all handlers share. */
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import type { Position, Stop } from '../../runtime/protocol/debug.ts';
import type { Returns } from '../../runtime/protocol/messages.ts';

/** What an editor names a frame by, in our own requests: an id of `stackTrace`. */
interface InFrame {
  readonly frameId?: number;
}

/** Beyond the protocol: time travel, for an editor that knows it. Answers are those of the operation `navigate`. */
export interface HindsightRequests {
  'hindsight/position': [undefined, PositionBody];
  'hindsight/timeline': [{ from?: number; to?: number; count?: number }, Returns<'navigate'>];
  /** To a step, a time or a moment; or to a line: the next time it is reached, else the last time it was. */
  'hindsight/goto': [{ step?: number; time?: number; at?: string; file?: string; line?: number }, MoveBody];
  'hindsight/gotoException': [{ direction?: 'backward' | 'forward' }, MoveBody];
  'hindsight/stepBack': [{ granularity?: 'over' | 'in' | 'out' }, MoveBody];
  'hindsight/lineBefore': [undefined, Returns<'navigate'>];
  'hindsight/lastChange': [{ expression: string; direction?: 'backward' | 'forward' } & InFrame, MoveBody];
  'hindsight/history': [
    {
      expression?: string;
      logMessage?: string;
      file?: string;
      line?: number;
      limit?: number;
      sampled?: boolean;
    } & InFrame,
    Returns<'navigate'>,
  ];
  /** `variablesReference` and `name` of a variable as an expression, for the requests that take one. */
  'hindsight/expressionOf': [{ variablesReference: number; name: string }, { expression?: string }];
  'hindsight/open': [{ at?: string; label?: string } & InFrame, Returns<'navigate'>];
  'hindsight/branch': [{ at?: string }, Returns<'navigate'>];
  'hindsight/traces': [{ limit?: number }, Returns<'navigate'>];
}

/** Of `hindsight/position`, the request and the event that follows each change. */
export interface PositionBody {
  readonly session?: string;
  readonly trace?: string;
  /** Where it stands; absent while the program runs, and where nothing was recorded. */
  readonly position?: Position;
  readonly running: boolean;
  readonly stop?: Stop;
}

export interface MoveBody {
  /** Absent when the movement was given up. */
  readonly stop?: Stop;
  readonly history?: Returns<'navigate'>['history'];
}

/** What a request takes and what it answers. */
type Exchange<Args, Body> = [Args, Body];

type Answered<Response extends Dap.Response> = NonNullable<Response['body']>;

/** By command: arguments and the body of the answer. */
export interface Requests extends HindsightRequests {
  initialize: [Dap.InitializeRequestArguments, Dap.Capabilities];
  launch: Exchange<Dap.LaunchRequestArguments, void>;
  attach: Exchange<Dap.AttachRequestArguments, void>;
  configurationDone: Exchange<unknown, void>;
  disconnect: Exchange<Dap.DisconnectArguments | undefined, void>;
  terminate: Exchange<unknown, void>;
  restart: Exchange<Dap.RestartArguments | undefined, void>;
  cancel: Exchange<Dap.CancelArguments | undefined, void>;
  setBreakpoints: [Dap.SetBreakpointsArguments, Answered<Dap.SetBreakpointsResponse>];
  setFunctionBreakpoints: [Dap.SetFunctionBreakpointsArguments, Answered<Dap.SetFunctionBreakpointsResponse>];
  setExceptionBreakpoints: [
    Dap.SetExceptionBreakpointsArguments,
    Answered<Dap.SetExceptionBreakpointsResponse>,
  ];
  setDataBreakpoints: [Dap.SetDataBreakpointsArguments, Answered<Dap.SetDataBreakpointsResponse>];
  dataBreakpointInfo: [Dap.DataBreakpointInfoArguments, Answered<Dap.DataBreakpointInfoResponse>];
  breakpointLocations: [Dap.BreakpointLocationsArguments, Answered<Dap.BreakpointLocationsResponse>];
  continue: [Dap.ContinueArguments, Answered<Dap.ContinueResponse>];
  next: Exchange<Dap.NextArguments, void>;
  stepIn: Exchange<Dap.StepInArguments, void>;
  stepOut: Exchange<Dap.StepOutArguments, void>;
  stepBack: Exchange<Dap.StepBackArguments, void>;
  reverseContinue: Exchange<Dap.ReverseContinueArguments, void>;
  restartFrame: Exchange<Dap.RestartFrameArguments, void>;
  gotoTargets: [Dap.GotoTargetsArguments, Answered<Dap.GotoTargetsResponse>];
  goto: Exchange<Dap.GotoArguments, void>;
  pause: Exchange<Dap.PauseArguments, void>;
  stepInTargets: [Dap.StepInTargetsArguments, Answered<Dap.StepInTargetsResponse>];
  threads: [unknown, Answered<Dap.ThreadsResponse>];
  stackTrace: [Dap.StackTraceArguments, Answered<Dap.StackTraceResponse>];
  scopes: [Dap.ScopesArguments, Answered<Dap.ScopesResponse>];
  variables: [Dap.VariablesArguments, Answered<Dap.VariablesResponse>];
  setVariable: [Dap.SetVariableArguments, Answered<Dap.SetVariableResponse>];
  setExpression: [Dap.SetExpressionArguments, Answered<Dap.SetExpressionResponse>];
  evaluate: [Dap.EvaluateArguments, Answered<Dap.EvaluateResponse>];
  completions: [Dap.CompletionsArguments, Answered<Dap.CompletionsResponse>];
  exceptionInfo: [Dap.ExceptionInfoArguments, Answered<Dap.ExceptionInfoResponse>];
  modules: [Dap.ModulesArguments, Answered<Dap.ModulesResponse>];
  loadedSources: [unknown, Answered<Dap.LoadedSourcesResponse>];
  source: [Dap.SourceArguments, Answered<Dap.SourceResponse>];
  writeMemory: [Dap.WriteMemoryArguments, Answered<Dap.WriteMemoryResponse>];
  readMemory: [Dap.ReadMemoryArguments, Answered<Dap.ReadMemoryResponse>];
}

export type Command = keyof Requests;

/** One request while it is answered. */
export interface Call {
  /** Aborts when the editor cancels it. */
  readonly signal: AbortSignal;
  /** Runs `action` once the answer has left: what it causes comes after it, as the protocol has it. */
  after(action: () => void | Promise<void>): void;
}

export type Handler<C extends Command> = (
  args: Requests[C][0],
  call: Call,
) => Requests[C][1] | Promise<Requests[C][1]>;

/** Those of some commands; all of them together must be `Handlers<Command>`. */
export type Handlers<C extends Command> = { readonly [Each in C]: Handler<Each> };
