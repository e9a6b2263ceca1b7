/**
 * Sessions under the echo engine, whatever a client does and however the engine ends: every log keeps the
 * rules, and every evaluation is answered exactly once. The order of what happens is chosen by fast-check.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evaluation, Outcome } from '../../runtime/core/engine.ts';
import { MemoryEventLog } from '../../runtime/core/event-log.ts';
import { validateLog } from '../../runtime/core/flow.ts';
import { silentLogger } from '../../runtime/core/logger.ts';
import { Session } from '../../runtime/core/session.ts';
import { States } from '../../runtime/core/states/states.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import { validateEvent } from '../../runtime/protocol/validate.ts';
import { EchoEngine } from '../support/echo-engine.ts';
import { fc } from '../support/properties.ts';

type Action =
  | { readonly kind: 'eval'; readonly code: string }
  | { readonly kind: 'interrupt'; readonly only: number | undefined }
  | { readonly kind: 'stdin'; readonly data: string | undefined }
  | { readonly kind: 'turns'; readonly count: number }
  | { readonly kind: 'restart' | 'close' };

const line = fc.constantFrom('print x', 'value 1', 'ask name', 'wait', 'fail oops', 'die crash', '');
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('eval' as const),
      code: fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n')),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('interrupt' as const),
      only: fc.option(fc.nat(8), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('stdin' as const),
      data: fc.option(fc.string(), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('restart' as const, 'restart' as const, 'close' as const) }),
  },
);

test('every log keeps the rules and every evaluation ends once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const run = new Run();
      await run.session.open();
      for (const next of actions) await run.perform(next);
      await run.session.close('the end of the test');
      await Promise.all(run.settled);

      const events = run.events();
      assert.deepEqual(validateLog(events, { finished: true }), []);
      for (const event of events) validateEvent(event);
      const ends = events
        .filter(({ type }) => type === 'result' || type === 'error')
        .map((event) => event.execution_id);
      assert.deepEqual(ends.toSorted(), run.accepted.toSorted());
      assert.equal(run.ended, run.accepted.length);
      assert.equal(events.at(-1)?.type, 'closed');
    }),
    { numRuns: 400 },
  );
});

test('an evaluation is told in the order busy, started, output, result, idle', async () => {
  const run = new Run();
  await run.session.open();
  const end = await run.session.evaluate(spec('a', 'print x\nvalue 1'));

  assert.deepEqual(
    run.events().map((event) => (event.type === 'status' ? event.state : event.type)),
    ['starting', 'ready', 'idle', 'busy', 'started', 'output', 'result', 'idle'],
  );
  assert.equal(end.seq, 8);
});

test('an interrupt drops what is queued and says so', async () => {
  const run = new Run();
  await run.session.open();
  const ends = [run.session.evaluate(spec('a', 'wait')), run.session.evaluate(spec('b', 'value 1'))];

  assert.deepEqual(await run.session.interrupt(), { interrupted: 'a', dropped: ['b'] });
  const codes = (await Promise.all(ends)).map(({ body }) => (body.type === 'error' ? body.code : body.type));
  assert.deepEqual(codes, ['eval-interrupted', 'eval-dropped']);
});

test('an interrupt of one queued evaluation leaves the others', async () => {
  const run = new Run();
  await run.session.open();
  const ends = ['a', 'b', 'c'].map((id) =>
    run.session.evaluate(spec(id, id === 'a' ? 'ask name' : 'value 1')),
  );

  assert.deepEqual(await run.session.interrupt('b'), { dropped: ['b'] });
  run.session.provideInput('in-1', 'bob');
  const kinds = (await Promise.all(ends)).map(({ body }) => body.type);
  assert.deepEqual(kinds, ['result', 'error', 'result']);
});

test('a silent evaluation does not count', async () => {
  const run = new Run();
  await run.session.open();
  await run.session.evaluate({ ...spec('a', 'value 1'), silent: true });
  await run.session.evaluate(spec('b', 'value 1'));

  const counts = run.events().flatMap((event) => (event.type === 'started' ? [event.execution_count] : []));
  assert.deepEqual(counts, [0, 1]);
});

test('after its process has died a session says so until it is restarted', async () => {
  const run = new Run();
  await run.session.open();
  const end = await run.session.evaluate(spec('a', 'die it ran out of memory'));

  assert.equal(end.body.type === 'error' && end.body.exception_message, 'it ran out of memory');
  assert.throws(() => run.session.evaluate(spec('b', 'value 1')), {
    code: 'session-dead',
    message: /it ran out of memory/,
  });
  await run.session.restart();
  assert.equal((await run.session.evaluate(spec('c', 'value 1'))).body.type, 'result');
});

test('what an engine says against the rules is dropped', async () => {
  const run = new Run();
  await run.session.open();
  const { host } = run.echo();
  host.emit({ type: 'input_done', input_id: 'nothing', outcome: 'interrupted' });
  await run.session.close('done');
  host.emit({ type: 'output', stream: 'stdout', data: 'too late' });
  host.died('too late');

  assert.deepEqual(
    run.events().map(({ type }) => type),
    ['status', 'ready', 'status', 'closed'],
  );
});

test('an evaluation whose engine throws ends with an error', async () => {
  const run = new Run();
  await run.session.open();
  run.echo().evaluate = (_evaluation: Evaluation): Promise<Outcome> => Promise.reject(new Error('a bug'));
  const end = await run.session.evaluate(spec('a', 'value 1'));

  assert.equal(end.body.type === 'error' && end.body.code, 'internal');
  assert.equal(run.session.state, 'idle');
});

test('the queue is bounded', async () => {
  const run = new Run();
  await run.session.open();
  for (let count = 0; count <= 5; count += 1) run.accept(`e${count}`, 'wait');

  assert.throws(() => run.session.evaluate(spec('one more', '')), { code: 'queue-full' });
  assert.throws(() => run.session.evaluate(spec('e3', '')), { code: /duplicate-id|queue-full/ });
  await run.session.close('done');
});

/** A session and all that was done to it. */
class Run {
  readonly engine = new EchoEngine();
  readonly session: Session;
  readonly accepted: string[] = [];
  readonly settled: Promise<unknown>[] = [];
  ended = 0;
  #next = 0;

