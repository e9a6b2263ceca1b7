/**
 * Measures Hindsight through RuntimeClient over a WebSocket in MessagePack, against the built runtime. The
 * tasks are those of peer.py. All times are in milliseconds.
 */
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import { startRuntime } from './runtime.ts';
import type { Output, Tasks } from './tasks.ts';

/** Samples by task; those of `peer.py` and some that only we can do. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** Runs all tasks in one runtime with sessions of one interpreter. */
export async function measureOurs(tasks: Tasks, interpreter: string): Promise<Samples> {
  const runtime = await startRuntime();
  try {
    const { url, token } = runtime;
    const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack' }));
    const samples = await measureWith(client, tasks, interpreter);
    client.dispose();
    return samples;
  } finally {
    await runtime.stop();
  }
}

export async function measureWith(
  client: RuntimeClient,
  tasks: Tasks,
  interpreter: string,
): Promise<Samples> {
  const first = await timed(() => client.request('clone', { interpreter }));
  const { session } = first.value;
  await client.request('eval', { session, code: tasks.setUp });
  const warmAndCold = await measureSessions(client, tasks, interpreter);
  const evaluate = (code: string) => client.request('eval', { session, code });
  const look = lookTasks(client, session, tasks);

  const small = {
    eval: await sampled(() => evaluate('1+1'), tasks.small, tasks.warmUp, tasks.pauseMs),
    evalAtOnce: await sampled(() => evaluate('1+1'), tasks.small, tasks.warmUp),
    complete: await sampled(look.complete, tasks.small, tasks.warmUp),
    info: await sampled(look.info, tasks.small, tasks.warmUp),
  };
  const busy = await whileBusy(client, session, async () => ({
    completeBusy: await sampled(look.complete, tasks.small, tasks.warmUp),
    infoBusy: await sampled(look.info, tasks.small, tasks.warmUp),
  }));
  const large = {
    lines: await sampled(() => evaluateExactly(client, session, tasks.lines), tasks.large, 1),
    write: await sampled(() => evaluateExactly(client, session, tasks.write), tasks.large, 1),
  };
  const interrupt: number[] = [];
  for (let count = 0; count < tasks.interrupts; count += 1)
    interrupt.push(await interruption(client, session));
  return { sessionFirst: [first.ms], ...warmAndCold, ...small, ...busy, ...large, interrupt };
}

/**
 * New sessions, with the pool full (`session`), and asked for in the moment in which the pool gave its last
 * one away (`sessionCold`). A session counts as usable when its first evaluation has answered.
 */
export async function measureSessions(
  client: RuntimeClient,
  tasks: Tasks,
  interpreter: string,
): Promise<Samples> {
  const session: number[] = [];
  const sessionUsable: number[] = [];
  const sessionCold: number[] = [];
  for (let count = 0; count < tasks.sessions; count += 1) {
    await poolRefilled();
    const warm = await timed(() => client.request('clone', { interpreter }));
    const cold = await timed(() => client.request('clone', { interpreter }));
    session.push(warm.ms);
    sessionCold.push(cold.ms);
    await Promise.all([warm, cold].map(({ value }) => client.request('close', { session: value.session })));
    await poolRefilled();
    const usable = await timed(async () => {
      const opened = await client.request('clone', { interpreter });
      await client.request('eval', { session: opened.session, code: '1' });
      return opened;
    });
    sessionUsable.push(usable.ms);
    await client.request('close', { session: usable.value.session });
  }
  return { session, sessionUsable, sessionCold };
}

/** Nothing says when the pool is full again; a person who opens sessions pauses longer than this. */
function poolRefilled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}

function lookTasks(client: RuntimeClient, session: string, { complete, info }: Tasks) {
  return {
    complete: async () => {
      const { completions } = await client.request('complete', {
        session,
        code: complete,
        line: 1,
        column: complete.length,
      });
      if (!completions.some(({ candidate }) => candidate === 'pop'))
        throw new Error('the completion was not found');
    },
    info: async () => {
      const { arglists, doc } = await client.request('info', {
        session,
        code: info,
        line: 1,
        column: info.length,
      });
      if (doc === undefined && arglists === undefined)
        throw new Error('nothing was found about the function');
    },
  };
}

/** Measures while an endless loop runs in the session. */
async function whileBusy<T>(client: RuntimeClient, session: string, work: () => Promise<T>): Promise<T> {
  const { ended } = await startLoop(client, session);
  const measured = await work();
  await client.request('interrupt', { session });
  await ended;
  return measured;
}

/** From asking for the interrupt until the client has the error. */
async function interruption(client: RuntimeClient, session: string): Promise<number> {
  const { id, ended } = await startLoop(client, session);
  const failed = nextEvent(client, (event) => event.type === 'error' && event.execution_id === id);
  const { ms } = await timed(async () => {
    await Promise.all([client.request('interrupt', { session }), failed]);
  });
  await ended;
  return ms;
}

/** Resolves once the loop runs; `ended` when its evaluation has ended, as it does with an error. */
async function startLoop(
  client: RuntimeClient,
  session: string,
): Promise<{ id: string; ended: Promise<void> }> {
  const id = client.newId();
  const running = nextEvent(client, (event) => event.type === 'output' && event.execution_id === id);
  const code = "print('go', flush=True)\nwhile True: pass";
  const evaluation = client.request('eval', { session, code }, { id });
  const ended = evaluation.then(
    () => undefined,
    () => undefined,
  );
  await running;
  return { id, ended };
}

async function evaluateExactly(
  client: RuntimeClient,
  session: string,
  { code, characters }: Output,
): Promise<void> {
  let received = 0;
  const counting = client.onEvent((event) => {
    if (event.type === 'output' && event.session === session) received += event.data.length;
  });
  await client.request('eval', { session, code });
  counting.dispose();
  if (received !== characters) throw new Error(`${received} characters arrived, ${characters} were written`);
}

function nextEvent(client: RuntimeClient, wanted: (event: Event) => boolean): Promise<Event> {
  return new Promise((resolve) => {
    const listening = client.onEvent((event) => {
      if (!wanted(event)) return;
      listening.dispose();
      resolve(event);
    });
  });
}

/** `pauseMs`: what passes between two of them. */
async function sampled(
  task: () => Promise<unknown>,
  count: number,
  warmUp: number,
  pauseMs = 0,
): Promise<number[]> {
  for (let index = 0; index < warmUp; index += 1) await task();
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    samples.push((await timed(task)).ms);
  }
  return samples;
}

async function timed<T>(task: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begin = performance.now();
  const value = await task();
  return { value, ms: performance.now() - begin };
}
