/** States that are written and loaded by real processes: durable ones, and without fork all of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Engine, EngineSnapshot, SavedState } from '../../runtime/core/engine.ts';
import {
  never,
  openEngine,
  openSession,
  RecordingHost,
  TestSession,
  testPython,
} from '../support/python-engine.ts';
import { CapturingHost, goOnFrom, snapshotOf } from '../support/python-snapshots.ts';

const variants = { forked: {}, 'fresh processes': { fork: false } } as const;
for (const [name, options] of Object.entries(variants)) describe(name, () => body(options));

function body(options: { readonly fork?: boolean }): void {
  test('a saved state is loaded by another engine', async (t) => {
    const objects = folder(t);
    const session = await openSession(openEngine(t, options));
    await session.value('shared = [1]\npair = (shared, shared)\ndef double(x): return 2 * x');
    const saved = await save(await snapshotOf(session), objects);

    const { session: loaded, report } = await load(openEngine(t, options), saved);

    assert.equal(await loaded.value('shared.append(2); pair, double(4)'), '(([1, 2], [1, 2]), 8)');
    assert.deepEqual(report.kept.map(({ name }) => name).sort(), ['double', 'pair', 'shared']);
    assert.deepEqual(report.lost, []);
  });

  test('what could not be kept is said when it is written and when it is loaded', async (t) => {
    const session = await openSession(openEngine(t, options));
    await session.value('kept = 1\ngenerator = (n for n in [1])');
    const saved = await save(await snapshotOf(session), folder(t));

    const { report } = await load(openEngine(t, options), saved);

    assert.deepEqual(
      saved.report.lost.map(({ name }) => name),
      ['generator'],
    );
    assert.deepEqual(
      report.lost.map(({ name }) => name),
      ['generator'],
    );
  });

  test('a damaged object is refused by name, and nothing of it is left', async (t) => {
    const objects = folder(t);
    const session = await openSession(openEngine(t, options));
    await session.value('x = list(range(1000))');
    const saved = await save(await snapshotOf(session), objects);
    for (const name of saved.objectNames) rmSync(join(objects, name.slice(0, 2), name.slice(2)));

    await assert.rejects(load(openEngine(t, options), saved), { code: 'checkpoint-damaged' });
  });

  test('a newer format and another engine’s state are refused', async (t) => {
    const session = await openSession(openEngine(t, options));
    const saved = await save(await snapshotOf(session), folder(t));
    const engine = openEngine(t, options);

    await assert.rejects(load(engine, { ...saved, format: 99 }), {
      code: 'checkpoint-version',
      message: /format 99/,
    });
    await assert.rejects(load(engine, { ...saved, engine: 'lambda' }), { code: 'checkpoint-version' });
  });

  test('a loaded session captures what was loaded, and not what was before', async (t) => {
    const session = await openSession(openEngine(t, options));
    await session.value('x = 1');
    const saved = await save(await snapshotOf(session), folder(t));
    const host = new CapturingHost();
    await load(openEngine(t, options), saved, host);

    const first = await host.after(undefined);

    assert.equal(await (await goOnFrom(first)).value('x'), '1');
    assert.equal(host.snapshots.length, 1);
  });

  test('a folder that cannot be written to fails the checkpoint and nothing else', async (t) => {
    const session = await openSession(openEngine(t, options));
    await session.value('x = 1');
    const snapshot = await snapshotOf(session);

    await assert.rejects(save(snapshot, '/proc/no-such-folder/objects'), { code: 'checkpoint-failed' });

    assert.equal(await session.value('x'), '1');
    assert.equal(await (await goOnFrom(snapshot)).value('x'), '1');
  });
}

test('without fork goes back to a state as often as one likes, also when its session has died', async (t) => {
  const session = await openSession(openEngine(t, { fork: false }));
  await session.value('nested = {"list": [1]}');
  const snapshot = await snapshotOf(session);
  await session.value('nested["list"].append(2)');
  await assert.rejects(session.evaluate('import os; os._exit(3)'), { code: 'worker-died' });

  const [first, second] = [await goOnFrom(snapshot), await goOnFrom(snapshot)];
  await first.value('nested["list"].append(3)');

  assert.equal(await first.value('nested'), "{'list': [1, 3]}");
  assert.equal(await second.value('nested'), "{'list': [1]}");
});

test('without fork states come by themselves, also before an evaluation that follows at once', async (t) => {
  const host = new CapturingHost();
  const session = await openSession(openEngine(t, { fork: false }), { snapshots: 'always' }, host);
  await session.evaluate('x = 1', { executionId: 'one' });
  await session.evaluate('x = 2', { executionId: 'two' });

  const [one, two] = [await host.after('one'), await host.after('two')];

  assert.equal(await (await goOnFrom(one)).value('x'), '1');
  assert.equal(await snapshotOf(session), two);
});

test('without fork the objects of a state go with it, and shared ones stay', async (t) => {
  const engine = openEngine(t, { fork: false });
  const session = await openSession(engine);
  await session.value('data = bytes(range(256)) * 4000');
  const first = await snapshotOf(session);
  await session.value('more = "text"');
  const second = await snapshotOf(session);
  assert.ok((await second.measure()) < (await first.measure()), 'what they share is written once');

  await first.release();

  assert.equal(await (await goOnFrom(second)).value('len(data), more'), "(1024000, 'text')");
  await assert.rejects(goOnFrom(first), { code: 'snapshot-gone' });
  assert.equal(await first.measure(), 0);
});

test('describe says what is not possible without fork', (t) => {
  const { capabilities } = openEngine(t, { fork: false }).describe() as { capabilities: object };

  assert.deepEqual(capabilities, {
    fork: false,
    looksWhileBusy: false,
    tcp: false,
    snapshots: 'serialized',
    looksAtSnapshots: false,
    evaluatesAtSnapshots: false,
    diff: false,
    durable: true,
  });
});

async function save(snapshot: EngineSnapshot, path: string): Promise<SavedState> {
  const saved = await snapshot.save?.({ path }, never);
  if (saved === undefined) throw new Error('the state cannot be saved');
  assert.ok(
    saved.objectNames.every((name) => readdirSync(join(path, name.slice(0, 2))).includes(name.slice(2))),
  );
  // As it comes back from a store.
  return JSON.parse(JSON.stringify(saved)) as SavedState;
}

async function load(engine: Engine, saved: SavedState, host: RecordingHost = new RecordingHost()) {
  const interpreter = testPython === undefined ? {} : { interpreter: testPython };
  const loaded = await engine.load?.(saved, { sessionId: 'loaded', ...interpreter }, host, never);
  if (loaded === undefined) throw new Error('the engine cannot load');
  return { session: new TestSession(loaded.session, host), report: loaded.report };
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hindsight-objects-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
