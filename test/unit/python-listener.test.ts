/** Who gets in at the engine's door and who does not: real sockets, no Python. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { pack } from 'msgpackr';
import { silentLogger } from '../../runtime/core/logger.ts';
import type { Frame } from '../../runtime/engines/python/link-messages.ts';
import { Listener, type ListenerOptions } from '../../runtime/engines/python/listener.ts';
import { Peer } from '../../runtime/engines/python/peer.ts';

const python = { version: '3.11.7', executable: '/usr/bin/python3', prefix: '/usr' };

for (const tcp of [false, true]) {
  const how = tcp ? 'over TCP' : 'over a Unix socket';

  test(`lets in who says the token and an expected id ${how}`, async (t) => {
    const { listener, peer } = await door(t, { tcp });

    const socket = dial(t, listener);
    socket.write(frame(hello(listener)));
    const admitted = await peer;
    const received = new Promise<Frame>((resolve) => admitted.listen({ onFrame: resolve, onClose() {} }));
    socket.write(frame({ type: 'configured' }));

    assert.deepEqual(await received, { type: 'configured' });
  });

  test(`drops a connection that stays silent ${how}`, async (t) => {
    const { listener } = await door(t, { tcp, helloTimeoutMs: 20 });

    await once(dial(t, listener), 'close');
  });
}

const rubbish: Record<string, (listener: Listener) => Buffer> = {
  'a wrong token': (listener) => frame({ ...hello(listener), token: 'x'.repeat(64) }),
  'an empty token': (listener) => frame({ ...hello(listener), token: '' }),
  'an id that nobody expects': (listener) => frame({ ...hello(listener), id: 'w999' }),
  'a shadow of no worker': (listener) => frame({ ...hello(listener), role: 'shadow' }),
  'another frame before the hello': () => frame({ type: 'configured' }),
  'a hello without a pid': (listener) => frame({ ...hello(listener), pid: undefined }),
  'a frame of an unknown type': () => frame({ type: 'constructor' }),
  'a frame that is no map': () => frame(42),
  // Only its beginning: its length says enough.
  'a hello over the limit': (listener) =>
    frame({ ...hello(listener), padding: 'x'.repeat(70_000) }).subarray(0, 100),
  'a length of 4 GB': () => Buffer.from([0xff, 0xff, 0xff, 0xff, 1]),
  'bytes that are no MessagePack': () => Buffer.from([0, 0, 0, 3, 0xc1, 0xc1, 0xc1]),
  'a map that ends too early': () => Buffer.from([0, 0, 0, 2, 0x8f, 0xa1]),
  'an empty frame': () => Buffer.from([0, 0, 0, 0]),
  'text of another protocol': () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
};

for (const [what, bytes] of Object.entries(rubbish)) {
  test(`drops ${what}, and the next one still gets in`, async (t) => {
    const { listener, peer } = await door(t, {});

    const hostile = dial(t, listener);
    hostile.write(bytes(listener));
    await once(hostile, 'close');
    dial(t, listener).write(frame(hello(listener)));

    assert.equal((await peer).hello.id, 'w1');
  });
}

test('reads a frame that comes byte by byte, and two that come at once', async (t) => {
  const { listener, peer } = await door(t, {});
  const socket = dial(t, listener);
  for (const byte of frame(hello(listener))) socket.write(Buffer.from([byte]));
  const frames: Frame[] = [];
  const both = new Promise<void>((resolve) => {
    void peer.then((admitted) =>
      admitted.listen({ onFrame: (got) => frames.push(got) === 2 && resolve(), onClose() {} }),
    );
  });
  await peer;

  socket.write(Buffer.concat([frame({ type: 'sync', n: 1 }), frame({ type: 'sync', n: 2 })]));
  await both;

  assert.deepEqual(frames, [
    { type: 'sync', n: 1 },
    { type: 'sync', n: 2 },
  ]);
});

test('warns of who is refused, and not of who only looks whether it is there', async (t) => {
  const warnings: object[] = [];
  let logger = silentLogger;
  const warned = new Promise<void>((resolve) => {
    logger = { ...silentLogger, warn: (fields) => warnings.push(fields) > 0 && resolve() };
  });
  const { listener } = await door(t, { logger });
  const curious = dial(t, listener);
  await once(curious, 'connect');
  curious.destroy();

  dial(t, listener).write(frame({ ...hello(listener), token: 'wrong' }));
  await warned;

  assert.deepEqual(warnings, [{ cause: 'no hello that is expected' }]);
});

test('says why the link of an admitted process was closed', async (t) => {
  const { listener, peer } = await door(t, {});
  const socket = dial(t, listener);
  socket.write(frame(hello(listener)));
  const admitted = await peer;
  const cause = new Promise<string | undefined>((resolve) =>
    admitted.listen({ onFrame() {}, onClose: (problem) => resolve(problem?.message) }),
  );

  socket.write(frame({ type: 'sync', n: 'one' }));

  assert.match((await cause) ?? '', /frame sync: \/n/);
});

test('replaces lone surrogates in what it sends, which Python could not read', async (t) => {
  const { listener, peer } = await door(t, {});
  const socket = dial(t, listener);
  socket.write(frame(hello(listener)));
  const { link } = await peer;

  link.send({ type: 'eval', code: 'a\ud800b' });
  const [sent] = (await once(socket, 'data')) as [Buffer]; // Data events of a socket without an encoding carry buffers.

  assert.ok(sent.includes(Buffer.from('a\ufffdb')));
});

test('keeps its folder private and removes it', async () => {
  const listener = await Listener.open({ tcp: false, helloTimeoutMs: 1000, logger: silentLogger });

  assert.equal(statSync(listener.folder).mode & 0o777, 0o700);
  await listener.close();
  await listener.close();

  assert.equal(existsSync(listener.folder), false);
});

interface Door {
  readonly listener: Listener;
  readonly peer: Promise<Peer>;
}

async function door(t: TestContext, options: Partial<ListenerOptions>): Promise<Door> {
  const listener = await Listener.open({
    tcp: false,
    helloTimeoutMs: 5000,
    logger: silentLogger,
    ...options,
  });
  t.after(() => listener.close());
  const peer = new Promise<Peer>((resolve) =>
    listener.expect('w1', (said, link) => {
      if (said.role !== 'worker') return undefined;
      const admitted = new Peer(said, link);
      resolve(admitted);
      return admitted;
    }),
  );
  return { listener, peer };
}

function dial(t: TestContext, { address }: Listener): Socket {
  const socket = 'path' in address ? connect(address.path) : connect(address.port, address.host);
  socket.on('error', () => {}); // Being dropped with bytes unread is a reset.
  t.after(() => socket.destroy());
  return socket;
}

function hello({ token }: Listener): Record<string, unknown> {
  return { type: 'hello', role: 'worker', id: 'w1', token, pid: 1, python };
}

function frame(value: unknown): Buffer {
  const body = pack(value);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}
