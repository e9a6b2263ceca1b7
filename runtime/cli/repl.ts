/**
 * `hindsight repl`: a prompt on a session. A line that the language finds unfinished goes on in the next one;
 * Ctrl+C interrupts what runs or drops what was typed, Ctrl+D ends.
 */
import { createInterface, type Interface } from 'node:readline';
import { ProtocolError } from '../protocol/errors.ts';
import type { Event } from '../protocol/events.ts';
import { type Connected, type ConnectOptions, connect } from './local-runtime.ts';
import type { Program } from './program.ts';
import { showEvent } from './terminal-output.ts';

const prompts = { first: '>>> ', next: '... ' };

/** Resolves when the person ends it. */
export async function repl(program: Program, options: ConnectOptions): Promise<void> {
  const connected = await connect(program, options);
  try {
    await new Promise<void>((done) => new Repl(program, connected, done).start());
  } finally {
    await connected.close();
  }
}

class Repl {
  readonly #program: Program;
  readonly #connected: Connected;
  readonly #lines: Interface;
  readonly #queued: string[] = [];
  readonly #done: () => void;
  #typed: string[] = [];
  #executionId: string | undefined;
  #input: Event<'input'> | undefined;
  #hasEnded = false;

  constructor(program: Program, connected: Connected, done: () => void) {
    this.#program = program;
    this.#connected = connected;
    this.#done = done;
    const isTerminal = 'isTTY' in program.stdin && program.stdin.isTTY === true;
    this.#lines = createInterface({ input: program.stdin, output: program.stdout, terminal: isTerminal });
  }

  start(): void {
    this.#connected.client.onEvent((event) => this.#show(event));
    this.#connected.client.onDidClose((reason) => {
      this.#program.stderr.write(`${reason.message}\n`);
      this.#end();
    });
    this.#lines.on('line', (line) => this.#take(line));
    this.#lines.on('close', () => this.#closeInput());
    this.#lines.on('SIGINT', () => this.#interrupt());
    this.#program.onInterrupt(() => this.#interrupt());
    this.#program.terminated.addEventListener('abort', () => this.#end(), { once: true });
    this.#prompt();
  }

  #take(line: string): void {
    if (this.#input !== undefined) this.#answer(line);
    else if (this.#executionId === undefined) this.#type(line);
    else this.#queued.push(line);
  }

  #type(line: string): void {
    this.#typed.push(line);
    const code = this.#typed.join('\n');
    const goesOn = isUnfinished(this.#typed);
    if (!goesOn) this.#typed = [];
    if (goesOn || code.trim() === '') this.#prompt();
    else void this.#run(code);
  }

  /** Never rejects: what goes wrong is shown. */
  async #run(code: string): Promise<void> {
    const { client, session } = this.#connected;
    this.#executionId = client.newId();
    try {
      await client.request('eval', { session, code, origin: 'script' }, { id: this.#executionId });
    } catch (error) {
      const { code: reason, message } = ProtocolError.from(error);
      if (reason !== 'eval-failed' && reason !== 'eval-interrupted')
        this.#program.stderr.write(`${message}\n`);
      if (reason === 'worker-died' || reason === 'session-dead') await this.#restart();
    }
    this.#executionId = undefined;
    this.#goOn();
  }

  async #restart(): Promise<void> {
    const { client, session } = this.#connected;
    try {
      await client.request('restart', { session });
      this.#program.stderr.write('The session was restarted; its names are gone.\n');
    } catch (error) {
      this.#program.stderr.write(`${ProtocolError.from(error).message}\n`);
    }
  }

  #goOn(): void {
    while (this.#executionId === undefined && this.#queued.length > 0) this.#type(this.#queued.shift() ?? '');
    if (this.#executionId !== undefined) return;
    if (this.#hasEnded) this.#finish();
    else this.#prompt();
  }

  #show(event: Event): void {
    if (event.session !== this.#connected.session) return;
    // The answer's own prompt repeats neither the code nor how a death is told in the response.
    if (event.type === 'error' && event.traceback.length === 0) return;
    showEvent(event, this.#program);
    if (event.type === 'input') this.#ask(event);
    if (event.type === 'input_done' && event.input_id === this.#input?.input_id) this.#input = undefined;
  }

  #ask(event: Event<'input'>): void {
    this.#input = event;
    const line = this.#queued.shift();
    if (line !== undefined || this.#hasEnded) {
      this.#program.stdout.write(event.prompt);
      this.#answer(line);
      return;
    }
    this.#lines.setPrompt(event.prompt);
    this.#lines.prompt();
  }

  #answer(data: string | undefined): void {
    const input = this.#input;
    if (input === undefined) return;
    this.#input = undefined;
    const { client, session } = this.#connected;
    const given = data === undefined ? {} : { data };
    // It may be over by now: then there is nothing to answer.
    client.request('stdin', { session, input_id: input.input_id, ...given }).catch(() => {});
  }

  #interrupt(): void {
    const { client, session } = this.#connected;
    if (this.#executionId !== undefined) {
      client.request('interrupt', { session }).catch(() => {}); // It may have ended meanwhile.
      return;
    }
    this.#typed = [];
    this.#program.stdout.write('\n');
    this.#prompt();
  }

  #prompt(): void {
    if (this.#hasEnded) return;
    this.#lines.setPrompt(this.#typed.length === 0 ? prompts.first : prompts.next);
    this.#lines.prompt();
  }

  // Standard input has ended: what was typed still runs.
  #closeInput(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#input !== undefined) this.#answer(undefined);
    if (this.#executionId === undefined) this.#finish();
  }

  #finish(): void {
    const code = this.#typed.join('\n');
    this.#typed = [];
    if (code === '') this.#end();
    else void this.#run(code);
  }

  #end(): void {
    this.#hasEnded = true;
    this.#lines.close();
    this.#done();
  }
}

/**
 * Whether a person will type more: a block goes on until an empty line, a bracket, a triple quote or a
 * backslash until it is closed. A guess from the text alone; the language has the last word when it runs.
 */
export function isUnfinished(lines: readonly string[]): boolean {
  const last = lines.at(-1) ?? '';
  const text = lines.join('\n');
  if (isInsideTripleQuotes(text)) return true;
  const code = withoutTexts(text);
  if (openBrackets(code) > 0 || code.endsWith('\\')) return true;
  const opensBlock = /:\s*$/.test(withoutTexts(last)) || last.trimStart().startsWith('@');
  const isInBlock = lines.length > 1 || opensBlock;
  const isBlock = /(^|\n)(@|\S[^\n]*:\s*(\n|$))/.test(code);
  return opensBlock || (isInBlock && isBlock && last.trim() !== '');
}

function isInsideTripleQuotes(text: string): boolean {
  const marks = text.match(/"""|'''/g) ?? [];
  let open: string | undefined;
  for (const mark of marks) open = open === undefined ? mark : open === mark ? undefined : open;
  return open !== undefined;
}

function withoutTexts(code: string): string {
  return code.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g, '');
}

function openBrackets(code: string): number {
  return [...code].reduce(
    (depth, character) => depth + ('([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0),
    0,
  );
}
