/**
 * Durable checkpoints through the whole program: they survive the runtime, a kill at any moment, and damage to others; what is wrong is
 * said by name, and the session that was asked goes on.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { listening, startHindsight } from '../support/hindsight-command.ts';

test('after kill -9 of everything, a fresh runtime has the last checkpoint, and it holds', async (t) => {
  const store = folderFor(t);
  const first = await start(t, store);
  const { session } = await first.client.request('clone', { name: 'main' });
  await run(
    first.client,
    session,
    'import collections\ncounts = collections.Counter("hindsight")\nalias = counts',
  );
  const { snapshotId, report } = await first.client.request('snapshot', {
    session,
    label: 'before the flood',
    durable: true,
  });
  await killHard(first.child);

  const second = await start(t, store);
  const { snapshots } = await second.client.request('ls-snapshots', {});
  const restored = await second.client.request('restore', { snapshotId });

  assert.deepEqual(report?.lost, []);
  assert.deepEqual(
    snapshots.map(({ id, label, tier }) => ({ id, label, tier })),
    [{ id: snapshotId, label: 'before the flood', tier: 'durable' }],
  );
  assert.equal(await value(second.client, restored.session, "counts['h'], alias is counts"), '(2, True)');
});

test('a runtime that is killed while it writes leaves the old checkpoints whole, and no half one', async (t) => {
  const store = folderFor(t);
  const first = await start(t, store);
  const { session } = await first.client.request('clone', {});
  await run(first.client, session, 'kept = "old"');
  const { snapshotId } = await first.client.request('snapshot', { session, label: 'old', durable: true });
  await run(first.client, session, 'import random\nlarge = [random.randbytes(1000) for _ in range(200_000)]');
  const before = objectsIn(store).length;
  const writing = first.client.request('snapshot', { session, label: 'large', durable: true });
  writing.catch(() => {}); // Its runtime is killed.
  await until(() => objectsIn(store).length > before);
  await killHard(first.child);

  const second = await start(t, store);
  const { snapshots } = await second.client.request('ls-snapshots', {});
  const restored = await second.client.request('restore', { snapshotId });

  assert.deepEqual(
    snapshots.map(({ label }) => label),
    ['old'],
  );
  assert.equal(await value(second.client, restored.session, 'kept'), "'old'");
  await second.client.request('delete-snapshot', { snapshotId });
  assert.deepEqual(objectsIn(store), []);
});

test('a damaged checkpoint is refused by name, and the others stay usable', async (t) => {
  const store = folderFor(t);
  const first = await start(t, store);
  const { session } = await first.client.request('clone', {});
  await run(first.client, session, 'x = "good"');
  const good = await first.client.request('snapshot', { session, label: 'good', durable: true });
  const known = new Set(objectsIn(store));
  await run(first.client, session, 'x = "bad" * 1000');
  const bad = await first.client.request('snapshot', { session, label: 'bad', durable: true });
  await killHard(first.child);
  for (const object of objectsIn(store)) if (!known.has(object)) truncateSync(object, 2);

  const { client } = await start(t, store);

  await assert.rejects(client.request('restore', { snapshotId: bad.snapshotId }), {
    code: 'checkpoint-damaged',
  });
  const restored = await client.request('restore', { snapshotId: good.snapshotId });
  assert.equal(await value(client, restored.session, 'x'), "'good'");
});

test('a store of a newer version is refused, and the sessions work without one', async (t) => {
  const store = folderFor(t);
  const database = new DatabaseSync(path.join(store, 'store.sqlite'));
  database.exec('PRAGMA user_version = 99');
  database.close();

  const { client } = await start(t, store);
  const { session } = await client.request('clone', {});
  await run(client, session, 'x = 1');

  await assert.rejects(client.request('snapshot', { session, durable: true }), {
    code: 'checkpoint-version',
    message: /update Hindsight/,
  });
  assert.equal(await value(client, session, 'x'), '1');
});

test('what cannot be kept is in the report, when it is saved and when it is restored', async (t) => {
  const store = folderFor(t);
  const { client } = await start(t, store);
  const { session } = await client.request('clone', {});
  await run(
    client,
    session,
    'numbers = (n for n in range(3))\nclass Angry:\n  def __reduce__(self): raise RuntimeError("never")\nangry = Angry()\nkept = 7',
  );

  const saved = await client.request('snapshot', { session, durable: true, label: 'some' });
  const file = path.join(store, 'some.hindsight');
  await client.request('export', { snapshotId: saved.snapshotId, file });
  const { snapshotId } = await client.request('import', { file });
  const restored = await client.request('restore', { snapshotId, trust: true });

  const lost = (report: typeof saved.report) => report?.lost.map(({ name }) => name).toSorted();
  assert.deepEqual(lost(saved.report), ['angry', 'numbers']);
  assert.deepEqual(lost(restored.report), ['angry', 'numbers']);
  assert.match(String(saved.report?.lost.find(({ name }) => name === 'angry')?.reason), /never/);
  assert.equal(await value(client, restored.session, 'kept'), '7');
});

test('an imported checkpoint runs nothing before a person agrees', async (t) => {
  const store = folderFor(t);
  const { client } = await start(t, store);
  const { session } = await client.request('clone', {});
  const mark = path.join(store, 'it-ran');
  await run(
    client,
    session,
    `class Bomb:\n  def __reduce__(self): return (open, (${JSON.stringify(mark)}, 'w'))\nbomb = Bomb()`,
  );
  const { snapshotId } = await client.request('snapshot', { session });
  const file = path.join(store, 'bomb.hindsight');
  await client.request('export', { snapshotId, file });
  rmSync(mark, { force: true });

  const imported = await client.request('import', { file });
  const refused = [
    client.request('restore', { snapshotId: imported.snapshotId }),
    client.request('fork', { snapshotId: imported.snapshotId }),
    client.request('inspect', { at: imported.snapshotId, session }),
    client.request('diff', { from: imported.snapshotId, session }),
    client.request('eval', { at: imported.snapshotId, session, code: '1' }),
  ];

  for (const answer of refused) await assert.rejects(answer, { code: 'checkpoint-untrusted' });
  assert.equal(existsSync(mark), false);
  await client.request('restore', { snapshotId: imported.snapshotId, trust: true });
  assert.equal(existsSync(mark), true);
});

test('a full disk is said, nothing is half kept, and the session goes on', async (t) => {
  const store = folderFor(t);
  const { client } = await start(t, store);
  const { session } = await client.request('clone', {});
  await run(client, session, 'import random\nlarge = random.randbytes(3_000_000)');
  // The largest file that the session's processes may write: what a full disk does to them.
  await run(client, session, 'import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))');

  await assert.rejects(client.request('snapshot', { session, durable: true, label: 'too large' }), {
    code: 'checkpoint-failed',
  });

  assert.equal(await value(client, session, 'len(large)'), '3000000');
  const { snapshots } = await client.request('ls-snapshots', { session });
  assert.deepEqual(
    snapshots.filter(({ tier }) => tier === 'durable' || tier === 'both'),
    [],
  );
});

test('a file that is none is refused by name', async (t) => {
  const store = folderFor(t);
  const { client } = await start(t, store);
  const file = path.join(store, 'notes.txt');
  writeFileSync(file, 'no checkpoint');

  await assert.rejects(client.request('import', { file }), {
    code: 'checkpoint-damaged',
    message: /notes\.txt/,
  });
});

test('another version of a library is named with both versions when a state comes back', async (t) => {
  const store = folderFor(t);
  const first = await start(t, store);
  const { session } = await first.client.request('clone', {});
  await run(first.client, session, 'import numpy\narray = numpy.arange(3)');
  const { snapshotId } = await first.client.request('snapshot', { session, durable: true });
  await killHard(first.child);
  const database = new DatabaseSync(path.join(store, 'store.sqlite'));
  const text = String(database.prepare('SELECT record FROM checkpoints').get()?.['record']);
  database.close();
  const version = /"numpy":\s*"([^"]+)"/.exec(text)?.[1] ?? '';
  replaceInStore(store, `"numpy":"${version}"`, '"numpy":"0.0.1"');

  const { client } = await start(t, store);
  const { warnings, report, session: restored } = await client.request('restore', { snapshotId });

  const said = [...warnings, ...(report?.warnings ?? [])].map(({ message }) => message).join('\n');
  assert.ok(said.includes('0.0.1') && said.includes(version), said);
  assert.equal(await value(client, restored, 'array.sum()'), 'np.int64(3)');
});

interface Running {
  readonly child: ChildProcess;
  readonly client: RuntimeClient;
}

async function start(t: TestContext, store: string): Promise<Running> {
  const child = startHindsight(t, ['serve', '--json', '--log-level', 'error', '--store', store], {
    env: { ...process.env, PATH: `${path.dirname(python)}:${process.env['PATH']}` },
  });
  const { url, token } = await listening(child);
  const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack' }));
  t.after(() => client.dispose());
  return { child, client };
}

const python = process.env['HINDSIGHT_TEST_PYTHON'] ?? 'python3';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hindsight-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function killHard(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function run(client: RuntimeClient, session: string, code: string): Promise<void> {
  await client.request('eval', { session, code });
}

async function value(client: RuntimeClient, session: string, code: string): Promise<string | undefined> {
  return (await client.request('eval', { session, code })).value;
}

function objectsIn(store: string): readonly string[] {
  return globSync('objects/??/*', { cwd: store }).map((file) => path.join(store, file));
}

/** As another machine would have written it: its checksum is right. */
function replaceInStore(store: string, from: string, to: string): void {
  const database = new DatabaseSync(path.join(store, 'store.sqlite'));
  const record = String(database.prepare('SELECT record FROM checkpoints').get()?.['record']);
  assert.ok(record.includes(from), `no ${from} in ${record.slice(0, 2000)}`);
  const changed = record.replaceAll(from, to);
  database
    .prepare('UPDATE checkpoints SET record = ?, checksum = ?')
    .run(changed, createHash('sha256').update(changed).digest('hex'));
  database.close();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
