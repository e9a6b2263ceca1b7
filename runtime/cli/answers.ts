/** Answers to the questions of a program, from standard input; a terminal shows nothing of a password that is typed. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { RuntimeClient } from '../protocol/client/runtime-client.ts';
import type { Event } from '../protocol/events.ts';
import type { Program } from './program.ts';

export interface Answers {
  /** Asks, and answers what was entered; undefined where the input has ended. */
  next(event: Event<'input'>): Promise<string | undefined>;
  close(): void;
}

/** Lines of standard input, asked for only when a program wants one: until then, it is left alone. */
export function createAnswers({ stdin, stdout }: Program): Answers {
  let lines: AsyncIterator<string> | undefined;
  let closeLines = (): void => {};
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true;

  async function unseen(): Promise<string> {
    closeLines();
    lines = undefined;
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input: stdin, output: nowhere, terminal: true });
    closeLines = () => reader.close();
    const typed = await reader.question('');
    closeLines();
    stdout.write('\n');
    return typed;
  }

  return {
    async next({ prompt, password }) {
      stdout.write(prompt);
      if (password && isTerminal) return await unseen();
      if (lines === undefined) {
        const reader = createInterface({ input: stdin });
        lines = reader[Symbol.asyncIterator]();
        closeLines = () => reader.close();
      }
      const { value, done } = await lines.next();
      return done === true ? undefined : value;
    },
    close: () => closeLines(),
  };
}

/** Sends what was entered; the input may be over by then, which is as well. */
export async function sendAnswer(
  client: RuntimeClient,
  { session, input_id }: Event<'input'>,
  data: string | undefined,
): Promise<void> {
  await client
    .request('stdin', { session, input_id, ...(data === undefined ? {} : { data }) })
    .catch(() => {});
}
