/** Which interpreter is taken, and what is said when none can be: real files, and real commands in place of Pythons. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findInterpreter, type Search } from '../../runtime/engines/python/interpreter.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';

test('takes the first usable one on PATH', async (t) => {
  const old = folder(t, { python3: says('3.8.1') });
  const good = folder(t, { python3: says('3.12.1') });

  const found = await findInterpreter(search({ PATH: `${old}:${good}` }));

  assert.deepEqual(found, { path: '/found/3.12.1', version: '3.12.1' });
});

test('prefers the active virtual environment', async (t) => {
  const venv = folder(t, { 'bin/python': says('3.11.0') });
  const path = folder(t, { python3: says('3.12.1') });

  const found = await findInterpreter(search({ PATH: path, VIRTUAL_ENV: venv }));

  assert.equal(found.version, '3.11.0');
});

test('takes a command, a path, a relative path and the folder of a virtual environment', async (t) => {
  const venv = folder(t, { 'bin/python': says('3.10.0') });
  const env = { PATH: join(venv, 'bin') };

  for (const wanted of ['python', join(venv, 'bin', 'python'), './bin/python', venv]) {
    const found = await findInterpreter({ ...search(env), cwd: venv, wanted });
    assert.equal(found.version, '3.10.0', wanted);
  }
});

test('finds a path below the home folder by its tilde', async (t) => {
  const home = folder(t, { 'bin/python': says('3.12.1') });

  const found = await findInterpreter({ ...search({ HOME: home }), wanted: '~/bin/python' });

  assert.equal(found.version, '3.12.1');
});

test('says where it has looked when there is none', async (t) => {
  const empty = folder(t, {});

  const error = await failure(search({ PATH: empty }));

  assert.equal(error.code, 'interpreter-not-found');
  assert.match(error.message, /no Python was found; install Python 3\.10 or newer/);
  assert.deepEqual(error.details, { searched: [join(empty, 'python3'), join(empty, 'python')] });
});

test('says which one is too old, and what is needed', async (t) => {
  const path = folder(t, { python3: says('3.9.18') });

  const error = await failure(search({ PATH: path }));

  assert.equal(error.code, 'interpreter-too-old');
  assert.match(error.message, /is Python 3\.9\.18, and Python 3\.10 or newer is needed/);
  assert.equal(error.details?.['minimum'], '3.10');
});

test('does not take another one than the one that was named', async (t) => {
  const path = folder(t, { python3: says('3.12.1'), old: says('2.7.18') });

  const error = await failure({ ...search({ PATH: path }), wanted: join(path, 'old') });

  assert.equal(error.code, 'interpreter-too-old');
});

test('shows what a broken one wrote', async (t) => {
  const path = folder(t, { python3: 'echo "no such library: libpython" >&2; exit 4' });

  const error = await failure(search({ PATH: path }));

  assert.equal(error.code, 'interpreter-failed');
  assert.match(error.message, /ended with exit code 4: no such library: libpython; run it in a terminal/);
});

test('recognises a program that is no Python', async (t) => {
  const path = folder(t, { python3: 'echo hello' });

  const error = await failure(search({ PATH: path }));

  assert.equal(error.code, 'interpreter-failed');
  assert.match(error.message, /does not answer like a Python: hello/);
});

test('says that a file may not be started', async (t) => {
  const path = folder(t, { python3: says('3.12.1') });
  chmodSync(join(path, 'python3'), 0o644);

  const error = await failure({ ...search({ PATH: path }), wanted: join(path, 'python3') });

  assert.equal(error.code, 'interpreter-failed');
  assert.match(error.message, /may not be started \(no permission\); make it executable/);
});

function search(env: Record<string, string>): Search {
  return { wanted: undefined, env, cwd: '/', platform: 'linux' };
}

async function failure(what: Search): Promise<ProtocolError> {
  try {
    await findInterpreter(what);
  } catch (error) {
    assert.ok(error instanceof ProtocolError);
    return error;
  }
  throw new assert.AssertionError({ message: 'an interpreter was found' });
}

/** A command that answers as a Python of this version does. */
function says(version: string): string {
  return `echo '["/found/${version}", "${version}"]'`;
}

function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'hindsight-test-'));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, script] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return path;
}
