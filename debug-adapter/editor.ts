/** What the parts of the adapter may do to the editor: say events, and know what it said of itself. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Converter } from './convert.ts';

type RunInTerminal = (args: DebugProtocol.RunInTerminalRequestArguments) => Promise<DebugProtocol.Response>;

export class Editor {
  #abilities: Partial<DebugProtocol.InitializeRequestArguments> = {};
  #convert = new Converter({});
  readonly #send: (event: DebugProtocol.Event) => void;
  readonly #runInTerminal: RunInTerminal;

  constructor(send: (event: DebugProtocol.Event) => void, runInTerminal: RunInTerminal) {
    this.#send = send;
    this.#runInTerminal = runInTerminal;
  }

  /** What it said in `initialize`. */
  get abilities(): Partial<DebugProtocol.InitializeRequestArguments> {
    return this.#abilities;
  }

  get convert(): Converter {
    return this.#convert;
  }

  initialize(abilities: DebugProtocol.InitializeRequestArguments): void {
    this.#abilities = abilities;
    this.#convert = new Converter(abilities);
  }

  say<Kind extends Events['event']>(event: Kind, body: Extract<Events, { event: Kind }>['body']): void {
    this.#send({ type: 'event', seq: 0, event, body });
  }

  /** Has it run a command in a terminal; answers why that failed, undefined where it did not. */
  async runInTerminal(
    args: DebugProtocol.RunInTerminalRequestArguments,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const answered = this.#runInTerminal(args).then(({ success, message = 'no reason was given' }) =>
      success ? undefined : message,
    );
    const late = new Promise<string>((resolve) =>
      signal.addEventListener('abort', () => resolve('the editor does not answer'), { once: true }),
    );
    return await Promise.race([answered, late]);
  }

  /** A line in the debug console. `important`: shown with emphasis. */
  print(text: string, category: 'console' | 'important' | 'stdout' | 'stderr' = 'console'): void {
    this.say('output', { category, output: `${text}\n` });
  }
}

interface Kind<Name extends string, Body> {
  readonly event: Name;
  readonly body: Body;
}

/** The events that are sent, with their bodies. */
type Events =
  | Kind<'initialized', undefined>
  | Kind<'stopped', DebugProtocol.StoppedEvent['body']>
  | Kind<'continued', DebugProtocol.ContinuedEvent['body']>
  | Kind<'exited', DebugProtocol.ExitedEvent['body']>
  | Kind<'terminated', DebugProtocol.TerminatedEvent['body']>
  | Kind<'output', DebugProtocol.OutputEvent['body']>
  | Kind<'breakpoint', DebugProtocol.BreakpointEvent['body']>
  | Kind<'process', DebugProtocol.ProcessEvent['body']>
  | Kind<'invalidated', DebugProtocol.InvalidatedEvent['body']>
  | Kind<'memory', DebugProtocol.MemoryEvent['body']>
  | Kind<'progressStart', DebugProtocol.ProgressStartEvent['body']>
  | Kind<'progressEnd', DebugProtocol.ProgressEndEvent['body']>
  | Kind<'hindsight/position', object>;
