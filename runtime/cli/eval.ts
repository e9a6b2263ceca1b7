/** `hindsight eval CODE`: runs code in a session and shows what it does; the exit code says how it ended. */
import { ProtocolError } from '../protocol/errors.ts';
import { createAnswers, sendAnswer } from './answers.ts';
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
    if (event.type === 'input') void answers.next(event).then((data) => sendAnswer(client, event, data));
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
