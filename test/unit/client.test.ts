/** `RuntimeClient` on transports that the test holds in its hand, against a runtime with the echo engine. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { ProtocolServer } from '../../runtime/core/protocol-server.ts';
import { retryDelayMs } from '../../runtime/protocol/client/retry.ts';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { stateFilePath } from '../../runtime/protocol/client/state-file.ts';
import { openStdio } from '../../runtime/protocol/client/stdio.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import { serveStdio } from '../../runtime/transports/stdio.ts';
import { EchoEngine } from '../support/echo-engine.ts';
import { createTestServer } from '../support/runtime.ts';

/** A connection to the server over two streams; `cut` breaks it. */
function link(server: ProtocolServer) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  void serveStdio({ server, input: toServer, output: toClient, maxFrameBytes: 1e6 });
  const transport = openStdio({ output: toClient, input: toServer });
  return { transport, cut: () => toClient.end() };
}

test('a request resolves with its answer and rejects with the code of its error', async () => {
  const client = new RuntimeClient(link(createTestServer([new EchoEngine()])).transport);
  const { session } = await client.request('clone', {});

  assert.equal((await client.request('eval', { session, code: 'value 1' })).value, '1');
  await assert.rejects(client.request('eval', { session, code: 'fail oops' }), {
    code: 'eval-failed',
    message: 'EchoError: oops',
  });
  await assert.rejects(client.request('close', { session: 'sess-x' }), {
    code: 'session-not-found',
    details: { session: 'sess-x' },
  });
  client.dispose();
});

test('ids of two clients never meet', () => {
  const server = createTestServer([new EchoEngine()]);
  const [one, two] = [new RuntimeClient(link(server).transport), new RuntimeClient(link(server).transport)];
  assert.equal(new Set([one.newId(), one.newId(), two.newId(), two.newId()]).size, 4);
});

test('aborting an evaluation interrupts it, and it settles with its own end', async () => {
  const client = new RuntimeClient(link(createTestServer([new EchoEngine()])).transport);
  const { session } = await client.request('clone', {});
  const controller = new AbortController();
  const ended = client.request('eval', { session, code: 'wait' }, { signal: controller.signal });
  controller.abort();

  await assert.rejects(ended, { code: 'eval-interrupted' });
  await assert.rejects(client.request('describe', {}, { signal: controller.signal }), { code: 'cancelled' });
  client.dispose();
});

test('what runs when the connection ends is rejected, and the end is told once', async () => {
  const { transport, cut } = link(createTestServer([new EchoEngine()]));
  const client = new RuntimeClient(transport);
  const closed = new Promise<string>((resolve) => client.onDidClose(({ code }) => resolve(code)));
  const { session } = await client.request('clone', {});
  const ended = client.request('eval', { session, code: 'wait' });
  cut();

  await assert.rejects(ended, { code: 'disconnected' });
  assert.equal(await closed, 'disconnected');
  await assert.rejects(client.request('describe', {}), { code: 'disconnected' });
});

test('after a cut the client comes back and has every event once, in order', async () => {
  const server = createTestServer([new EchoEngine()]);
  let current = link(server);
  const attempts: number[] = [];
  const client = new RuntimeClient(current.transport, {
    delay: () => Promise.resolve(),
    reconnect(attempt) {
      attempts.push(attempt);
      if (attempt < 3) return Promise.reject(new Error('not yet'));
      current = link(server);
      return Promise.resolve(current.transport);
    },
  });
  const events: Event[] = [];
  client.onEvent((event) => events.push(event));
  const reconnected = new Promise<void>((resolve) => client.onDidReconnect(resolve));
  const { session } = await client.request('clone', {});
  const lost = client.request('eval', { session, code: 'print before\nask name\nprint after' });
  const input = await new Promise<Event<'input'>>((resolve) =>
    client.onEvent((event) => event.type === 'input' && resolve(event)),
  );

  current.cut();
  await assert.rejects(lost, { code: 'disconnected' });
  server.sessions.get(session).provideInput(input.input_id, 'bob');
  await reconnected;
  await client.request('eval', { session, code: 'print more' });

  assert.deepEqual(attempts, [1, 2, 3]);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'output' ? [event.data] : [])),
    ['before\n', 'after\n', 'more\n'],
  );
  client.dispose();
});

test('when there is no way back the client says so', async () => {
  const { transport, cut } = link(createTestServer([new EchoEngine()]));
  const client = new RuntimeClient(transport, { reconnect: () => Promise.resolve(undefined) });
  const closed = new Promise<void>((resolve) => client.onDidClose(() => resolve()));
  cut();
  await closed;
});

test('events of the past are asked for with attach', async () => {
  const server = createTestServer([new EchoEngine()]);
  const first = new RuntimeClient(link(server).transport);
  const { session } = await first.request('clone', {});
  await first.request('eval', { session, code: 'print x' });
  const second = new RuntimeClient(link(server).transport);
  const seqs: number[] = [];
  const complete = new Promise<void>((resolve) =>
    second.onEvent(({ seq }) => seqs.push(seq) === 8 && resolve()),
  );
  const { seq } = await second.request('attach', { session, since: 0 });
  await complete;

  assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(seq, 8);
});

test('a listener that throws does not keep an event from the others', async (context) => {
  const client = new RuntimeClient(link(createTestServer([new EchoEngine()])).transport);
  const thrown = new Promise<unknown>((resolve) =>
    context.mock.method(globalThis, 'queueMicrotask', (task: () => void) => {
      try {
        task();
      } catch (error) {
        resolve(error);
      }
    }),
  );
  client.onEvent(() => {
    throw new Error('a bad listener');
  });
  const seen = new Promise<Event>((resolve) => client.onEvent(resolve));
  await client.request('clone', {});

  assert.equal((await seen).seq, 1);
  assert.match(String(await thrown), /a bad listener/);
});

test('the client waits a second after the first attempt, then twice as long each time, a minute at most', () => {
  const middle = () => 0.5;
  assert.deepEqual(
    [1, 2, 3, 4, 20].map((attempt) => retryDelayMs(attempt, middle)),
    [0, 1000, 2000, 4000, 60_000],
  );
  assert.deepEqual(
    [0, 1].map((random) => retryDelayMs(2, () => random)),
    [900, 1100],
  );
});

test('the state file of a workspace is where each platform keeps such files', () => {
  const name = '9c23ab0a8a7bd3f8';
  const cases: [NodeJS.Platform, Record<string, string>, string][] = [
    ['linux', { HOME: '/home/ann' }, `/home/ann/.local/state/hindsight/`],
    ['linux', { HOME: '/home/ann', XDG_STATE_HOME: '/state' }, '/state/hindsight/'],
    ['darwin', { HOME: '/Users/ann' }, '/Users/ann/Library/Application Support/hindsight/'],
  ];
  for (const [platform, env, folder] of cases) {
    const file = stateFilePath('/work/space', env, platform);
    assert.ok(file.startsWith(folder), file);
    assert.match(file.slice(folder.length), /^[0-9a-f]{16}\.json$/);
    assert.equal(file.length, `${folder}${name}.json`.length);
  }
  assert.notEqual(stateFilePath('/a', {}, 'linux'), stateFilePath('/b', {}, 'linux'));
});
