/** How debugging begins and ends over `hindsight dap`: attaching, running again, restarting, input, programs that end badly. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { stateFilePath } from '../../runtime/protocol/client/state-file.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { DebuggedProgram } from '../support/dap-program.ts';
import { listening, startHindsight } from '../support/hindsight-command.ts';
import { testPython } from '../support/python-engine.ts';

const interpreter = testPython === undefined ? {} : { interpreter: testPython };

/** A runtime that serves the folder of the program, as that of an editor does, and a client of it. */
async function serve(t: TestContext, program: DebuggedProgram): Promise<RuntimeClient> {
  const env = { ...process.env, XDG_STATE_HOME: program.folder };
  const stateFile = stateFilePath(program.folder, env, process.platform);
  const args = ['serve', '--json', '--state-file', stateFile, '--log-level', 'error'];
  const { url, token } = await listening(startHindsight(t, args, { cwd: program.folder, env }));
  const client = new RuntimeClient(await openWebSocket({ url, token }));
  t.after(() => client.dispose());
  return client;
}

test('input is asked for in the console, and answered there', async (t) => {
  const program = await DebuggedProgram.open(t, 'name = input("who? ")\nprint("hello", name)\n');

  await program.launch();
  await Promise.all([program.said('console', 'waits for a line'), program.go()]);
  const exitCode = await program.end(() =>
    program.client.evaluateRequest({ expression: 'Ada', context: 'repl' }),
  );

  assert.deepEqual([exitCode, program.printed('stdout')], [0, 'who? hello Ada\n']);
});

test('a program is restarted from its beginning', async (t) => {
  const program = await DebuggedProgram.open(t, 'x = 1\nx += 1\nprint(x)\n');

  await program.launch([3]);
  assert.equal(await program.stop(program.go), 'breakpoint 3');
  assert.equal(await program.stop(() => program.client.restartRequest({})), 'breakpoint 3');
  assert.equal(await program.end(program.continue), 0);

  assert.equal(program.printed('stdout'), '2\n');
});

test('a program that ends its process is told with its end', async (t) => {
  const program = await DebuggedProgram.open(t, 'import os\nprint("before", flush=True)\nos._exit(3)\n');

  await program.launch();
  const exitCode = await program.end(program.go);

  assert.notEqual(exitCode, 0);
  assert.match(program.printed('stderr'), /exit code 3/);
});

test('a selection is debugged in an open session, with its variables', async (t) => {
  const program = await DebuggedProgram.open(t, '');
  const client = await serve(t, program);
  const { session } = await client.request('clone', { cwd: program.folder, ...interpreter });
  await client.request('eval', { session, code: 'rate = 3' });

  await program.launch([11], {
    code: 'price = 7\ntotal = price * rate',
    file: program.file,
    line: 10,
    session,
  });
  assert.equal(await program.stop(program.go), 'breakpoint 11');
  assert.equal(await program.value('price * rate'), '21');
  await program.end(program.continue);
  const { value } = await client.request('eval', { session, code: 'total' });

  assert.equal(value, '21');
});

test('the last run of a session is gone back into, and the session stays as it is', async (t) => {
  const program = await DebuggedProgram.open(t, '');
  const client = await serve(t, program);
  const { session } = await client.request('clone', { cwd: program.folder, ...interpreter });
  await client.request('eval', { session, code: 'numbers = [1, 0]' });
  const code = 'for number in numbers:\n    numbers.append(1 // number)\n';
  await assert.rejects(client.request('eval', { session, code }), { code: 'eval-failed' });

  await program.launch([], { lastRun: true, session });
  await program.client.setExceptionBreakpointsRequest({ filters: ['uncaught'] });
  assert.equal(await program.stop(program.go), 'exception 2');
  assert.equal(await program.value('(number, numbers)'), '(0, [1, 0, 1])');
  assert.equal(await program.stop(program.stepBack), 'step 2');
  assert.equal(await program.stop(program.stepBack), 'step 1');
  assert.equal(await program.value('number'), '1');
  const { value } = await client.request('eval', { session, code: 'numbers' });

  assert.equal(value, '[1, 0, 1]');
});

