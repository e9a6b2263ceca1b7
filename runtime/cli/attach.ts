/**
 * `hindsight attach`: a terminal for what somebody else runs in a session, such as a debugger. It shows what is printed,
 * answers what is asked, interrupts on Ctrl+C, and ends with it, with the exit code that Python would give.
 */
import { exitCodeOf, isSilentExit } from '../protocol/client/exit-code.ts';
import type { Event } from '../protocol/events.ts';
import { createAnswers, sendAnswer } from './answers.ts';
import { type ConnectOptions, connect } from './local-runtime.ts';
import { CommandError, type Program } from './program.ts';
import { showEvent } from './terminal-output.ts';

/** Resolves when what runs, or is the first to run, has ended: with its exit code. */
export async function attach(program: Program, options: ConnectOptions): Promise<number> {
  if (options.session === undefined) throw new CommandError('say which session is meant: --session');
  const answers = createAnswers(program);
  const heard: Event[] = [];
  let take = (event: Event): void => void heard.push(event);
  const connected = await connect(program, options, (event) => take(event));
  const { client, session } = connected;
  program.onInterrupt(() => void client.request('interrupt', { session }).catch(() => {})); // It may have ended.
  try {
    return await new Promise<number>((end) => {
      take = (event) => {
        if (event.session !== session) return;
        if (event.type === 'input') void answers.next(event).then((data) => sendAnswer(client, event, data));
        else if (event.type !== 'error' || !isSilentExit(event)) showEvent(event, program);
        if (event.type === 'result' || event.type === 'closed') end(0);
        if (event.type === 'error') end(exitCodeOf(event));
      };
      client.onDidClose((reason) => {
        program.stderr.write(`${reason.message}\n`);
        end(1);
      });
      program.terminated.addEventListener('abort', () => end(1), { once: true });
      for (const event of heard.splice(0)) take(event);
    });
  } finally {
    answers.close();
    await connected.close();
  }
}