  constructor() {
    let time = 0;
    let ids = 0;
    const shared = {
      logger: silentLogger,
      now: () => (time += 1),
      newId: (prefix: string) => `${prefix}-${(ids += 1)}`,
    };
    const limits = { snapshotMemoryBytes: 1e9, maxLiveSnapshots: 256, maxStates: 1000 };
    this.session = new Session({
      ...shared,
      engine: this.engine,
      options: { sessionId: 'sess-1' },
      states: new States({ ...shared, ...limits, engines: [this.engine] }),
      log: new MemoryEventLog({ epoch: 'e', maxBytes: 1e6 }),
      after: () => ({ dispose() {} }),
      maxQueued: 5,
    });
  }

  echo() {
    const session = this.engine.sessions.get('sess-1');
    assert.ok(session !== undefined);
    return session;
  }

  events(): Event[] {
    const { log } = this.session;
    return Array.from({ length: log.lastSeq }, (_, index) => log.at(index + 1)).filter(
      (event) => event !== undefined,
    );
  }

  async perform(next: Action): Promise<void> {
    try {
      if (next.kind === 'eval') this.accept(`e${this.#next++}`, next.code);
      if (next.kind === 'interrupt')
        await this.session.interrupt(next.only === undefined ? undefined : `e${next.only}`);
      if (next.kind === 'stdin') this.session.provideInput(this.#pendingInput(), next.data);
      if (next.kind === 'restart') this.settled.push(this.session.restart().catch(requireProtocolError));
      if (next.kind === 'close') await this.session.close('asked for');
      if (next.kind === 'turns') for (let turn = 0; turn < next.count; turn += 1) await Promise.resolve();
    } catch (error) {
      requireProtocolError(error);
    }
  }

  accept(id: string, code: string): void {
    const end = this.session.evaluate(spec(id, code));
    this.accepted.push(id);
    this.settled.push(end.then(() => (this.ended += 1)));
  }

  #pendingInput(): string {
    const asked = this.events().findLast((event) => event.type === 'input');
    return asked?.type === 'input' ? asked.input_id : 'none';
  }
}

/** What a session refuses, it may; anything but an error of the protocol is a fault. */
function requireProtocolError(error: unknown): void {
  assert.ok(error instanceof ProtocolError && error.code !== 'internal', String(error));
}

function spec(executionId: string, code: string) {
  return { executionId, code, silent: false };
}
