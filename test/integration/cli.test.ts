/** The `hindsight` command as a person or a script runs it, with a real Python. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { readStateFile, stateFilePath } from '../../runtime/protocol/client/state-file.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { finished, listening, runHindsight, startHindsight } from '../support/hindsight-command.ts';

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hindsight-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('eval prints output and value and exits with 0', async (t) => {
  assert.deepEqual(await runHindsight(t, ['eval', 'print("hi")\n1 + 1']), {
    code: 0,
    stdout: 'hi\n2\n',
    stderr: '',
  });
});

test('eval prints what went wrong to standard error and exits with 1', async (t) => {
  const { code, stdout, stderr } = await runHindsight(t, ['eval', 'print("hi")\n1 / 0']);
  assert.deepEqual([code, stdout], [1, 'hi\n']);
  assert.match(stderr, /Traceback[\s\S]*ZeroDivisionError: division by zero\n$/);
});

test('eval says why the process ended', async (t) => {
  const { code, stderr } = await runHindsight(t, ['eval', 'import os; os._exit(3)']);
  assert.equal(code, 1);
  assert.match(stderr, /3/);
});

test('eval answers input from standard input', async (t) => {
  const { code, stdout } = await runHindsight(t, ['eval', 'input("name? ") + input("more? ")'], 'bob\nby\n');
  assert.deepEqual([code, stdout], [0, "name? more? 'bobby'\n"]);
});

test('eval works without fork', async (t) => {
  assert.deepEqual(await runHindsight(t, ['eval', '--no-fork', '1 + 1']), {
    code: 0,
    stdout: '2\n',
    stderr: '',
  });
});

test('Ctrl+C interrupts what eval runs', async (t) => {
  const child = startHindsight(t, ['eval', 'print("looping")\nwhile True: pass']);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const { code, stderr } = await finished(child);
  assert.equal(code, 1);
  assert.match(stderr, /KeyboardInterrupt/);
});

test('repl keeps one namespace, takes blocks, answers inputs and survives errors', async (t) => {
  const typed = [
    'def double(x):',
    '  return 2 * x',
    '',
    'double(21)',
    'name = input("name? ")',
    'bob',
    'name',
    '1 / 0',
    '[1,',
    '2]',
    '',
  ];
  const { code, stdout, stderr } = await runHindsight(t, ['repl'], typed.join('\n'));

  assert.equal(code, 0);
  assert.match(stdout, /42[\s\S]*name\? [\s\S]*'bob'[\s\S]*\[1, 2\]/);
  assert.match(stderr, /ZeroDivisionError/);
});

test('eval ends when nobody reads its output any more', async (t) => {
  const child = startHindsight(t, ['eval', 'while True: print("on")']);
  const stderr = text(child.stderr);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child, 'exit');

  assert.equal(child.exitCode, 1);
  assert.doesNotMatch(await stderr, /EPIPE/);
});

test('Ctrl+C in the repl interrupts what runs, and the prompt goes on', async (t) => {
  const child = startHindsight(t, ['repl']);
  child.stdin.write('print("looping"); n = 1\nwhile n: print("on", flush=True)\n\n');
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    if (String(chunk).includes('on\n')) break;
  }
  child.kill('SIGINT');
  child.stdin.end('n + 41\n');

  const { code, stdout, stderr } = await finished(child);
  assert.equal(code, 0);
  assert.match(stderr, /KeyboardInterrupt/);
  // The interrupt may come within a line, the end of its input after the next prompt.
  assert.match(stdout, /42\n(>>> )?\n?$/);
});

test('SIGTERM ends a repl', async (t) => {
  const child = startHindsight(t, ['repl']);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.equal((await finished(child)).code, 0);
});

test('a runtime that nobody uses ends after its idle time', async (t) => {
  const child = startHindsight(t, ['serve', '--json', '--log-level', 'error', '--idle-timeout', '0.005']);
  await listening(child);
  assert.equal((await finished(child)).code, 0);
});

test('eval uses a session of a runtime that is running', async (t) => {
  const folder = await emptyFolder(t);
  const stateFile = path.join(folder, 'state.json');
  const { url, token } = await listening(startHindsight(t, ['serve', '--json', '--state-file', stateFile]));
  const client = new RuntimeClient(await openWebSocket({ url, token }));
  const { session } = await client.request('clone', { name: 'main' });
  await client.request('eval', { session, code: 'x = 41' });

  const result = await runHindsight(t, ['eval', '--session', 'main', '--state-file', stateFile, 'x + 1']);
  assert.deepEqual(result, { code: 0, stdout: '42\n', stderr: '' });
  const unknown = await runHindsight(t, ['eval', '--session', 'other', '--state-file', stateFile, '1']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /^hindsight: no session 'other' is open; there is sess-\w+ \(main\)\n$/);
  client.dispose();
});

test('serve says where it listens in one line, and in a file for its user alone', async (t) => {
  const folder = await emptyFolder(t);
  const stateFile = path.join(folder, 'deep', 'state.json');
  const child = startHindsight(t, ['serve', '--json', '--state-file', stateFile], { cwd: folder });
  const said = await listening(child);

  assert.match(said.url, /^ws:\/\/127\.0\.0\.1:\d+\/rpc$/);
  assert.equal(said.http, said.url.replace('ws:', 'http:').replace('/rpc', ''));
  assert.equal(said.pid, child.pid);
  assert.ok(said.token.length >= 32);
  assert.deepEqual(await readStateFile(stateFile), { ...said, workspace: folder });
  assert.equal((await stat(stateFile)).mode & 0o777, 0o600);

  child.kill('SIGTERM');
  assert.equal((await finished(child)).code, 0);
  await assert.rejects(readFile(stateFile), { code: 'ENOENT' });
  await assert.rejects(readFile(`${stateFile}.lock`), { code: 'ENOENT' });
});

test('of runtimes that start at once for one workspace exactly one wins, and the others name it', async (t) => {
  const stateFile = path.join(await emptyFolder(t), 'state.json');
  const children = [1, 2, 3].map(() =>
    startHindsight(t, ['serve', '--json', '--log-level', 'error', '--state-file', stateFile]),
  );
  const outcomes = await Promise.all(
    children.map((child) =>
      Promise.race([listening(child).catch(() => undefined), once(child, 'exit').then(() => undefined)]),
    ),
  );
  const winners = outcomes.filter((outcome) => outcome !== undefined);

  assert.equal(winners.length, 1);
  assert.deepEqual(await readStateFile(stateFile), { ...winners[0], workspace: process.cwd() });
  const next = await runHindsight(t, ['serve', '--json', '--log-level', 'error', '--state-file', stateFile]);
  assert.equal(next.code, 1);
  assert.match(
    next.stderr,
    new RegExp(`^hindsight: a runtime serves this workspace already: process ${winners[0]?.pid} at ws://`),
  );
});

test('a state file that is removed under a running runtime comes back', async (t) => {
  const folder = await emptyFolder(t);
  const stateFile = path.join(folder, 'state.json');
  const said = await listening(
    startHindsight(t, ['serve', '--json', '--log-level', 'error', '--state-file', stateFile]),
  );
  // It watches from the first `next` on, and the file may be back at once.
  const changes = watch(folder);
  let change = changes.next();
  await rm(stateFile);

  for (;;) {
    await change;
    if ((await readStateFile(stateFile)) !== undefined) break;
    change = changes.next();
  }
  await changes.return?.();
  assert.equal((await readStateFile(stateFile))?.pid, said.pid);
});

test('what a runtime that was killed left behind is replaced', async (t) => {
  const stateFile = path.join(await emptyFolder(t), 'state.json');
  const first = startHindsight(t, ['serve', '--json', '--log-level', 'error', '--state-file', stateFile]);
  const { pid } = await listening(first);
  first.kill('SIGKILL');
  await once(first, 'exit');
  assert.equal((await readStateFile(stateFile))?.pid, pid);

  const said = await listening(
    startHindsight(t, ['serve', '--json', '--log-level', 'error', '--state-file', stateFile]),
  );
  assert.equal((await readStateFile(stateFile))?.pid, said.pid);
});

test('a lock whose process id went to a stranger is replaced', async (t) => {
  const stateFile = path.join(await emptyFolder(t), 'state.json');
  const stranger = process.pid;
  await writeFile(`${stateFile}.lock`, String(stranger));
  await writeFile(
    stateFile,
    JSON.stringify({
      event: 'listening',
      url: 'ws://127.0.0.1:1/rpc',
      http: 'http://127.0.0.1:1',
      token: 't',
      pid: stranger,
    }),
  );

  const said = await listening(
    startHindsight(t, ['serve', '--json', '--log-level', 'error', '--state-file', stateFile]),
  );
  assert.equal((await readStateFile(stateFile))?.pid, said.pid);
});

test('the operation shutdown ends the runtime and its sessions', async (t) => {
  const child = startHindsight(t, ['serve', '--json', '--log-level', 'error']);
  const { url, token } = await listening(child);
  const client = new RuntimeClient(await openWebSocket({ url, token }));
  const { info } = await client.request('clone', {});
  await client.request('shutdown', {});
  assert.equal((await finished(child)).code, 0);

  assert.throws(() => process.kill(Number(info['pid']), 0), { code: 'ESRCH' });
});

test('serve --stdio answers a line a request, and rubbish with one error', async (t) => {
  const input = [
    '{"id":"1","op":"eval","code":"1+2"}',
    'rubbish',
    '\u0000\u0001',
    `{"id":"long","op":"eval","code":"${'x'.repeat(5000)}"}`,
    '{"id":"10","op":"nonsense"}',
    '',
  ];
  const { code, stdout } = await runHindsight(
    t,
    ['serve', '--stdio', '--max-frame', '4000', '--log-level', 'error'],
    input.join('\n'),
  );
  const responses = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((message) => 'status' in message);

  assert.equal(code, 0);
  assert.deepEqual(responses.map((response) => response.code ?? response.value).toSorted(), [
    '3',
    'frame-too-large',
    'invalid-frame',
    'invalid-frame',
    'unknown-op',
  ]);
});

test('a middleware of the user is loaded', async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(
    path.join(folder, 'mine.mjs'),
    `export default ({ ProtocolError }) => ({
    name: 'mine', handles: ['eval'],
    async handler(request, next) {
      if (request.message.code.includes('secret')) throw new ProtocolError('cancelled', 'not that');
      return { ...(await next(request)), mine: true };
    },
  });`,
  );
  const input = '{"id":"1","op":"eval","code":"1"}\n{"id":"2","op":"eval","code":"secret"}\n';
  const { stdout } = await runHindsight(
    t,
    ['serve', '--stdio', '--log-level', 'error', '--middleware', './mine.mjs'],
    input,
    { cwd: folder },
  );
  const responses = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((message) => 'status' in message);

  assert.deepEqual(responses.map(({ id, mine, error }) => [id, mine ?? error]).toSorted(), [
    ['1', true],
    ['2', 'not that'],
  ]);
});

test('what cannot be done is said in one line', async (t) => {
  const cases: [string[], RegExp][] = [
    [['serve', '--port', 'many'], /whole number/],
    [['serve', '--middleware', './nowhere.mjs'], /^hindsight: cannot load the middleware \.\/nowhere\.mjs/],
    [['eval', '--interpreter', '/nowhere/python', '1'], /nowhere\/python/],
    [
      ['eval', '--url', 'ws://127.0.0.1:1/rpc', '1'],
      /^hindsight: cannot connect to ws:\/\/127\.0\.0\.1:1\/rpc/,
    ],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await runHindsight(t, args);
    assert.equal(code, 1, args.join(' '));
    assert.match(stderr.split('\n').find((line) => !line.startsWith('{')) ?? '', message);
  }
});

test('the state file of a folder is found without being named', async (t) => {
  const folder = await emptyFolder(t);
  const env = { ...process.env, XDG_STATE_HOME: path.join(folder, 'state') };
  const stateFile = stateFilePath(folder, env, process.platform);
  const { url, token } = await listening(
    startHindsight(t, ['serve', '--json', '--state-file', stateFile], { cwd: folder, env }),
  );
  const client = new RuntimeClient(await openWebSocket({ url, token }));
  await client.request('clone', { name: 'main' });

  const { stdout } = await runHindsight(t, ['eval', '--session', 'main', '6 * 7'], '', { cwd: folder, env });
  assert.equal(stdout, '42\n');
  client.dispose();
});
