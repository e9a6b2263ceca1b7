/** The store of durable checkpoints: what it keeps, what it refuses, and that it never loses one to another's fault. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { ZipFile } from 'yazl';
import { Objects } from '../../runtime/core/checkpoints/objects.ts';
import { CheckpointStore } from '../../runtime/core/checkpoints/store.ts';
import type { ObjectFolder, SavedState } from '../../runtime/core/engine.ts';

let folder = '';
let store: CheckpointStore;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hindsight-store-'));
  store = await open();
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

test('holds what was saved after it is opened again', async () => {
  const saved = await save('snap-1', ['one', 'two']);

  store.close();
  store = await open();

  assert.deepEqual(store.read('snap-1'), saved);
  assert.deepEqual(store.list(), [{ kind: 'whole', record: saved }]);
  assert.equal(saved.trusted, true);
});

test('records nothing when the engine fails in the middle, and sweeps what it left', async () => {
  await assert.rejects(
    store.save(factsOf('snap-1'), async (objects) => {
      await writeObject(objects, 'half');
      throw new Error('out of ideas');
    }),
    /out of ideas/,
  );

  assert.deepEqual(store.list(), []);
  assert.ok(store.sweep() > 0);
  assert.deepEqual(objectFiles(), []);
});

test('keeps an object while any checkpoint names it', async () => {
  await save('snap-1', ['shared', 'own']);
  await save('snap-2', ['shared']);

  const freed = store.delete('snap-1');

  assert.ok(freed > 0);
  assert.deepEqual(objectFiles(), [nameOf('shared')]);
  assert.throws(() => store.read('snap-1'), { code: 'snapshot-not-found' });
});

test('sweeps nothing while somebody saves', async () => {
  await store.save(factsOf('snap-1'), async (objects) => {
    const saved = await savedOf(objects, ['late']);
    assert.equal(store.sweep(), 0);
    return saved;
  });

  assert.equal(store.sweep(), 0);
  assert.deepEqual(objectFiles(), [nameOf('late')]);
});

test('forgets the leases of runtimes that were killed', async () => {
  const dead = await CheckpointStore.open({ folder, pid: 2 ** 22 + 1 });
  await new Promise<void>((written) => {
    void dead.save(factsOf('snap-1'), async (objects) => {
      await writeObject(objects, 'left');
      written();
      return new Promise<never>(() => {});
    });
  });

  assert.ok(store.sweep() > 0);

  assert.deepEqual(objectFiles(), []);
  dead.close();
});

test('names a damaged record, and the others stay usable', async () => {
  await save('snap-1', ['one']);
  await save('snap-2', ['two']);
  edit(`UPDATE checkpoints SET record = replace(record, 'label', 'lapel') WHERE id = 'snap-1'`);

  assert.throws(() => store.read('snap-1'), { code: 'checkpoint-damaged' });
  assert.deepEqual(
    store.list().map((listed) => listed.kind),
    ['damaged', 'whole'],
  );
  store.delete('snap-1');
  assert.equal(store.list().length, 1);
});

test('refuses a store that a newer version has written', async () => {
  edit('PRAGMA user_version = 2');

  await assert.rejects(open(), { code: 'checkpoint-version', message: /update Hindsight/ });
});

test('says why it cannot be opened', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');

  await assert.rejects(CheckpointStore.open({ folder: file, pid: process.pid }), {
    code: 'store-unavailable',
  });
});

test('names a checkpoint anew', async () => {
  await save('snap-1', []);

  store.rename('snap-1', 'before the flood');

  assert.equal(store.read('snap-1').node.label, 'before the flood');
});

test('what is exported comes in elsewhere under a new id, with everything but trust', async () => {
  const saved = await save('snap-1', ['one', 'two']);
  const file = path.join(folder, 'one.hindsight');

  const size = await store.exportTo('snap-1', file);
  const other = await CheckpointStore.open({ folder: path.join(folder, 'other'), pid: process.pid });
  const imported = await other.importFrom(file, 'snap-9');

  assert.equal(size, readFileSync(file).length);
  assert.deepEqual(imported.node, { ...saved.node, id: 'snap-9' });
  assert.deepEqual(imported.saved.manifest, saved.saved.manifest);
  assert.equal(imported.trusted, false);
  assert.deepEqual(other.read('snap-9'), imported);
  other.trust('snap-9');
  assert.equal(other.read('snap-9').trusted, true);
  other.close();
});

test('keeps folders and variables of this machine out of what is exported', async () => {
  await store.save(
    { ...factsOf('snap-1'), options: { cwd: '/home/ada/secret', env: { TOKEN: 'secret' } } },
    (objects) => savedOf(objects, []),
  );
  const file = path.join(folder, 'one.hindsight');

  await store.exportTo('snap-1', file);
  const imported = await store.importFrom(file, 'snap-2');

  assert.deepEqual(imported.options, {});
});

test('exports nothing of a checkpoint whose object is damaged, and leaves the old file', async () => {
  await save('snap-1', ['one']);
  const file = path.join(folder, 'one.hindsight');
  await store.exportTo('snap-1', file);
  const before = readFileSync(file);
  truncateSync(path.join(store.folder.path, nameOf('one').slice(0, 2), nameOf('one').slice(2)), 3);

  await assert.rejects(store.exportTo('snap-1', file), { code: 'checkpoint-damaged' });

  assert.deepEqual(readFileSync(file), before);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('says which folder an export cannot be written to', async () => {
  await save('snap-1', []);

  await assert.rejects(store.exportTo('snap-1', path.join(folder, 'no/such/folder/x')), {
    code: 'checkpoint-failed',
  });
});

const tampered: Record<string, (zip: ZipFile) => void> = {
  'no record': (zip) => zip.addBuffer(form('one'), `objects/${nameOf('one')}`),
  'a record that is not JSON': (zip) => zip.addBuffer(Buffer.from('{'), 'checkpoint.json'),
  'a record without a field': (zip) =>
    zip.addBuffer(Buffer.from('{"hindsightCheckpoint": 1}'), 'checkpoint.json'),
  'another content under the name of an object': (zip) =>
    zip.addBuffer(form('evil'), `objects/${nameOf('one')}`),
  'an object that unpacks to more than an object may hold': (zip) =>
    zip.addBuffer(
      Buffer.concat([Buffer.of(1), deflateSync(Buffer.alloc(1 << 24))]),
      `objects/${nameOf('one')}`,
    ),
  'a name that leads out of the folder': (zip) => zip.addBuffer(form('one'), 'objects/up/there'),
};
for (const [what, fill] of Object.entries(tampered)) {
  test(`refuses a file with ${what}, and takes nothing of it in`, async () => {
    const file = path.join(folder, 'bad.hindsight');
    const zip = new ZipFile();
    fill(zip);
    zip.end();
    writeFileSync(file, await buffer(zip.outputStream));

    await assert.rejects(store.importFrom(file, 'snap-1'), { code: 'checkpoint-damaged' });

    assert.deepEqual(store.list(), []);
  });
}

test('refuses a file of a newer version by name', async () => {
  const file = path.join(folder, 'new.hindsight');
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('{"hindsightCheckpoint": 2}'), 'checkpoint.json');
  zip.end();
  writeFileSync(file, await buffer(zip.outputStream));

  await assert.rejects(store.importFrom(file, 'snap-1'), { code: 'checkpoint-version' });
});

for (const [what, bytes] of Object.entries({ 'no archive': 'hello', 'cut off': undefined })) {
  test(`refuses a file that is ${what}`, async () => {
    await save('snap-1', ['one', 'two']);
    const file = path.join(folder, 'x.hindsight');
    await store.exportTo('snap-1', file);
    if (bytes === undefined) truncateSync(file, 300);
    else writeFileSync(file, bytes);

    await assert.rejects(store.importFrom(file, 'snap-2'), { code: 'checkpoint-damaged' });

    assert.equal(store.list().length, 1);
  });
}

function open(): Promise<CheckpointStore> {
  return CheckpointStore.open({ folder, pid: process.pid });
}

function save(snapshotId: string, contents: readonly string[]) {
  return store.save(factsOf(snapshotId), (objects) => savedOf(objects, contents));
}

function factsOf(id: string) {
  return {
    node: { id, session: 'sess-1', label: `label of ${id}`, created: 1000, warnings: [] },
    options: { interpreter: '/usr/bin/python3' },
  };
}

async function savedOf(objects: ObjectFolder, contents: readonly string[]): Promise<SavedState> {
  for (const content of contents) await writeObject(objects, content);
  return {
    engine: 'python',
    format: 1,
    objects,
    objectNames: contents.map(nameOf),
    addedBytes: 10,
    totalBytes: 10,
    manifest: { of: contents },
    report: { kept: [{ name: 'x', type: 'int' }], lost: [], warnings: [] },
  };
}

function writeObject(objects: ObjectFolder, content: string): Promise<void> {
  return new Objects(objects.path).write(nameOf(content), form(content));
}

function nameOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function form(content: string): Buffer {
  return Buffer.concat([Buffer.of(0), Buffer.from(content)]);
}

function objectFiles(): readonly string[] {
  const at = store.folder.path;
  if (!existsSync(at)) return [];
  return readdirSync(at).flatMap((two) => readdirSync(path.join(at, two)).map((rest) => two + rest));
}

function edit(statement: string): void {
  const database = new DatabaseSync(path.join(folder, 'store.sqlite'));
  database.exec(statement);
  database.close();
}
