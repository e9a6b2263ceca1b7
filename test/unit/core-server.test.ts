/** The protocol as a client meets it, over a connection without a socket and with the echo engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateLog } from '../../runtime/core/flow.ts';
import type { Middleware } from '../../runtime/core/middleware.ts';
import { errorCodes } from '../../runtime/protocol/errors.ts';
import { opNames } from '../../runtime/protocol/operations.ts';
import { EchoEngine } from '../support/echo-engine.ts';
import { FakeConnection } from '../support/fake-connection.ts';
import { createTestServer } from '../support/runtime.ts';

async function opened(settings: Parameters<typeof createTestServer>[1] = {}) {
  const engine = new EchoEngine();
  const server = createTestServer([engine], settings);
  const client = new FakeConnection(server);
  const { session } = await client.request({ id: 'open', op: 'clone' });
  assert.equal(typeof session, 'string');
  const echo = engine.sessions.get(String(session));
  assert.ok(echo !== undefined);
  return { engine, server, client, session: String(session), echo };
}

test('answers the transcripts of the design, where no session is named', async () => {
  const client = new FakeConnection(createTestServer([new EchoEngine()]));
  const evaluated = await client.request({ id: '1', op: 'eval', code: 'value 3', ns: 'user' });
  const session = String(evaluated['session']);

  assert.deepEqual(evaluated, { id: '1', status: ['done'], session, value: '3', execution_count: 1 });
  assert.partialDeepStrictEqual(await client.request({ id: '2', op: 'info', symbol: 'print', ns: 'user' }), {
    status: ['done'],
    session,
    doc: 'Prints its text.',
  });
  assert.partialDeepStrictEqual(await client.request({ id: '3', op: 'complete', prefix: 'va', ns: 'user' }), {
    status: ['done'],
    completions: [{ candidate: 'value', type: 'keyword' }],
  });
  assert.deepEqual(await client.request({ id: '4', op: 'interrupt', session }), {
    id: '4',
    status: ['done'],
    session,
  });
  assert.partialDeepStrictEqual(await client.request({ id: '10', op: 'nonsense' }), {
    status: ['unknown-op'],
    error: 'Unknown operation: nonsense',
  });
});

test('an evaluation that fails is answered with its error and frames', async () => {
  const { client, session } = await opened();
  const answer = await client.request({ id: '2', op: 'eval', session, code: 'fail Unbound variable: x' });

  assert.deepEqual(answer, {
    id: '2',
    status: ['error'],
    session,
    error: 'EchoError: Unbound variable: x',
    code: 'eval-failed',
    class: 'permanent',
    retryable: false,
    stacktrace: [],
    execution_count: 1,
  });
});

test('looks are answered, and what is not known says so', async () => {
  const { client, session } = await opened();

  assert.deepEqual(await client.request({ id: '3', op: 'complete', prefix: 'pr' }), {
    id: '3',
    status: ['done'],
    session,
    completions: [{ candidate: 'print', type: 'keyword' }],
  });
  assert.partialDeepStrictEqual(await client.request({ id: '4', op: 'info', symbol: 'print' }), {
    status: ['done'],
    doc: 'Prints its text.',
  });
  assert.deepEqual(await client.request({ id: '5', op: 'info', symbol: 'x' }), {
    id: '5',
    status: ['done', 'no-info'],
    session,
  });
  assert.equal(
    (await client.request({ id: '6', op: 'locate', code: '', line: 1, column: 0, unit: 'block' }))['code'],
    'unsupported-op',
  );
});

const refused: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
  [
    'an unknown operation',
    { op: 'nonsense' },
    { status: ['unknown-op'], error: 'Unknown operation: nonsense', code: 'unknown-op' },
  ],
  [
    'a missing field',
    { op: 'eval' },
    { code: 'invalid-request', error: "eval: field 'code' is missing", details: { field: 'code' } },
  ],
  ['a wrong type', { op: 'eval', code: 1 }, { code: 'invalid-request', details: { field: 'code' } }],
  [
    'a value out of range',
    { op: 'eval', code: '', line: 0 },
    { code: 'invalid-request', details: { field: 'line' } },
  ],
  [
    'a wrong word',
    { op: 'attach', session: 's', mode: 'guest' },
    { code: 'invalid-request', details: { field: 'mode' } },
  ],
  ['no operation', {}, { code: 'invalid-request', details: { field: 'op' } }],
  ['an operation that is inherited by every object', { op: 'toString' }, { code: 'unknown-op' }],
  ['an unknown session', { op: 'eval', session: 'sess-x', code: '' }, { code: 'session-not-found' }],
  ['an unknown engine', { op: 'clone', engine: 'cobol' }, { code: 'engine-not-found' }],
  [
    'another major version',
    { op: 'describe', version: { major: 2, minor: 0, patch: 0 } },
    { code: 'protocol-version' },
  ],
  [
    'a file that is not there',
    { op: 'load-file', file: '/nowhere/x.py' },
    { code: 'invalid-request', details: { field: 'file' } },
  ],
];

for (const [what, request, expected] of refused) {
  test(`refuses ${what} with one clear error, and goes on`, async () => {
    const { client, session } = await opened();
    const answer = await client.request({ id: 'bad', ...request });

    assert.partialDeepStrictEqual(answer, { id: 'bad', ...expected });
    assert.equal(
      client.messages.filter((message) => 'id' in message && message.id === 'bad' && 'status' in message)
        .length,
      1,
    );
    assert.partialDeepStrictEqual(
      await client.request({ id: 'good', op: 'eval', session, code: 'value 1' }),
      { value: '1' },
    );
  });
}

test('every operation that is asked for nothing answers, and nothing is an internal fault', async () => {
  for (const op of opNames) {
    const { client } = await opened();
    const answer = await client.request({ id: 'x', op });
    assert.ok(answer['code'] === undefined || Object.hasOwn(errorCodes, String(answer['code'])), op);
    assert.notEqual(answer['code'], 'internal', op);
  }
});

test('describe says what the runtime is, can do and has done', async () => {
  const { client } = await opened();
  const answer = await client.request({ id: '1', op: 'describe' });

  assert.partialDeepStrictEqual(answer, {
    version: { major: 1 },
    engines: { echo: { language: 'echo' } },
    metrics: { clone: { count: 1, errors: 0 } },
  });
  assert.deepEqual(Object.keys(Object(answer['ops'])), [...opNames]);
});

test('an id that is still running is refused, and free again afterwards', async () => {
  const { client, session } = await opened();
  const first = client.request({ id: 'a', op: 'eval', session, code: 'wait' });
  const second = await client.request({ id: 'a', op: 'eval', session, code: 'value 1' });
  assert.equal(second['code'], 'duplicate-id');

  await client.request({ id: 'stop', op: 'interrupt', session });
  await first;
  client.writes.length = 0;
  assert.equal((await client.request({ id: 'a', op: 'eval', session, code: 'value 1' }))['value'], '1');
});

test('a result, the state and the response leave in one write, in this order', async () => {
  const { client, session } = await opened();
  const ended = client.request({ id: 'a', op: 'eval', session, code: 'ask name' });
  const { input_id } = await client.event('input');
  await client.request({ id: 'b', op: 'stdin', session, input_id, data: 'bob' });
  await ended;

  const last = client.writes.find((write) => write.some((message) => 'id' in message && message.id === 'a'));
  const kinds = last?.map((message) => ('type' in message ? message.type : 'response'));
  assert.deepEqual(kinds?.slice(-3), ['result', 'status', 'response']);
});

test('a stdin must name a pending input', async () => {
  const { client, session } = await opened();
  const ended = client.request({ id: 'a', op: 'eval', session, code: 'ask name' });
  const { input_id } = await client.event('input');

  assert.equal(
    (await client.request({ id: 'b', op: 'stdin', session, input_id: 'in-9', data: '' }))['code'],
    'no-pending-input',
  );
  await client.request({ id: 'c', op: 'stdin', session, input_id, data: 'bob' });
  assert.equal(
    (await client.request({ id: 'd', op: 'stdin', session, input_id, data: 'eve' }))['code'],
    'no-pending-input',
  );
  assert.equal((await ended)['value'], 'bob');
});

test('an interrupt does not overtake what was sent before it', async () => {
  const { server, client, session } = await opened();
  server.receive(client.connection, { id: 'a', op: 'eval', session, code: 'wait' });
  server.receive(client.connection, { id: 'b', op: 'eval', session, code: 'wait' });
  const answer = await client.request({ id: 'c', op: 'interrupt', session });

  assert.deepEqual(answer, { id: 'c', status: ['done'], session, interrupted: 'a', dropped: ['b'] });
  assert.equal((await client.response('b'))['code'], 'eval-dropped');
  assert.deepEqual((await client.response('a')).status, ['error', 'interrupted']);
});

test('an observer sees everything and changes nothing', async () => {
  const { server, client, session } = await opened();
  const observer = new FakeConnection(server);
  await observer.request({ id: '1', op: 'attach', session, mode: 'observer', since: 0 });
  await client.request({ id: 'a', op: 'eval', session, code: 'print x' });

  for (const op of [{ op: 'eval', code: '' }, { op: 'close' }, { op: 'restart' }, { op: 'interrupt' }]) {
    assert.equal(
      (await observer.request({ id: `try-${op.op}`, session, ...op }))['code'],
      'not-owner',
      op.op,
    );
  }
  assert.equal((await observer.request({ id: '2', op: 'complete', session, prefix: '' })).status[0], 'done');
  assert.deepEqual(observer.events, client.events);
});

test('attach replays what was missed, each event once, while new ones come', async () => {
  const { server, client, session } = await opened();
  for (const id of ['a', 'b', 'c'])
    await client.request({ id, op: 'eval', session, code: 'print x\nprint y' });
  const { epoch } = Object(await client.request({ id: 'ls', op: 'attach', session }));
  const late = new FakeConnection(server);
  const attached = late.request({ id: '1', op: 'attach', session, since: 5, epoch });
  for (const id of ['d', 'e']) await client.request({ id, op: 'eval', session, code: 'print z' });

  assert.partialDeepStrictEqual(await attached, { recovered: true, state: 'idle' });
  const last = server.sessions.get(session).log.lastSeq;
  await late.when(() => (late.events.at(-1)?.seq === last ? true : undefined));
  assert.deepEqual(
    late.events.map(({ seq }) => seq),
    Array.from({ length: last - 5 }, (_, index) => index + 6),
  );
});

test('attach with another epoch says so and sends all', async () => {
  const { server, client, session } = await opened();
  const late = new FakeConnection(server);
  assert.partialDeepStrictEqual(
    await late.request({ id: '1', op: 'attach', session, since: 2, epoch: 'of another life' }),
    { recovered: false, reason: 'epoch' },
  );
  await late.event('ready');
  assert.deepEqual(late.events, client.events);
});

test('what was trimmed from the log is told as a gap', async () => {
  const { server, client, session } = await opened({ limits: { maxLogBytes: 3000 } });
  await client.request({ id: 'a', op: 'eval', session, code: Array(30).fill('print x').join('\n') });
  const late = new FakeConnection(server);
  assert.partialDeepStrictEqual(await late.request({ id: '1', op: 'attach', session, since: 0 }), {
    recovered: false,
    reason: 'trimmed',
  });
  const gap = await late.event('gap');

  assert.deepEqual([gap.from, gap.to, gap.seq], [1, gap.seq, server.sessions.get(session).log.firstSeq - 1]);
  const last = server.sessions.get(session).log.lastSeq;
  assert.deepEqual(
    late.events.map(({ seq }) => seq),
    Array.from({ length: last - gap.to + 1 }, (_, index) => gap.to + index),
  );
});

test('an owner that does not read makes the engine wait, and nothing is lost', async () => {
  const { server, client, session, echo } = await opened({
    limits: { highWaterBytes: 2000, lowWaterBytes: 500 },
  });
  client.isSlow = true;
  const ended = client.request({
    id: 'a',
    op: 'eval',
    session,
    code: Array(100).fill('print 0123456789').join('\n'),
  });
  await pollTurns(() => echo.paused);
  assert.ok(client.bufferedBytes < 10_000, `${client.bufferedBytes} bytes are held`);

  client.isSlow = false;
  client.drain();
  await ended;
  assert.equal(echo.paused, false);
  assert.deepEqual(
    client.events.map(({ seq }) => seq),
    Array.from({ length: server.sessions.get(session).log.lastSeq }, (_, index) => index + 1),
  );
});

test('a slow observer, or a slow owner beside a fast one, stops nobody', async () => {
  const { server, client, session, echo } = await opened({
    limits: { highWaterBytes: 2000, lowWaterBytes: 500 },
  });
  const slow = ['observer', 'owner'].map((mode) => {
    const connection = new FakeConnection(server);
    connection.isSlow = true;
    return { mode, connection };
  });
  for (const { mode, connection } of slow) await connection.request({ id: '1', op: 'attach', session, mode });
  await client.request({
    id: 'a',
    op: 'eval',
    session,
    code: Array(100).fill('print 0123456789').join('\n'),
  });

  assert.equal(echo.paused, false);
  for (const { connection } of slow) {
    assert.ok(connection.bufferedBytes < 10_000);
    connection.isSlow = false;
    connection.drain();
    await connection.when(() =>
      connection.events.at(-1)?.seq === client.events.at(-1)?.seq ? true : undefined,
    );
    assert.deepEqual(connection.events, client.events.slice(3));
  }
});

test('an owner that leaves lets the program go on', async () => {
  const { server, client, echo } = await opened({ limits: { highWaterBytes: 2000, lowWaterBytes: 500 } });
  client.isSlow = true;
  echo.host.emit({ type: 'output', stream: 'stdout', data: 'x'.repeat(3000) });
  echo.host.emit({ type: 'output', stream: 'stdout', data: 'y' });
  await pollTurns(() => echo.paused);

  server.disconnect(client.connection);
  assert.equal(echo.paused, false);
});

test('a client that asks and never reads is disconnected', async () => {
  const { client } = await opened({ limits: { maxBufferedBytes: 50_000 } });
  client.isSlow = true;
  for (let count = 0; count < 20; count += 1) void client.request({ id: `d${count}`, op: 'describe' });
  await pollTurns(() => client.closedBecause !== undefined);

  assert.equal(client.closedBecause?.code, 'disconnected');
});

test('an event larger than all that may be left untaken is sent, and the client stays', async () => {
  const { client, session, echo } = await opened({
    limits: { highWaterBytes: 2000, lowWaterBytes: 500, maxBufferedBytes: 50_000 },
  });
  client.isSlow = true;
  echo.host.emit({ type: 'output', stream: 'stdout', data: 'x'.repeat(60_000) });
  await client.event('output');
  assert.deepEqual((await client.request({ id: 'a', op: 'ls-sessions' })).status, ['done']);

  client.isSlow = false;
  client.drain();
  assert.equal((await client.request({ id: 'b', op: 'eval', session, code: 'value 1' }))['value'], '1');
  assert.equal(client.closedBecause, undefined);
});

test('closing a session ends with closed, then the response; afterwards it is gone', async () => {
  const { client, session } = await opened();
  const ended = client.request({ id: 'a', op: 'eval', session, code: 'wait' });
  await client.request({ id: 'b', op: 'close', session });

  assert.equal(client.events.at(-1)?.type, 'closed');
  assert.equal((await ended)['code'], 'eval-interrupted');
  assert.deepEqual(validateLog(client.events, { finished: true }), []);
  assert.equal(
    (await client.request({ id: 'c', op: 'eval', session, code: '' }))['code'],
    'session-not-found',
  );
});

test('sessions are limited', async () => {
  const { client } = await opened({ limits: { maxSessions: 1 } });
  assert.partialDeepStrictEqual(await client.request({ id: 'b', op: 'clone' }), {
    code: 'session-limit',
    retryable: true,
  });
});

test('a middleware of the user sees, changes and adds operations', async () => {
  const shout: Middleware = {
    name: 'shout',
    handles: ['eval', 'shout'],
    async handler(request, next) {
      if (request.message.op === 'shout') return { text: 'HO' };
      const answer = await next(request);
      return { ...answer, value: `${String(answer['value'])}!` };
    },
  };
  const { client, session } = await opened({ middleware: [shout] });

  assert.equal((await client.request({ id: 'a', op: 'eval', session, code: 'value 1' }))['value'], '1!');
  assert.deepEqual(await client.request({ id: 'b', op: 'shout' }), { id: 'b', status: ['done'], text: 'HO' });
});

test('two sessions do not see each other', async () => {
  const { engine, client, session } = await opened();
  const other = String((await client.request({ id: 'o', op: 'clone', name: 'other' }))['session']);
  const ended = client.request({ id: 'a', op: 'eval', session, code: 'wait' });
  engine.sessions.get(session)?.host.died('a crash');
  await ended;

  assert.equal(
    (await client.request({ id: 'b', op: 'eval', session: other, code: 'value 1' }))['value'],
    '1',
  );
  const { sessions } = Object(await client.request({ id: 'c', op: 'ls-sessions' }));
  assert.deepEqual(
    sessions.map(({ state }: { state: string }) => state),
    ['dead', 'idle'],
  );
});

test('after its end a runtime takes no more requests', async () => {
  const { server, client } = await opened();
  await server.dispose();
  assert.equal(client.events.at(-1)?.type, 'closed');
  assert.equal(client.closedBecause?.code, 'shutting-down');
});

/** Lets turns of the event loop pass until it is so; a bound that is reached is a failure. */
async function pollTurns(isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn += 1) {
    assert.ok(turn < 1000, 'it never was so');
    await new Promise<void>((done) => setImmediate(done));
  }
}
