/**
 * An engine in this very process that can be debugged both ways: a program is a list of lines, one a step, in one frame of its own. It shows what
 * `navigate` must answer, and lets tests of its clients say by the code what happens: `NAME = TEXT`, `print TEXT`, `ask PROMPT`,
 * `fail TEXT`, `exit CODE`, `wait` (until interrupted or paused). An empty line does nothing.
 */
import type { Engine, EngineHost, EngineSession, Evaluation, Outcome } from '../../runtime/core/engine.ts';
import type { Breakpoints, DebugVariable, Position, Stop } from '../../runtime/protocol/debug.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Params, Returns } from '../../runtime/protocol/messages.ts';

type Names = Readonly<Record<string, string>>;
type Answer = Returns<'navigate'>;

export class TracedEngine implements Engine {
  /** Programs are launched in the default engine. */
  readonly name = 'python';

  describe = (): Record<string, unknown> => ({ language: 'traced' });

  openSession(_: unknown, host: EngineHost): Promise<TracedSession> {
    return Promise.resolve(new TracedSession(host));
  }

  dispose = (): Promise<void> => Promise.resolve();
}

export class TracedSession implements EngineSession {
  readonly about = { language: 'traced' };
  readonly #host: EngineHost;
  #lines: readonly string[] = [];
  #file = '';
  #line = 1;
  /** The names before each line that was reached; the last is the tip. */
  #states: Names[] = [];
  #at = 0;
  #points: Breakpoints = {};
  #isRunning = false;
  #hasEnded = false;
  #go: ((goal: 'continue' | 'step' | 'end') => void) | undefined;
  #wake: ((why: 'paused' | 'interrupted') => void) | undefined;
  #stopped: ((stop: Stop) => void)[] = [];
  #input: ((data: string | undefined) => void) | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  async evaluate({ code, file = '<cell 1>', line = 1, record }: Evaluation): Promise<Outcome> {
    // What prepares a session is Python, which this is not: the whole answer is a path in hexadecimal.
    const prepared = /\\?"file\\?\\?\\?":\\?\\?\\?"([^"\\]+)/.exec(code)?.[1];
    if (code.startsWith('(lambda scope'))
      return { kind: 'result', execution_time: 0, value: `'${Buffer.from(prepared ?? '').toString('hex')}'` };
    this.#lines = code.split('\n');
    [this.#file, this.#line, this.#states, this.#hasEnded] = [file, line, [{}], false];
    this.#isRunning = true;
    const outcome = await this.#run(record);
    this.#isRunning = false;
    this.#hasEnded = true;
    this.#tell({ reason: 'end', position: this.#position() });
    return outcome;
  }

  async #run(record: Evaluation['record']): Promise<Outcome> {
    let goal = record?.stopOnEntry === true ? 'step' : 'continue';
    for (const [index, text] of this.#lines.entries()) {
      this.#at = index;
      const hits = record === undefined ? [] : this.#hitsAt(index);
      if (record !== undefined && (goal === 'step' || hits.length > 0)) {
        goal = await this.#stand(stopOf(index === 0 && goal === 'step', hits, this.#position()));
        if (goal === 'end') return failure('KeyboardInterrupt', '', true);
      }
      const names = this.#states[index] ?? {};
      const [, name, value] = /^(\w+) = (.*)$/.exec(text) ?? [];
      const [, word, rest = ''] = /^(\S*) ?(.*)$/.exec(text) ?? [];
      if (name === undefined && word === 'print')
        this.#host.emit({ type: 'output', stream: 'stdout', data: `${rest}\n` });
      if (name === undefined && word === 'ask')
        this.#host.emit({ type: 'output', stream: 'stdout', data: `${await this.#ask(rest)}\n` });
      if (name === undefined && word === 'fail') return failure('ValueError', rest, false);
      if (name === undefined && word === 'exit') return failure('SystemExit', rest, false);
      if (name === undefined && word === 'wait') {
        if ((await new Promise((resolve) => (this.#wake = resolve))) === 'interrupted')
          return failure('KeyboardInterrupt', '', true);
        goal = 'step';
      }
      this.#states[index + 1] = name === undefined ? names : { ...names, [name]: value ?? '' };
    }
    return { kind: 'result', execution_time: 0 };
  }

  #ask(prompt: string): Promise<string | undefined> {
    this.#host.emit({ type: 'input', input_id: 'in-1', prompt, password: false });
    return new Promise((resolve) => (this.#input = resolve));
  }

  async #stand(stop: Stop): Promise<'continue' | 'step' | 'end'> {
    this.#isRunning = false;
    this.#host.emit({ type: 'stopped', stop });
    this.#tell(stop);
    const goal = await new Promise<'continue' | 'step' | 'end'>((resolve) => (this.#go = resolve));
    this.#go = undefined;
    this.#isRunning = true;
    if (goal !== 'end') this.#host.emit({ type: 'resumed', trace: 'tr-1' });
    return goal;
  }

  #tell(stop: Stop): void {
    const waiting = this.#stopped;
    this.#stopped = [];
    for (const resolve of waiting) resolve(stop);
  }

  async navigate(params: Params<'navigate'>): Promise<Answer> {
    const { action } = params;
    if (action === 'set-breakpoints') return this.#setBreakpoints(params.breakpoints ?? {});
    if (action === 'list-traces') return { traces: this.#states.length === 0 ? [] : [this.#trace()] };
    if (action === 'breakpoint-locations') return { locations: [{ line: params.line ?? 1 }] };
    if (this.#states.length === 0) throw new ProtocolError('trace-not-found', 'nothing was recorded');
    if (action === 'pause') {
      this.#wake?.('paused');
      return {};
    }
    if (action === 'position') return this.#isRunning ? { running: true } : { position: this.#position() };
    if (this.#isRunning) throw new ProtocolError('not-stopped', 'the program runs');
    const moved = await this.#move(params);
    return moved === undefined ? this.#look(params) : { stop: moved };
  }

  async #move({ action, step, time, at, line }: Params<'navigate'>): Promise<Stop | undefined> {
    const back = (found: number, reason: Stop['reason']): Stop => {
      this.#at = Math.max(found, 0);
      return { reason: found < 0 ? 'start' : reason, position: this.#position() };
    };
    const earlier = [...this.#states.keys()].filter((index) => index < this.#at).reverse();
    if (action === 'step-back') return back(this.#at - 1, 'step');
    if (action === 'reverse-continue')
      return back(earlier.find((index) => this.#hitsAt(index).length > 0) ?? -1, 'breakpoint');
    if (action === 'restart-frame') return back(0, 'goto');
    if (action === 'goto') {
      const wanted =
        step !== undefined
          ? step - 1
          : time !== undefined
            ? time
            : at !== undefined
              ? Number(at)
              : (line ?? 1) - this.#line;
      return back(Math.min(wanted, this.#states.length - 1), 'goto');
    }
    if (action === 'goto-exception')
      return back(
        this.#lines.findIndex((text) => text.startsWith('fail')),
        'exception',
      );
    if (action === 'continue') return this.#forward('continue');
    if (action.startsWith('step-') && action !== 'step-in-targets') return this.#forward('step');
    return undefined;
  }

  async #forward(goal: 'continue' | 'step'): Promise<Stop> {
    const tip = this.#states.length - 1;
    while (this.#at < tip) {
      this.#at += 1;
      const hits = this.#hitsAt(this.#at);
      if (goal === 'step' || hits.length > 0) return stopOf(false, hits, this.#position());
    }
    if (this.#hasEnded) return { reason: 'end', position: this.#position() };
    const stopped = new Promise<Stop>((resolve) => this.#stopped.push(resolve));
    this.#go?.(goal);
    return stopped;
  }

  #look({
    action,
    expression = '',
    name = '',
    value = '',
    path = [],
    context,
    hex,
  }: Params<'navigate'>): Answer {
    const names = this.#states[this.#at] ?? {};
    const own = {
      id: 0,
      name: '<module>',
      sourceLoc: this.#position().sourceLoc,
      module: '__main__',
      mine: true,
    };
    const library = { file: '/lib/runner.py', line: 7 };
    if (action === 'call-stack')
      return {
        frames: [own, { id: 1, name: 'run', sourceLoc: library, module: 'runner', mine: false }],
        total: 2,
      };
    if (action === 'scopes') return { scopes: [{ name: 'Globals', total: Object.keys(names).length }] };
    if (action === 'variables')
      return path.length === 0
        ? { variables: Object.entries(names).map(([key, each]) => variableOf(key, each, hex)), total: 1 }
        : { variables: [variableOf('0', String(names[String(path[0])]).slice(0, 1))], total: 1 };
    if (action === 'set-variable') {
      this.#states[this.#at] = { ...names, [name || expression]: value };
      return { variable: variableOf(name || expression, value) };
    }
    if (action === 'evaluate') {
      const found = names[expression];
      if (found === undefined)
        throw new ProtocolError('expression-failed', `NameError: name '${expression}' is not defined`);
      return {
        variable: { ...variableOf('', found, hex), path: [] },
        ...(context === 'repl' ? { output: 'looked\n' } : {}),
      };
    }
    if (action === 'exception-info')
      return {
        exception: { type: 'ValueError', message: 'bad', mode: 'uncaught', traceback: 'ValueError: bad' },
      };
    if (action === 'step-in-targets') return { targets: [{ id: 1, label: 'first(…)', line: 1 }] };
    if (action === 'modules') return { modules: [{ name: '__main__', file: this.#file, mine: true }] };
    if (action === 'loaded-sources') return { sources: [{ file: this.#file, name: 'program' }] };
    if (action === 'data-breakpoint-info')
      return { dataId: `d:${name || expression}`, description: name || expression };
    if (action === 'timeline')
      return { timeline: { from: 0, to: this.#states.length, samples: [], files: [], marks: [] } };
    return {};
  }

  #setBreakpoints(points: Breakpoints): Answer {
    this.#points = points;
    const all = [...(points.lines ?? []), ...(points.functions ?? []), ...(points.data ?? [])];
    return {
      breakpoints: all.map((each) => ({
        id: each.id,
        verified: true,
        ...('line' in each ? { line: each.line } : {}),
      })),
    };
  }

  #hitsAt(index: number): number[] {
    const line = this.#line + index;
    const hits = (this.#points.lines ?? []).filter((each) => each.line === line && each.file === this.#file);
    for (const { id, logMessage: message } of hits)
      if (message !== undefined && this.#isRunning)
        this.#host.emit({ type: 'logged', breakpoint: id, message, file: this.#file, line });
    return hits.filter(({ logMessage }) => logMessage === undefined).map(({ id }) => id);
  }

  #position(): Position {
    return {
      trace: 'tr-1',
      at: String(this.#at),
      time: this.#at,
      step: this.#at + 1,
      name: '<module>',
      sourceLoc: { file: this.#file, line: this.#line + Math.min(this.#at, this.#lines.length - 1) },
      live: !this.#hasEnded && this.#at === this.#states.length - 1,
    };
  }

  #trace() {
    const status = this.#hasEnded ? ('completed' as const) : ('stopped' as const);
    const sizes = { steps: this.#states.length, time: this.#at, snapshots: 0, memoryBytes: 0, counted: true };
    return {
      id: 'tr-1',
      ...sizes,
      status,
      executionId: 'e',
      code: '',
      recorder: 'tracing' as const,
      warnings: [],
    };
  }

  interrupt(): Promise<void> {
    this.#wake?.('interrupted');
    this.#go?.('end');
    return Promise.resolve();
  }

  provideInput(_: string, data: string | undefined): void {
    this.#input?.(data);
  }

  pause = (): void => {};
  resume = (): void => {};
  dispose = (): Promise<void> => Promise.resolve();
}

function stopOf(isEntry: boolean, hits: readonly number[], position: Position): Stop {
  if (hits.length > 0) return { reason: 'breakpoint', position, breakpoints: [...hits] };
  return { reason: isEntry ? 'entry' : 'step', position };
}

function variableOf(name: string, value: string, hex = false): DebugVariable {
  const shown = hex && /^\d+$/.test(value) ? `0x${Number(value).toString(16)}` : value;
  const type = value.startsWith("b'") ? 'bytes' : 'str';
  return {
    name,
    path: [name],
    type,
    value: shown,
    children: value.startsWith('[') ? 1 : 0,
    table: false,
    kind: 'data',
    ...(name === '' ? {} : { evaluateName: name }),
  };
}

function failure(type: string, message: string, interrupted: boolean): Outcome {
  return {
    kind: 'error',
    interrupted,
    exception_type: type,
    exception_message: message,
    traceback: [`${type}: ${message}`],
    frames: [],
    execution_time: 0,
  };
}
