/** `hindsight eval CODE`: runs code in a session and shows what it does; the exit code says how it ended. */
import { createInterface } from 'node:readline/promises';
import { ProtocolError } from '../protocol/errors.ts';
import type { Event } from '../protocol/events.ts';
import { type Connected, type ConnectOptions, connect } from './local-runtime.ts';
import type { Program } from './program.ts';
import { showEvent } from './terminal-output.ts';

/** 0 when the code ran to its end, 1 when it did not. */
export async function evaluateOnce(program: Program, code: string, options: ConnectOptions): Promise<number> {
  const connected = await connect(program, options);
  const interrupts = new AbortController();
  program.onInterrupt(() => interrupts.abort());
  program.terminated.addEventListener('abort', () => interrupts.abort(), { once: true });
  try {
    return await run(program, connected, code, interrupts.signal);
  } finally {
    await connected.close();
  }
}

async function run(
  program: Program,
  { client, session }: Connected,
  code: string,
  signal: AbortSignal,
): Promise<number> {
  const id = client.newId();
  const answers = createAnswers(program);
  const subscription = client.onEvent((event) => {
    if (event.session !== session || event.execution_id !== id) return;
    showEvent(event, program);
    if (event.type === 'input')
      void answers.next(event).then((data) => answer({ client, session }, event, data));
  });
  try {
    await client.request('eval', { session, code, origin: 'script' }, { id, signal });
    return 0;
  } catch (error) {
    const known = ProtocolError.from(error);
    if (!shownByEvent.has(known.code)) program.stderr.write(`${known.message}\n`);
    return 1;
  } finally {
    subscription.dispose();
    answers.close();
  }
}

/** Codes of responses whose `error` event has shown what happened. */
const shownByEvent: ReadonlySet<string> = new Set([
  'eval-failed',
  'eval-interrupted',
  'eval-dropped',
  'worker-died',
]);

/** Sends what was entered; the input may be over by then, which is as well. */
async function answer(
  { client, session }: Pick<Connected, 'client' | 'session'>,
  { input_id }: Event<'input'>,
  data: string | undefined,
): Promise<void> {
  await client
    .request('stdin', { session, input_id, ...(data === undefined ? {} : { data }) })
    .catch(() => {});
}

/** Lines of standard input, asked for only when a program wants one: until then, it is left alone. */
function createAnswers({ stdin, stdout }: Program): {
  next(event: Event<'input'>): Promise<string | undefined>;
  close(): void;
} {
  let lines: AsyncIterator<string> | undefined;
  let closeLines = (): void => {};
  return {
    async next({ prompt }) {
      stdout.write(prompt);
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
