/**
 * The outside world under the debugger: programs of test/programs/outside are recorded, and gone through back and forth 50 times (12 without C). Afterwards
 * the files, the requests that a server saw and the lines that children wrote are as one run leaves them; and what each moment shows
 * is what the program saw then, clock and entropy included. On the oldest and the newest Python of each way of recording.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { Debugging, differenceIn } from '../support/debugging.ts';
import { InProcessRuntime } from '../support/in-process-runtime.ts';
import { openEngine } from '../support/python-engine.ts';
import { type Program, programsIn } from '../support/reference.ts';
import { findAllPythons, type Python } from '../tools/pythons.ts';

/** The others rest on the same log; they are made sure of by fewer. */
const journeysBy: Readonly<Record<string, number>> = { native: 50, monitoring: 12, tracing: 12 };
const answers = ['7', 'one', 'größe'];
const only = process.env['HINDSIGHT_PROGRAM'];
const programs = programsIn('outside').filter(({ name }) => only === undefined || name === only);
const pythons = await findAllPythons();
const modes: readonly (readonly [Python | undefined, string])[] = [
  [pythons.find(({ minor }) => minor < 12), 'tracing'],
  [pythons.findLast(({ minor }) => minor >= 12), 'monitoring'],
  [pythons.findLast(({ minor }) => minor >= 12), 'native'],
];

for (const [python, recorder] of modes) {
  test(`nothing outside happens again, ${recorder}`, { concurrency: 2 }, async (t) => {
    assert.ok(python !== undefined, `there is no Python for ${recorder}`);
    await Promise.all(
      programs.map((program) => t.test(program.name, (t) => checkProgram(t, python, recorder, program))),
    );
  });
}

async function checkProgram(
  t: TestContext,
  { executable }: Python,
  recorder: string,
  program: Program,
): Promise<void> {
  const bare = await World.make(t);
  const world = await World.make(t);
  const runtime = new InProcessRuntime(
    openEngine(t, { env: { ...process.env, HINDSIGHT_RECORDER: recorder } }),
  );
  t.after(() => runtime.dispose());
  const client = runtime.connect();
  await (await openIn(bare, client, executable)).run(program);
  const debugging = await openIn(world, client, executable);

  const { value = '', error } = await debugging.run(program, {});
  assert.equal(error, undefined);
  const { steps } = await debugging.counted();
  const printed = debugging.said('output').length;
  const journeys = journeysBy[recorder] ?? 0;
  for (let journey = 0; journey < journeys; journey += 1) {
    // There and back, each time to other places.
    const step = 1 + (((journey % 2 === 0 ? journey : journeys - journey) * 7919) % steps);
    const stop = await debugging.goTo(step);
    assert.deepEqual([differenceIn(stop, recorder), stop.position.step], [undefined, step]);
    const seen = (await debugging.printed("print(globals().get('seen', []))")).trimEnd();
    assert.ok(value.startsWith(seen.slice(0, -1)), `at step ${step}: ${seen}, and in the end ${value}`);
  }

  assert.deepEqual(await world.look(), await bare.look());
  assert.equal(debugging.said('output').length, printed);
  assert.equal(debugging.said('input').length, program.name === 'asking' ? answers.length : 0);
  await debugging.close();
}

/** A session whose program finds this world, and a person who answers what it asks. */
async function openIn(world: World, client: RuntimeClient, interpreter: string): Promise<Debugging> {
  const options = { interpreter, cwd: world.folder, env: world.env, snapshots: 'never' } as const;
  const debugging = await Debugging.open(client, options);
  let asked = 0;
  client.onEvent((event) => {
    if (event.type !== 'input' || event.session !== debugging.session) return;
    const line = { session: event.session, input_id: event.input_id, data: answers[asked] ?? '' };
    asked += 1;
    void client.request('stdin', line);
  });
  return debugging;
}

/** A folder, a server of lines, and one of HTTP, which note what they are asked. */
class World {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #asked: readonly string[];

  private constructor(folder: string, env: Readonly<Record<string, string>>, asked: readonly string[]) {
    this.folder = folder;
    this.env = env;
    this.#asked = asked;
  }

  static async make(t: TestContext): Promise<World> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'hindsight-outside-')));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const asked: string[] = [];
    const lines = createServer((socket) => {
      asked.push('connected');
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        asked.push(String(data));
        socket.write(`answer ${asked.length} to ${String(data).trimEnd()}\n`);
      });
    });
    const http = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(request.url === '/missing' ? 404 : 200).end(`answer ${asked.length}`);
    });
    const env = { MODEL_PORT: await listen(t, lines), MODEL_HTTP_PORT: await listen(t, http) };
    return new World(folder, env, asked);
  }

  /** All that the program can have left outside. */
  async look(): Promise<{ readonly files: Record<string, string>; readonly asked: readonly string[] }> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files: Record<string, string> = {};
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      files[relative(this.folder, path)] = entry.isFile() ? await readFile(path, 'utf8') : 'folder';
    }
    return { files, asked: [...this.#asked] };
  }
}

async function listen(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return String(address.port);
}
