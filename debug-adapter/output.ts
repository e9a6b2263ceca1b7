/**
 * What the program says, in the debug console: its output, its errors as Python prints them, its logpoints, and its questions, which the next
 * line that is typed there answers.
 */
import { isSilentExit } from '../runtime/protocol/client/exit-code.ts';
import type { Event } from '../runtime/protocol/events.ts';
import type { Debuggee } from './debuggee.ts';
import type { Editor } from './editor.ts';

export interface OutputOptions {
  /** False: what the program prints is shown elsewhere. */
  readonly redirects: boolean;
  /** False: what it asks is answered elsewhere. */
  readonly asks: boolean;
}

export class Output {
  readonly #editor: Editor;
  readonly #debuggee: Debuggee;
  #redirects: boolean;
  #asks: boolean;
  #input: Event<'input'> | undefined;

  constructor(editor: Editor, debuggee: Debuggee, { redirects, asks }: OutputOptions) {
    this.#editor = editor;
    this.#debuggee = debuggee;
    this.#redirects = redirects;
    this.#asks = asks;
  }

  /** The program goes on in another session, which no terminal shows. */
  leaveTerminal(): void {
    if (this.#asks) return;
    this.#asks = this.#redirects = true;
    this.#editor.print(
      'The terminal stays with the session before it: from here on the program reads and prints here.',
    );
  }

  onEvent(event: Event): void {
    if (event.type === 'output' && this.#redirects)
      this.#editor.say('output', { category: event.stream, output: event.data });
    if (event.type === 'display' && this.#redirects) this.#show(event.data['text/plain']);
    if (event.type === 'result' && this.#redirects) this.#show(event.repr);
    if (event.type === 'error') this.#showError(event);
    if (event.type === 'logged') this.#at(`${event.message}\n`, 'console', event);
    if (event.type === 'notice')
      this.#editor.print(event.message, event.level === 'info' ? 'console' : 'important');
    if (event.type === 'input' && this.#asks) this.#ask(event);
    if (event.type === 'input_done') this.#input = undefined;
  }

  /** True when a question was open, and `line` is its answer. */
  async answer(line: string): Promise<boolean> {
    const input = this.#input;
    if (input === undefined) return false;
    this.#input = undefined;
    await this.#debuggee.client.request('stdin', {
      session: this.#debuggee.session,
      input_id: input.input_id,
      data: line,
    });
    return true;
  }

  #ask(input: Event<'input'>): void {
    this.#input = input;
    this.#editor.say('output', { category: 'stdout', output: input.prompt });
    this.#editor.print('The program waits for a line of input: type it here, in the debug console.');
  }

  #show(text: unknown): void {
    if (typeof text === 'string') this.#editor.print(text, 'stdout');
  }

  /** `SystemExit` is said as Python says it: only what is no exit code. */
  #showError(event: Event<'error'>): void {
    const { exception_type: type, exception_message: message, traceback, frames } = event;
    const isExit = type === 'SystemExit';
    if (isSilentExit(event)) return;
    const lines = isExit || traceback.length === 0 ? [message] : traceback;
    const last = frames.at(-1);
    const text = `${lines.join('\n')}\n`;
    if (isExit || last === undefined) this.#editor.say('output', { category: 'stderr', output: text });
    else this.#at(text, 'stderr', last);
  }

  #at(
    output: string,
    category: string,
    { file, line }: { readonly file: string; readonly line: number },
  ): void {
    const { convert } = this.#editor;
    this.#editor.say('output', {
      category,
      output,
      source: convert.toSource(file),
      line: convert.toLine(line),
    });
  }
}
