/** A session of the Python engine whose evaluation is recorded, in a test: what it is asked, in one word each. */
import type { TestContext } from 'node:test';
import type { EngineEvent, Outcome } from '../../runtime/core/engine.ts';
import type { Breakpoints, Stop } from '../../runtime/protocol/debug.ts';
import type { NavigateAction } from '../../runtime/protocol/debug-operations.ts';
import type { Params, Returns } from '../../runtime/protocol/messages.ts';
import { never, openEngine, openSession, RecordingHost, TestSession } from './python-engine.ts';

export type Asked = Omit<Params<'navigate'>, 'action' | 'session'>;

/** Another session that an engine session makes of a moment, by `branch`, `open` or `set-variable`. */
export async function branchOff(
  recorded: Recorded,
  action: NavigateAction,
  asked: Asked = {},
): Promise<{ branch: Recorded; answer: Returns<'navigate'>; outcome: Promise<Outcome> | undefined }> {
  const { engineSession } = recorded.session;
  const made = await engineSession.branch?.({ action, session: 'test', ...asked }, never);
  if (made === undefined) throw new Error(`${action} made no branch`);
  const host = new RecordingHost();
  const { session, outcome } = await made.branch.open({ sessionId: 'branch' }, host, never);
  return { branch: new Recorded(new TestSession(session, host)), answer: made.answer, outcome };
}

/** `python`: an interpreter other than the tests' own. `minIdle`: how many workers wait for other sessions. */
export async function openRecorded(
  t: TestContext,
  { python, ...options }: { python?: string; minIdle?: number } = {},
): Promise<Recorded> {
  const interpreter = python === undefined ? {} : { interpreter: python };
  return new Recorded(await openSession(openEngine(t, options), interpreter));
}

export class Recorded {
  readonly session: TestSession;
  readonly file = '/tmp/recorded.py';
  #stops = 0;

  constructor(session: TestSession) {
    this.session = session;
  }

  ask(action: NavigateAction, asked: Asked = {}, signal = never): Promise<Returns<'navigate'>> {
    const { engineSession } = this.session;
    if (engineSession.navigate === undefined) throw new Error('the engine cannot navigate');
    return engineSession.navigate({ action, session: 'test', ...asked }, signal);
  }

  /** Moves, and says where it stands then. */
  async stop(action: NavigateAction, asked: Asked = {}): Promise<Stop> {
    const { stop } = await this.ask(action, asked);
    if (stop === undefined) throw new Error(`${action} answered no stop`);
    return stop;
  }

  /** The same as `name:line reason`. */
  async go(action: NavigateAction, asked: Asked = {}): Promise<string> {
    return told(await this.stop(action, asked));
  }

  /** Starts a recorded evaluation. */
  run(
    code: string,
    {
      lines,
      points = {},
      record = {},
    }: { lines?: readonly number[]; points?: Breakpoints; record?: Params<'eval'>['record'] } = {},
  ): Promise<Outcome> {
    const all = { ...points, ...(lines === undefined ? {} : { lines: this.#linesOf(lines) }) };
    const set = this.ask('set-breakpoints', { breakpoints: all });
    const outcome = set.then(() =>
      this.session.engineSession.evaluate({
        executionId: 'eval-recorded',
        code,
        file: this.file,
        line: 1,
        executionCount: 1,
        silent: false,
        record,
      }),
    );
    // A test that ends while it stands has ended it.
    outcome.catch(() => {});
    return outcome;
  }

  /** The next stop of the program itself that was not returned before. */
  async stopped(): Promise<Stop> {
    const index = this.#stops;
    this.#stops += 1;
    const found = await this.session.host.until(
      ({ events }) =>
        events.filter(
          (event): event is Extract<EngineEvent, { type: 'stopped' }> => event.type === 'stopped',
        )[index],
    );
    return found.stop;
  }

  /** The value of an expression where it stands. */
  async value(expression: string, frame = 0): Promise<string | undefined> {
    return (await this.ask('evaluate', { expression, frame })).variable?.value;
  }

  #linesOf(lines: readonly number[]) {
    return lines.map((line, index) => ({ id: index + 1, file: this.file, line }));
  }
}

export function told({ reason, position }: Stop): string {
  return `${position.name}:${position.sourceLoc.line} ${reason}`;
}
