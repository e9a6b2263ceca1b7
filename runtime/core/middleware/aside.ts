/** `eval` with `at`: code that runs in a throw-away copy of a state. Nothing of it is queued, logged or kept. */
import { endOfOutcome } from '../evaluation.ts';
import type { Answer, IncomingRequest } from '../middleware.ts';
import type { After } from '../session/runner.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { executionCountAt } from '../states/state-node.ts';
import { ownedState } from './access.ts';
import { answerOfEnd } from './evaluation-answer.ts';
import { unsupported } from './looking.ts';
import { withinTime } from './within-time.ts';

interface AsideSpec {
  readonly executionId: string;
  readonly code: string;
  readonly ns?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

export async function evaluateAside(
  sessions: SessionRegistry,
  at: string,
  { executionId, code, ns, file, line, column }: AsideSpec,
  timeoutMs: number | undefined,
  request: IncomingRequest,
  after: After,
): Promise<Answer> {
  const node = await ownedState(sessions, request.connection, at);
  const executionCount = executionCountAt(node) + 1;
  const place = {
    ...(ns === undefined ? {} : { ns }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  const evaluation = { executionId, code, ...place, executionCount, silent: true };
  const { outcome, output } = await withinTime(timeoutMs, { signal: request.signal, after }, (signal) =>
    sessions.states.use(node, signal, (snapshot) => {
      if (snapshot.evaluate === undefined) throw unsupported('eval with at', node.origin.engine);
      return snapshot.evaluate(evaluation, signal);
    }),
  );
  const body = endOfOutcome(outcome, executionCount);
  const named = outcome.kind === 'result' && outcome.ns !== undefined ? { ns: outcome.ns } : {};
  return { session: node.session, ...answerOfEnd({ body, ...named }), output };
}
