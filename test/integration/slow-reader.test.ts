/** A client that does not read what a real Python writes: the runtime's memory stays bounded, and nothing is lost. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import WebSocket from 'ws';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { RuntimeState } from '../../runtime/protocol/client/state-file.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { listening, startHindsight } from '../support/hindsight-command.ts';

const megabyte = 1_000_000;
const programs = {
  'a hundred writes of a megabyte': "import sys\nfor _ in range(100): sys.stdout.write('x' * 1_000_000)",
  'one write of 100 MB': "import sys\nsys.stdout.write('x' * 100_000_000)",
};
/** What the kernel holds for a socket that nobody reads, what the runtime and the pipes do, and some room. */
const mostUnderWay = 40 * megabyte;
/** The log keeps all 100 MB once it was read; the rest is the program itself and what waits for collection. */
const mostResident = 450 * megabyte;

for (const fork of [true, false]) {
  for (const [what, code] of Object.entries(programs)) {
    test(`${what} wait for the reader ${fork ? 'of a fork' : 'of a fresh process'}`, async (t) => {
      const runtime = await listening(
        startHindsight(t, ['serve', '--json', '--log-level', 'error', ...(fork ? [] : ['--no-fork'])]),
      );
      const { owner, session } = await openOwner(t, runtime);
      const observer = await observe(t, runtime, session);

      owner.pause();
      owner.send(JSON.stringify({ id: 'e', op: 'eval', session, code }));
      await observer.whenReceived(megabyte / 2);
      for (let n = 0; n < 100; n += 1) await observer.client.request('ls-sessions', {});
      assert.ok(
        observer.received < mostUnderWay,
        `${observer.received} bytes came while the owner did not read`,
      );
      const received = receiveAll(owner);
      owner.resume();

      assert.equal(await received, 100 * megabyte);
      if (process.platform === 'linux')
        assert.ok(peakBytes(runtime.pid) < mostResident, `${peakBytes(runtime.pid)} bytes`);
    });
  }
}

async function openOwner(
  t: TestContext,
  { url, token }: RuntimeState,
): Promise<{ owner: WebSocket; session: string }> {
  const owner = new WebSocket(url, ['hindsight.json'], { headers: { authorization: `Bearer ${token}` } });
  t.after(() => owner.terminate());
  await once(owner, 'open');
  const answered = new Promise<string>((resolve) =>
    owner.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString());
      if (message.id === 'c') resolve(message.session);
    }),
  );
  owner.send('{"id":"c","op":"clone"}');
  return { owner, session: await answered };
}

/** Reads everything at once, and stops nobody: an observer does not set the pace. */
async function observe(t: TestContext, { url, token }: RuntimeState, session: string) {
  const client = new RuntimeClient(await openWebSocket({ url, token }));
  t.after(() => client.dispose());
  const waiting = new Set<() => void>();
  const observer = {
    client,
    received: 0,
    whenReceived: (bytes: number) =>
      new Promise<void>((resolve) => waiting.add(() => observer.received >= bytes && resolve())),
  };
  client.onEvent((event) => {
    if (event.type === 'output') observer.received += event.data.length;
    for (const look of waiting) look();
  });
  await client.request('attach', { session, mode: 'observer' });
  return observer;
}

/** The length of all output until the evaluation is answered; a gap is a loss. */
function receiveAll(owner: WebSocket): Promise<number> {
  let length = 0;
  return new Promise((resolve, reject) => {
    owner.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString());
      if (message.type === 'output') length += message.data.length;
      if (message.type === 'gap') reject(new Error(`events ${message.from} to ${message.to} are missing`));
      if (message.id === 'e') resolve(length);
    });
  });
}

function peakBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}
