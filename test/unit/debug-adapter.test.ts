/** The debug adapter on a runtime in this process, whose engine debugs lines of text in both directions. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createDebugAdapter } from '../../debug-adapter/adapter.ts';
import { DapEditor } from '../support/dap-editor.ts';
import { InProcessRuntime } from '../support/in-process-runtime.ts';
import { TracedEngine } from '../support/traced-engine.ts';

const file = '/work/program.py';

function open(t: TestContext, text: string): DapEditor {
  const runtime = new InProcessRuntime(new TracedEngine());
  const adapter = createDebugAdapter({
    cwd: '/work',
    progressDelayMs: 0,
    readFile: (path) =>
      path === file
        ? Promise.resolve(Buffer.from(text))
        : Promise.reject(Object.assign(new Error(), { code: 'ENOENT' })),
    connect: () => {
      const client = runtime.connect();
      return Promise.resolve({ client, dispose: () => client.dispose() });
    },
  });
  t.after(async () => {
    adapter.dispose();
    await runtime.dispose();
  });
  return new DapEditor(adapter);
}

/** Launches the program with breakpoints on these lines and lets it run. */
async function start(editor: DapEditor, lines: readonly number[], more: object = {}): Promise<void> {
  await editor.launch({ program: 'program.py', ...more });
  await editor.request('setBreakpoints', {
    source: { path: file },
    breakpoints: lines.map((line) => ({ line })),
  });
  await editor.request('configurationDone');
}

test('a program without breakpoints runs to its end', async (t) => {
  const editor = open(t, 'x = 1\nprint hello');

  await start(editor, []);

  assert.deepEqual(await editor.event('exited'), { exitCode: 0 });
  await editor.event('terminated');
  assert.equal(editor.printed('stdout'), 'hello\n');
});

test('the exit code is what Python would exit with, and an error is printed', async (t) => {
  for (const [text, exitCode, stderr] of [
    ['exit 3', 3, ''],
    ['exit', 0, ''],
    ['exit went wrong', 1, 'went wrong\n'],
    ['fail bad', 1, 'ValueError: bad\n'],
  ] as const) {
    const editor = open(t, text);
    await start(editor, []);
    assert.deepEqual(await editor.event('exited'), { exitCode });
    assert.equal(editor.printed('stderr'), stderr);
  }
});

test('it stops at a breakpoint, steps back and forth, and goes on to the end', async (t) => {
  const editor = open(t, 'x = 1\ny = 2\nz = 3');
  const lineNow = async () => (await editor.request('stackTrace', { threadId: 1 })).stackFrames[0]?.line;

  await start(editor, [2]);
  const stopped = await editor.event('stopped');
  assert.deepEqual(stopped, {
    reason: 'breakpoint',
    threadId: 1,
    allThreadsStopped: true,
    hitBreakpointIds: [1],
  });
  assert.equal(await lineNow(), 2);

  await editor.request('stepBack', { threadId: 1 });
  await editor.event('stopped');
  assert.equal(await lineNow(), 1);

  await editor.request('next', { threadId: 1 });
  await editor.event('stopped');
  await editor.request('next', { threadId: 1 });
  await editor.event('stopped');
  assert.equal(await lineNow(), 3);

  await editor.request('reverseContinue', { threadId: 1 });
  assert.equal((await editor.event('stopped'))['reason'], 'breakpoint');
  assert.equal(await lineNow(), 2);

  await editor.request('continue', { threadId: 1 });
  await editor.event('terminated');
});

test('the answer to a step comes before the stop that it leads to', async (t) => {
  const editor = open(t, 'x = 1\ny = 2');

  await start(editor, [], { stopOnEntry: true });
  assert.equal((await editor.event('stopped'))['reason'], 'entry');
  await editor.request('next', { threadId: 1 });
  await editor.event('stopped');

  const kinds = editor.said.slice(-4).map((each) => ('event' in each ? each.event : each.type));
  assert.deepEqual(kinds, ['response', 'hindsight/position', 'stopped', 'hindsight/position']);
});

