/** The file that keeps what was run: across windows and restarts, bounded, and true to the text. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HistoryStore } from '../../client/panel/history-store.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hs-history-'));
});
after(() => rm(folder, { recursive: true }));

test('what one window ran, another one and the next start read, each once and newest last', async () => {
  const path = join(folder, 'deep', 'history.jsonl');
  const [one, other] = [new HistoryStore(path), new HistoryStore(path)];

  await one.add('import os');
  await other.add('def f():\n    return "“\u2028”"\n');
  await one.add('x = 1');
  await other.add('import os');

  const expected = ['def f():\n    return "“\u2028”"\n', 'x = 1', 'import os'];
  assert.deepEqual(await one.read(), expected);
  assert.deepEqual(await new HistoryStore(path).read(), expected);
  assert.equal((await stat(path)).mode & 0o077, 0, 'only its person may read it');
});

test('is empty before anything was run', async () => {
  assert.deepEqual(await new HistoryStore(join(folder, 'none.jsonl')).read(), []);
});

test('keeps the newest entries, and the file does not grow without end', async () => {
  const path = join(folder, 'bounded.jsonl');
  const store = new HistoryStore(path, { entries: 3, length: 100 });
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((code) => store.add(code)));

  assert.deepEqual(await store.read(), ['e', 'f', 'g']);
  assert.equal(await readFile(path, 'utf8'), '"e"\n"f"\n"g"\n');

  await store.add('h');
  assert.deepEqual(await store.read(), ['f', 'g', 'h']);
});

test('leaves out blank code, and code too long to be typed again', async () => {
  const store = new HistoryStore(join(folder, 'long.jsonl'), { entries: 3, length: 5 });

  await Promise.all(['  \n', '123456', '12345'].map((code) => store.add(code)));

  assert.deepEqual(await store.read(), ['12345']);
});

test('a line that was cut off costs itself alone', async () => {
  const path = join(folder, 'cut.jsonl');
  const store = new HistoryStore(path);
  await store.add('kept');
  await appendFile(path, '"cut o\n{}\n');
  await store.add('kept, too');

  assert.deepEqual(await store.read(), ['kept', 'kept, too']);
});
