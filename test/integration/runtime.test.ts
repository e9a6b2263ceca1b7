/**
 * One session driven over three transports, by one body: WebSocket in JSON, WebSocket in MessagePack, and
 * stdio. The events are the same, and so is what is answered.
 */
import assert from 'node:assert/strict';
import { before, describe, type TestContext, test } from 'node:test';
import { validateLog } from '../../runtime/core/flow.ts';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openStdio } from '../../runtime/protocol/client/stdio.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import { validateEvent } from '../../runtime/protocol/validate.ts';
import { listening, startHindsight } from '../support/hindsight-command.ts';

const transports = {
  'WebSocket, JSON': (t: TestContext) => overWebSocket(t, 'json'),
  'WebSocket, MessagePack': (t: TestContext) => overWebSocket(t, 'msgpack'),
  stdio: (t: TestContext) => {
    const child = startHindsight(t, ['serve', '--stdio', '--log-level', 'error']);
    return Promise.resolve(new RuntimeClient(openStdio({ output: child.stdout, input: child.stdin })));
  },
};

const recorded = new Map<string, { events: unknown[]; answers: unknown[] }>();

for (const [name, connect] of Object.entries(transports)) {
  test(`a session is driven over ${name}`, async (t) => {
    const client = await connect(t);
    const { events, answers } = await drive(client);
    client.dispose();

    assert.deepEqual(validateLog(events, { finished: true }), []);
    for (const event of events) validateEvent(event);
    recorded.set(name, { events: joined(events).map(comparable), answers });
  });
}

describe('what happened is the same over every transport', () => {
  const [first = '', ...others] = Object.keys(transports);
  before(() => assert.equal(recorded.size, others.length + 1));
  for (const name of others) {
    test(`${name} as ${first}`, () => assert.deepEqual(recorded.get(name), recorded.get(first)));
  }
});

/** The body: everything that a session does, in an order that does not depend on time. */
async function drive(client: RuntimeClient): Promise<{ events: Event[]; answers: unknown[] }> {
  const events: Event[] = [];
  client.onEvent((event) => events.push(event));
  const { session } = await client.request('clone', {});
  const answers: unknown[] = [];
  const evaluate = async (id: string, code: string): Promise<void> => {
    answers.push(
      await client
        .request('eval', { session, code }, { id })
        .then(({ value, status }) => ({ value, status }), codeOf),
    );
  };

  await evaluate('value', 'x = 20\nx + 1');
  await evaluate(
    'output',
    'import sys\nfor i in range(3): print("line", i)\nprint("wrong", file=sys.stderr)',
  );
  await evaluate('error', '1 / 0');
  await evaluate('syntax', 'def (');
  await evaluate('nul', 'x = "a\0b"');
  await evaluate('surrogate', 'print("a\\ud800b")');
  await evaluate('repr', 'class A:\n  def __repr__(self): raise ValueError("no repr")\nA()');
  client.onEvent((event) => {
    if (event.type === 'input')
      void client.request('stdin', { session, input_id: event.input_id, data: 'bob' });
  });
  await evaluate('input', 'input("name? ").upper()');
  // `print` writes a text and its newline one after the other: the newline shows that it is done.
  const started = new Promise<void>((resolve) =>
    client.onEvent((event) => {
      if (event.type === 'output' && event.execution_id === 'loop' && event.data.endsWith('\n')) resolve();
    }),
  );
  const loop = evaluate('loop', 'print("looping")\nwhile True: pass');
  const dropped = evaluate('dropped', '1');
  await started;
  await client.request('interrupt', { session });
  await Promise.all([loop, dropped]);
  await evaluate('after', 'x');
  await evaluate('death', 'import os\nos._exit(3)');
  await evaluate('dead', '1');
  await client.request('restart', { session });
  await evaluate('fresh', 'try: x\nexcept NameError: print("gone")');
  const { completions } = await client.request('complete', { session, code: 'imp', line: 1, column: 3 });
  answers.push(completions.some(({ candidate }) => candidate === 'import'));
  await client.request('close', { session });
  return { events, answers };
}

async function overWebSocket(t: TestContext, encoding: 'json' | 'msgpack'): Promise<RuntimeClient> {
  const { url, token } = await listening(startHindsight(t, ['serve', '--json', '--log-level', 'error']));
  return new RuntimeClient(await openWebSocket({ url, token, encoding }));
}

function codeOf(error: unknown): string {
  return ProtocolError.from(error).code;
}

/** Output as it was written: how a pipe cuts it into events is a matter of time. */
function joined(events: readonly Event[]): Event[] {
  const result: Event[] = [];
  for (const event of events) {
    const last = result.at(-1);
    const continues = event.type === 'output' && last?.type === 'output' && last.stream === event.stream;
    if (continues && last.execution_id === event.execution_id)
      result[result.length - 1] = { ...last, data: last.data + event.data };
    else result.push(event);
  }
  return result;
}

/** An event without what differs from run to run: times, process ids, names that are drawn by lot. */
function comparable(event: Event): unknown {
  const { timestamp: _timestamp, session: _session, id: _id, seq: _seq, ...named } = event;
  const rest = 'snapshot_id' in named ? { ...named, snapshot_id: typeof named.snapshot_id } : named;
  if (rest.type === 'ready') return { ...rest, info: Object.keys(rest.info) };
  // Which line an interrupt finds running is a matter of time, too.
  if (rest.type === 'error' && rest.code === 'eval-interrupted') {
    return {
      ...rest,
      traceback: rest.traceback.at(-1),
      frames: [],
      execution_time: typeof rest.execution_time,
    };
  }
  if (rest.type === 'result' || rest.type === 'error')
    return { ...rest, execution_time: typeof rest.execution_time };
  if (rest.type === 'input' || rest.type === 'input_done') return { ...rest, input_id: typeof rest.input_id };
  return rest;
}
