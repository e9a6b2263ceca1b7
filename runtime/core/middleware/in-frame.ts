/**
 * `eval` with `frame`: code that runs in a frame of a program that stands under the debugger, at whatever step it is looked
 * at. It is no evaluation of the session: it passes no queue, since the program that stands is busy, and says no events.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import type { Params } from '../../protocol/messages.ts';
import type { Answer, IncomingRequest } from '../middleware.ts';
import type { After } from '../session/runner.ts';
import type { Session } from '../session.ts';
import { unsupported } from './looking.ts';

type InFrame = Pick<Params<'eval'>, 'code' | 'trace' | 'timeout_ms'> & { readonly frame: number };

/** Errors: `expression-failed`, `not-stopped`, `no-trace`; `timeout`; `unsupported-op`. */
export async function evaluateInFrame(
  session: Session,
  { code, frame, trace, timeout_ms: timeoutMs }: InFrame,
  request: IncomingRequest,
  after: After,
): Promise<Answer> {
  const engine = session.engineSession();
  if (engine?.navigate === undefined) throw unsupported('eval with frame', session.engineName);
  const tooLong = new AbortController();
  const timer = timeoutMs === undefined ? undefined : after(timeoutMs, () => tooLong.abort());
  const signal = AbortSignal.any([request.signal, tooLong.signal]);
  const named = trace === undefined ? {} : { trace };
  try {
    const { variable, output } = await engine.navigate(
      { action: 'evaluate', context: 'repl', expression: code, frame, ...named },
      signal,
    );
    return {
      session: session.id,
      ...(variable === undefined ? {} : { value: variable.value }),
      ...(output === undefined ? {} : { output: [{ stream: 'stdout', data: output }] }),
    };
  } catch (error) {
    if (!tooLong.signal.aborted) throw error;
    throw new ProtocolError('timeout', `the code ran longer than ${timeoutMs} ms`, { cause: error });
  } finally {
    timer?.dispose();
  }
}