test('with stopAtEnd one stands at the end and can go back; going on from there is the end', async (t) => {
  const editor = open(t, 'x = 1\ny = 2');

  await start(editor, [], { stopAtEnd: true });
  assert.equal((await editor.event('stopped'))['description'], 'The program has ended');
  await editor.request('reverseContinue', { threadId: 1 });
  assert.equal((await editor.event('stopped'))['description'], 'Beginning of the recording');
  await editor.request('continue', { threadId: 1 });
  assert.equal((await editor.event('stopped'))['description'], 'The program has ended');
  await editor.request('continue', { threadId: 1 });

  assert.deepEqual(await editor.event('exited'), { exitCode: 0 });
  await editor.event('terminated');
});

test('scopes, variables and expressions are shown, and expanded', async (t) => {
  const editor = open(t, "x = 10\nitems = [1]\ndata = b'ab'\n");

  await start(editor, [4]);
  await editor.event('stopped');
  const { stackFrames } = await editor.request('stackTrace', { threadId: 1 });
  const frameId = stackFrames[0]?.id;
  const { scopes } = await editor.request('scopes', { frameId });
  const { variables } = await editor.request('variables', {
    variablesReference: scopes[0]?.variablesReference,
    format: { hex: true },
  });
  const children = await editor.request('variables', {
    variablesReference: variables[1]?.variablesReference,
  });
  const evaluated = await editor.request('evaluate', { expression: 'x', frameId, context: 'watch' });

  assert.deepEqual(
    variables.map(({ name, value, memoryReference }) => [name, value, memoryReference]),
    [
      ['x', '0xa', undefined],
      ['items', '[1]', undefined],
      ['data', "b'ab'", '0 data'],
    ],
  );
  assert.equal(children.variables.length, 1);
  assert.deepEqual(evaluated, { result: '10', type: 'str', variablesReference: 0, evaluateName: 'x' });
  assert.equal(
    await editor.refusal('evaluate', { expression: 'nothing', frameId, context: 'watch' }),
    "NameError: name 'nothing' is not defined",
  );
});

test('library frames are in the background', async (t) => {
  const editor = open(t, 'x = 1');

  await start(editor, [1]);
  await editor.event('stopped');
  const { stackFrames, totalFrames } = await editor.request('stackTrace', {
    threadId: 1,
    startFrame: 0,
    levels: 20,
  });

  assert.equal(totalFrames, 2);
  assert.deepEqual(
    stackFrames.map(({ name, presentationHint, source }) => [name, presentationHint, source?.path]),
    [
      ['<module>', undefined, file],
      ['run', 'subtle', '/lib/runner.py'],
    ],
  );
});

test('a number of an earlier position is refused, not answered from the present one', async (t) => {
  const editor = open(t, 'x = 1\ny = 2');

  await start(editor, [1]);
  await editor.event('stopped');
  const { stackFrames } = await editor.request('stackTrace', { threadId: 1 });
  const { scopes } = await editor.request('scopes', { frameId: stackFrames[0]?.id });
  await editor.request('next', { threadId: 1 });
  await editor.event('stopped');
  const old = scopes[0]?.variablesReference;

  assert.match(String(await editor.refusal('variables', { variablesReference: old })), /earlier position/);
  assert.match(String(await editor.refusal('scopes', { frameId: stackFrames[0]?.id })), /earlier position/);
});

test('a changed variable is told, and read anew', async (t) => {
  const editor = open(t, 'x = 1\ny = 2');

  await editor.launch({ program: file }, { supportsInvalidatedEvent: true });
  await editor.request('setBreakpoints', { source: { path: file }, breakpoints: [{ line: 2 }] });
  await editor.request('configurationDone');
  await editor.event('stopped');
  const { stackFrames } = await editor.request('stackTrace', { threadId: 1 });
  const { scopes } = await editor.request('scopes', { frameId: stackFrames[0]?.id });
  const set = await editor.request('setVariable', {
    variablesReference: scopes[0]?.variablesReference,
    name: 'x',
    value: '7',
  });

  assert.equal(set.value, '7');
  assert.deepEqual(await editor.event('invalidated'), { areas: ['variables'], threadId: 1 });
  assert.equal((await editor.request('evaluate', { expression: 'x', context: 'hover' })).result, '7');
});

test('a line that is typed in the console answers the program', async (t) => {
  const editor = open(t, 'ask name? ');

  await start(editor, []);
  while (!editor.printed('console').includes('waits for a line')) await editor.event('output');
  await editor.request('evaluate', { expression: 'Ada', context: 'repl' });
  await editor.event('exited');

  assert.equal(editor.printed('stdout'), 'name? Ada\n');
});