test('what was recorded stays when the debugger is left, and is opened again', async (t) => {
  const program = await DebuggedProgram.open(t, 'for i in range(3):\n    j = i\nprint(j)\n');
  const client = await serve(t, program);
  await program.launch([], { program: program.file, stopAtEnd: true });
  await program.stop(program.go);
  const { body } = await program.client.customRequest('hindsight/position');
  await program.disconnect();

  const again = await DebuggedProgram.open(t, '', {}, program.folder);
  await again.client.initializeRequest({ adapterID: 'hindsight', pathFormat: 'path' });
  const initialized = once(again.client, 'initialized');
  const args = { session: body.session, trace: body.trace } as DebugProtocol.AttachRequestArguments;
  await again.client.attachRequest(args);
  await initialized;
  await again.client.setBreakpointsRequest({ source: { path: program.file }, breakpoints: [{ line: 2 }] });
  assert.match(await again.stop(again.go), /^pause 3$/);
  assert.equal(await again.stop(again.back), 'breakpoint 2');
  assert.equal(await again.value('i'), '2');

  await again.disconnect({ terminateDebuggee: true });
  const { sessions } = await client.request('ls-sessions', {});
  assert.ok(
    sessions.some(({ session }) => session === body.session),
    'attaching is not owning',
  );
});

test('one attaches to a session before anything is recorded in it, and follows what another debugs there', async (t) => {
  const program = await DebuggedProgram.open(t, '');
  const client = await serve(t, program);
  const { session } = await client.request('clone', { cwd: program.folder, name: 'shared', ...interpreter });

  await program.client.initializeRequest({ adapterID: 'hindsight', pathFormat: 'path' });
  const initialized = once(program.client, 'initialized');
  await program.client.attachRequest({ session: 'shared' } as DebugProtocol.AttachRequestArguments);
  await initialized;
  await program.client.setBreakpointsRequest({ source: { path: program.file }, breakpoints: [{ line: 2 }] });
  await Promise.all([program.said('console', 'Nothing was recorded in the session shared'), program.go()]);
  const code = 'x = 1\nx += 1\nx += 1\n';
  let ended: Promise<unknown> | undefined;
  const where = await program.stop(async () => {
    ended = client.request('eval', { session, code, file: program.file, line: 1, record: {} });
  });

  assert.equal(where, 'breakpoint 2');
  assert.equal(await program.stop(program.next), 'step 3');
  assert.equal(await program.stop(program.stepBack), 'step 2');
  assert.equal(await program.value('x'), '1');
  await program.disconnect({ terminateDebuggee: false });
  await ended;
  assert.equal((await client.request('eval', { session, code: 'x' })).value, '3', 'it runs on alone');
});

test('a session that was opened for a program is closed with terminateDebuggee', async (t) => {
  const program = await DebuggedProgram.open(t, 'x = 1\n');
  const client = await serve(t, program);

  await program.launch([1]);
  await program.stop(program.go);
  await program.disconnect({ terminateDebuggee: true });

  assert.deepEqual((await client.request('ls-sessions', {})).sessions, []);
});

test('the last change of a value is gone to, with its history', async (t) => {
  const program = await DebuggedProgram.open(
    t,
    'box = {"n": 0}\nfor i in range(6):\n    if i % 2:\n        box["n"] = i\nprint(box)\n',
  );

  await program.launch([5]);
  await program.stop(program.go);
  const { body: listed } = await program.client.customRequest('hindsight/history', {
    expression: 'box["n"]',
  });
  let found: { body?: { stop?: { text?: string } } } = {};
  const where = await program.stop(async () => {
    found = await program.client.customRequest('hindsight/lastChange', { expression: 'box["n"]' });
  });

  assert.match(where, /^goto 2$/);
  assert.match(found.body?.stop?.text ?? '', /3 → 5/);
  assert.deepEqual(listed.history.map(({ value }: { value?: string }) => value).filter(Boolean), [
    '0',
    '1',
    '3',
    '5',
  ]);
});

test('a moment of the past is opened as a session of its own', async (t) => {
  const program = await DebuggedProgram.open(t, 'x = 1\nx = 2\nx = 3\n');
  const client = await serve(t, program);

  await program.launch([3]);
  await program.stop(program.go);
  await program.stop(program.stepBack);
  const { body } = await program.client.customRequest('hindsight/open', {});
  await client.request('attach', { session: body.session });

  assert.equal((await client.request('eval', { session: body.session, code: 'x' })).value, '1');
});
