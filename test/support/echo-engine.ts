/**
 * An engine in this very process, without a language: it shows that core meets engines at their interface
 * alone, and lets tests of core say by the code what happens. A line of code is one step:
 * `print TEXT`, `ask PROMPT`, `value TEXT`, `fail TEXT`, `wait` (until interrupted), `die CAUSE`.
 */
import type { Engine, EngineHost, EngineSession, Evaluation, Outcome } from '../../runtime/core/engine.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Params, Returns } from '../../runtime/protocol/messages.ts';

export class EchoEngine implements Engine {
  readonly name = 'echo';
  readonly sessions = new Map<string, EchoSession>();

  describe = (): Record<string, unknown> => ({ language: 'echo' });

  openSession(options: { readonly sessionId: string }, host: EngineHost): Promise<EchoSession> {
    const session = new EchoSession(host);
    this.sessions.set(options.sessionId, session);
    return Promise.resolve(session);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.dispose()));
  }
}

export class EchoSession implements EngineSession {
  readonly about = { language: 'echo' };
  readonly host: EngineHost;
  paused = false;
  #stop: ((why: 'interrupted' | 'died') => void) | undefined;
  readonly #answers = new Map<string, (data: string | undefined) => void>();

  constructor(host: EngineHost) {
    this.host = host;
  }

  async evaluate({ code }: Evaluation): Promise<Outcome> {
    const stopped = new Promise<'interrupted' | 'died'>((resolve) => (this.#stop = resolve));
    let value: string | undefined;
    for (const line of code.split('\n')) {
      const [, word, text = ''] = /^(\S*) ?(.*)$/.exec(line) ?? [];
      if (word === 'print') this.host.emit({ type: 'output', stream: 'stdout', data: `${text}\n` });
      if (word === 'value') value = text;
      if (word === 'fail') return failure(text, false);
      if (word === 'die') this.#die(text);
      const done = word === 'wait' ? stopped : word === 'ask' ? this.#ask(text) : { data: value };
      const end = await Promise.race([stopped, done]);
      if (end === 'interrupted') return failure('interrupted', true);
      if (end === 'died') throw new ProtocolError('worker-died', 'it was told to');
      value = end.data;
    }
    return { kind: 'result', ...(value === undefined ? {} : { value, repr: value }), execution_time: 0 };
  }

  interrupt(): Promise<void> {
    this.#stop?.('interrupted');
    return Promise.resolve();
  }

  provideInput(inputId: string, data: string | undefined): void {
    this.#answers.get(inputId)?.(data);
  }

  complete({ prefix = '' }: Params<'complete'>): Promise<Returns<'complete'>> {
    const words = ['print', 'value'].filter((word) => word.startsWith(prefix));
    return Promise.resolve({ completions: words.map((candidate) => ({ candidate, type: 'keyword' })) });
  }

  info({ symbol }: Params<'info'>): Promise<Returns<'info'> | undefined> {
    return Promise.resolve(symbol === 'print' ? { name: 'print', doc: 'Prints its text.' } : undefined);
  }

  pause = (): void => void (this.paused = true);
  resume = (): void => void (this.paused = false);

  dispose(): Promise<void> {
    this.#stop?.('died');
    return Promise.resolve();
  }

  #ask(prompt: string): Promise<{ data: string | undefined }> {
    const inputId = `in-${this.#answers.size + 1}`;
    this.host.emit({ type: 'input', input_id: inputId, prompt, password: false });
    return new Promise((resolve) => this.#answers.set(inputId, (data) => resolve({ data })));
  }

  #die(cause: string): void {
    this.host.died(cause);
    this.#stop?.('died');
  }
}

function failure(message: string, interrupted: boolean): Outcome {
  const exception = { exception_type: 'EchoError', exception_message: message };
  return { kind: 'error', interrupted, ...exception, traceback: [message], frames: [], execution_time: 0 };
}
