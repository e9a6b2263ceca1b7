/**
 * `eval` with `frame`: code that runs in a frame of a program that stands under the debugger, at whatever step it is looked
 * at. It is no evaluation of the session: it passes no queue, since the program that stands is busy, and says no events.
 */
import type { Answer, IncomingRequest } from '../middleware.ts';
import type { After } from '../session/runner.ts';
import type { Session } from '../session.ts';
import { unsupported } from './looking.ts';
import { withinTime } from './within-time.ts';

interface InFrame {
  readonly code: string;
  readonly frame: number;
  readonly trace: string | undefined;
}

/** Errors: `expression-failed`, `not-stopped`, `trace-not-found`; `timeout`; `unsupported-op`. */
export async function evaluateInFrame(
  session: Session,
  { code, frame, trace }: InFrame,
  timeoutMs: number | undefined,
  { signal }: IncomingRequest,
  after: After,
): Promise<Answer> {
  const engine = session.engineSession();
  const navigate = engine?.navigate?.bind(engine);
  if (navigate === undefined) throw unsupported('eval with frame', session.engineName);
  const asked = { action: 'evaluate', context: 'repl', expression: code, frame } as const;
  const { variable, output } = await withinTime(timeoutMs, { signal, after }, (either) =>
    navigate({ ...asked, ...(trace === undefined ? {} : { trace }) }, either),
  );
  return {
    session: session.id,
    ...(variable === undefined ? {} : { value: variable.value }),
    ...(output === undefined ? {} : { output: [{ stream: 'stdout', data: output }] }),
  };
}
