/** Hostile and broken clients on real sockets: one clear error each, and the session goes on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import WebSocket from 'ws';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { msgpackCodec } from '../../runtime/protocol/codec/msgpack.ts';
import type { HttpServerOptions } from '../../runtime/transports/http-server.ts';
import { EchoEngine } from '../support/echo-engine.ts';
import { fc } from '../support/properties.ts';
import { startTestRuntime, type TestRuntime } from '../support/runtime.ts';

async function started(t: TestContext, options: Partial<HttpServerOptions> = {}): Promise<TestRuntime> {
  const runtime = await startTestRuntime([new EchoEngine()], {}, options);
  t.after(() => runtime[Symbol.asyncDispose]());
  return runtime;
}

/** A plain WebSocket with the token, as a script would open it. */
async function open(
  { http, token }: TestRuntime,
  subprotocols: string[] = [],
  headers: Record<string, string> = {},
): Promise<WebSocket> {
  const socket = new WebSocket(http.url, subprotocols, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  await once(socket, 'open');
  return socket;
}

async function nextJson(socket: WebSocket): Promise<Record<string, unknown>> {
  const [data] = await once(socket, 'message');
  return JSON.parse(String(data));
}

test('a wrong token is refused with its code', async (t) => {
  const { http } = await started(t);
  await assert.rejects(openWebSocket({ url: http.url, token: 'wrong' }), { code: 'unauthorized' });
  await assert.rejects(openWebSocket({ url: http.url }), { code: 'unauthorized' });
});

test('a foreign origin and a foreign host are refused even with the token', async (t) => {
  const runtime = await started(t);
  for (const [headers, code] of [
    [{ origin: 'https://evil.example' }, 'forbidden-origin'],
    [{ host: 'evil.example' }, 'forbidden-host'],
  ] as const) {
    const socket = new WebSocket(runtime.http.url, {
      headers: { authorization: `Bearer ${runtime.token}`, ...headers },
    });
    const [, response] = await once(socket, 'unexpected-response');
    const body: Buffer[] = await response.toArray();
    assert.equal(response.statusCode, 403);
    assert.equal(JSON.parse(Buffer.concat(body).toString()).code, code);
  }
});

test('the gate stands before every path, over HTTP as well', async (t) => {
  const { http, token } = await started(t);
  for (const path of ['/', '/rpc', '/anything']) {
    const response = await fetch(`${http.http}${path}`);
    assert.equal(response.status, 401);
    assert.partialDeepStrictEqual(await response.json(), { code: 'unauthorized', class: 'connection' });
  }
  const headers = { authorization: `Bearer ${token}` };
  assert.partialDeepStrictEqual(await (await fetch(http.http, { headers })).json(), { name: 'hindsight' });
  assert.equal((await fetch(`${http.http}/nothing`, { headers })).status, 404);
});

test('a browser comes in with an origin on the list and the token as a subprotocol', async (t) => {
  const { http, token } = await started(t, { allowedOrigins: ['https://page.example'] });
  const socket = new WebSocket(http.url, [`hindsight.token.${token}`, 'hindsight.json'], {
    origin: 'https://page.example',
  });
  await once(socket, 'open');

  assert.equal(socket.protocol, 'hindsight.json');
  socket.send('{"id":"1","op":"eval","code":"value 3"}');
  assert.partialDeepStrictEqual(await nextJson(socket), { type: 'status', seq: 1 });
  socket.close();
});

const rubbish: readonly [string, string[], string | Buffer, boolean][] = [
  ['no JSON', [], 'rubbish', false],
  ['JSON that is no object', [], '[1]', false],
  ['invalid UTF-8', [], Buffer.from([0x7b, 0xff, 0x7d]), false],
  ['binary where text is spoken', ['hindsight.json'], Buffer.from('{}'), true],
  ['nesting without end', [], '['.repeat(100_000), false],
];

for (const [what, subprotocols, data, binary] of rubbish) {
  test(`a frame with ${what} is one error, and the connection goes on`, async (t) => {
    const socket = await open(await started(t), subprotocols);
    socket.send(data, { binary });
    assert.partialDeepStrictEqual(await nextJson(socket), {
      id: '',
      status: ['error'],
      code: 'invalid-frame',
      class: 'validation',
    });

    socket.send('{"id":"1","op":"ls-sessions"}');
    assert.deepEqual(await nextJson(socket), { id: '1', status: ['done'], sessions: [] });
    socket.close();
  });
}

test('binary rubbish in MessagePack is one error a frame, never a crash', async (t) => {
  const runtime = await started(t);
  const socket = await open(runtime, ['hindsight.msgpack']);
  const frames = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 60 }), { numRuns: 300, seed: 1 });
  const answers: Record<string, unknown>[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on(
      'message',
      (data: Buffer) => answers.push(Object(msgpackCodec.decode(data))) === frames.length && resolve(),
    );
  });
  for (const frame of frames) socket.send(frame);
  await all;

  for (const { code } of answers)
    assert.ok(code === 'invalid-frame' || code === 'invalid-request', String(code));
  socket.close();
});