test('a running program can be paused, and terminated', async (t) => {
  const editor = open(t, 'wait\nwait\nx = 1');

  await start(editor, []);
  await editor.event('process');
  assert.equal((await editor.ask('stackTrace', { threadId: 1 })).message, 'notStopped');
  await editor.request('pause', { threadId: 1 });
  await editor.event('stopped');
  await editor.request('terminate');

  assert.deepEqual(await editor.event('exited'), { exitCode: 130 });
});

test('after disconnect the recording stays, and another can attach to it', async (t) => {
  const runtime = new InProcessRuntime(new TracedEngine());
  t.after(() => runtime.dispose());
  const adapterOf = () =>
    new DapEditor(
      createDebugAdapter({
        cwd: '/work',
        readFile: () => Promise.resolve(Buffer.from('x = 1\ny = 2')),
        connect: async () => {
          const client = runtime.connect();
          return { client, dispose: () => client.dispose() };
        },
      }),
    );
  const [first, second] = [adapterOf(), adapterOf()];

  await start(first, []);
  await first.event('terminated');
  await first.request('disconnect', { terminateDebuggee: false });
  await second.request('initialize', { adapterID: 'hindsight' });
  await second.request('attach', { trace: 'tr-1' });
  await second.event('initialized');
  await second.request('configurationDone');
  await second.event('stopped');
  await second.request('stepBack', { threadId: 1 });
  await second.event('stopped');

  const { stackFrames } = await second.request('stackTrace', { threadId: 1 });
  assert.equal(stackFrames[0]?.line, 1);
});

test('goto goes to a line in time, and our own requests to a step', async (t) => {
  const editor = open(t, 'x = 1\ny = 2\nz = 3');

  await start(editor, [3]);
  await editor.event('stopped');
  const { targets } = await editor.request('gotoTargets', { source: { path: file }, line: 2 });
  await editor.request('goto', { threadId: 1, targetId: targets[0]?.id });
  assert.equal((await editor.event('stopped'))['reason'], 'goto');
  const { stop } = await editor.request('hindsight/goto', { step: 1 });
  const position = await editor.request('hindsight/position');

  assert.deepEqual([stop?.position.step, position.position?.step, position.running], [1, 1, false]);
});

test('what is wrong with a launch is said', async (t) => {
  for (const [args, expected] of [
    [{}, /none is given/],
    [{ program: file, module: 'a' }, /program and module are given/],
    [{ program: 3 }, /program must be a text/],
    [{ program: 'absent.py' }, /there is no file \/work\/absent.py/],
    [{ program: file, console: 'window' }, /console must be one of internalConsole/],
    [{ lastRun: true }, /say which session is meant; open: none/],
  ] as const) {
    const editor = open(t, '');
    await editor.request('initialize', { adapterID: 'hindsight' });
    assert.match(String(await editor.refusal('launch', args)), expected);
  }
});

test('every capability that is claimed has its request', async (t) => {
  const editor = open(t, '');
  const capabilities = await editor.request('initialize', { adapterID: 'hindsight' });
  const requests = {
    supportsFunctionBreakpoints: 'setFunctionBreakpoints',
    supportsDataBreakpoints: 'dataBreakpointInfo',
    supportsBreakpointLocationsRequest: 'breakpointLocations',
    supportsExceptionInfoRequest: 'exceptionInfo',
    supportsStepBack: 'reverseContinue',
    supportsRestartFrame: 'restartFrame',
    supportsGotoTargetsRequest: 'goto',
    supportsStepInTargetsRequest: 'stepInTargets',
    supportsSetVariable: 'setVariable',
    supportsSetExpression: 'setExpression',
    supportsCompletionsRequest: 'completions',
    supportsModulesRequest: 'modules',
    supportsLoadedSourcesRequest: 'loadedSources',
    supportsReadMemoryRequest: 'readMemory',
    supportsRestartRequest: 'restart',
    supportsTerminateRequest: 'terminate',
  } as const;

  for (const [capability, command] of Object.entries(requests)) {
    assert.equal(Reflect.get(capabilities, capability), true, capability);
    assert.doesNotMatch(String(await editor.refusal(command, {})), /is not supported/, command);
  }
  assert.match(String(await editor.refusal('disassemble', {})), /is not supported/);
});
