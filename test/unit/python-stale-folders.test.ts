/** What is removed after an engine that was killed, and what is not: real sockets in a folder of the test. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeStaleFolders } from '../../runtime/engines/python/stale-folders.ts';

test('removes the old folder of a killed process and keeps young ones, those of living ones and of others', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'hindsight-test-'));
  t.after(() => rmSync(parent, { recursive: true }));
  const old = ['x-stale', 'x-alive', 'x-empty', 'other'];
  for (const name of [...old, 'x-young']) mkdirSync(join(parent, name));
  writeFileSync(join(parent, 'x-file'), '');
  const alive = createServer().listen(join(parent, 'x-alive', 'link'));
  t.after(() => alive.close());
  await once(alive, 'listening');
  await killedListener(join(parent, 'x-stale', 'link'));
  await killedListener(join(parent, 'x-young', 'link'));
  await killedListener(join(parent, 'other', 'link'));
  const anHourAgo = Date.now() / 1000 - 3600;
  for (const name of old) utimesSync(join(parent, name), anHourAgo, anHourAgo);

  const removed = await removeStaleFolders(parent, 'x-', 'link');

  assert.deepEqual(removed, [join(parent, 'x-stale')]);
  for (const name of ['x-alive', 'x-empty', 'x-young', 'other', 'x-file'])
    assert.ok(existsSync(join(parent, name)), name);
});

/** Leaves a socket behind on which nobody listens. */
async function killedListener(path: string): Promise<void> {
  const script = 'require("net").createServer().listen(process.argv[1], () => console.log("listening"))';
  const child = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