test('a frame over the limit is one error and the end of its connection alone', async (t) => {
  const runtime = await started(t, { maxFrameBytes: 1000 });
  const client = await runtime.connect();
  const { session } = await client.request('clone', {});
  const socket = await open(runtime);
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ id: '1', op: 'eval', session, code: 'x'.repeat(2000) }));

  assert.partialDeepStrictEqual(await nextJson(socket), {
    id: '',
    code: 'frame-too-large',
    details: { maxFrameBytes: 1000 },
  });
  assert.equal((await closed)[0], 1009);
  assert.equal((await client.request('eval', { session, code: 'value 1' })).value, '1');
  client.dispose();
});

test('a client that vanishes leaves its session to the others', async (t) => {
  const runtime = await started(t);
  const socket = await open(runtime);
  socket.send('{"id":"1","op":"clone"}');
  const { session } = await nextJson(socket);
  socket.send(JSON.stringify({ id: '2', op: 'eval', session, code: 'print x\nask name' }));
  socket.terminate();

  const client = await runtime.connect('json');
  const asked = new Promise<string>((resolve) =>
    client.onEvent((event) => event.type === 'input' && resolve(event.input_id)),
  );
  const ended = new Promise<void>((resolve) =>
    client.onEvent((event) => event.type === 'result' && resolve()),
  );
  await client.request('attach', { session: String(session), since: 0 });
  await client.request('stdin', { session: String(session), input_id: await asked, data: 'bob' });
  await ended;
  client.dispose();
});

test('an output of many megabytes arrives whole through a reader that stops in between', async (t) => {
  const engine = new EchoEngine();
  const runtime = await startTestRuntime([engine]);
  t.after(() => runtime[Symbol.asyncDispose]());
  const socket = await open(runtime);
  socket.send('{"id":"1","op":"clone"}');
  const { session } = await nextJson(socket);
  const host = engine.sessions.get(String(session))?.host;
  const echo = engine.sessions.get(String(session));
  assert.ok(host !== undefined && echo !== undefined);

  socket.pause();
  let emitted = 0;
  while (!echo.paused) {
    assert.ok(emitted < 500, 'the engine was never told to wait');
    host.emit({ type: 'output', stream: 'stdout', data: 'x'.repeat(100_000) });
    emitted += 1;
    await new Promise<void>((done) => setImmediate(done));
  }
  host.emit({ type: 'output', stream: 'stdout', data: 'the end' });
  let received = 0;
  const whole = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString());
      if (event.type === 'output') received += event.data.length;
      if (event.data === 'the end') resolve();
    });
  });
  socket.resume();
  await whole;

  assert.equal(received, emitted * 100_000 + 'the end'.length);
  assert.equal(echo.paused, false);
  socket.close();
});
