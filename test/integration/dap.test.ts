/** `hindsight dap` with a real Python: every capability that is claimed, forwards and backwards, as an editor uses it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DebuggedProgram } from '../support/dap-program.ts';
import { openTalk } from '../support/dap-talk.ts';

const loop = `import sys
total = 0
def add(number):
    global total
    total += number
    return total
for i in range(5):
    add(i)
print("total", total)
sys.exit(total)
`;

test('a program runs to its end, with its output and its exit code', async (t) => {
  const program = await DebuggedProgram.open(t, loop);

  await program.launch();
  const exitCode = await program.end(program.go);

  assert.deepEqual([exitCode, program.printed('stdout')], [10, 'total 10\n']);
});

test('it stops, steps forwards and backwards, and runs back to the start', async (t) => {
  const program = await DebuggedProgram.open(t, loop);

  await program.launch([5]);
  assert.equal(await program.stop(program.go), 'breakpoint 5');
  assert.equal(await program.stop(program.next), 'step 6');
  assert.equal(await program.stop(program.stepBack), 'step 5');
  assert.equal(await program.stop(program.continue), 'breakpoint 5');
  assert.equal(await program.value('(number, total)'), '(1, 0)');
  assert.equal(await program.stop(program.continue), 'breakpoint 5');
  assert.equal(await program.value('(number, total)'), '(2, 1)');
  assert.equal(await program.stop(program.stepOut), 'step 7');
  for (const number of [2, 1, 0]) {
    assert.equal(await program.stop(program.back), 'breakpoint 5');
    assert.equal(await program.value('number'), String(number));
  }
  assert.equal(await program.stop(program.back), 'step 1');
});

test('one steps into calls and out of them, both ways', async (t) => {
  const program = await DebuggedProgram.open(t, loop);

  await program.launch([8]);
  assert.equal(await program.stop(program.go), 'breakpoint 8');
  assert.equal(await program.stop(program.stepIn), 'step 5');
  assert.equal(await program.stop(program.stepOut), 'step 7');
  assert.equal(await program.stop(program.stepBack), 'step 8');
  assert.equal(await program.stop(program.next), 'step 7');
  assert.equal(
    await program.stop(() => program.client.customRequest('hindsight/stepBack', { granularity: 'in' })),
    'step 6',
  );
  assert.equal(
    await program.stop(() => program.client.customRequest('hindsight/stepBack', { granularity: 'out' })),
    'step 8',
  );
});

test('a call is chosen to step into, and a frame is restarted', async (t) => {
  const program = await DebuggedProgram.open(
    t,
    'def one():\n    return 1\ndef two(x):\n    y = x + 1\n    return y\nprint(two(one()))\n',
  );
  const frame = async () =>
    (await program.client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0]?.id ?? 0;

  await program.launch([6]);
  await program.stop(program.go);
  const { body } = await program.client.stepInTargetsRequest({ frameId: await frame() });
  const target = body.targets.find(({ label }) => label.startsWith('two'));
  assert.equal(
    await program.stop(() => program.client.stepInRequest({ threadId: 1, targetId: target?.id ?? -1 })),
    'step 4',
  );
  assert.equal(await program.stop(program.next), 'step 5');
  const frameId = await frame();
  assert.equal(await program.stop(() => program.client.restartFrameRequest({ frameId })), 'goto 4');
});

test('goto is a jump in time: to the next time a line is reached, else the last time it was', async (t) => {
  const program = await DebuggedProgram.open(t, loop);
  const goto = async (line: number) => {
    const { body } = await program.client.gotoTargetsRequest({ source: { path: program.file }, line });
    return program.stop(() =>
      program.client.gotoRequest({ threadId: 1, targetId: body.targets[0]?.id ?? 0 }),
    );
  };

  await program.launch([9]);
  await program.stop(program.go);
  assert.equal(await goto(6), 'goto 6');
  assert.equal(await program.value('number'), '4');
  assert.equal(await goto(2), 'goto 2');
  assert.equal(await goto(6), 'goto 6');
  assert.equal(await program.value('number'), '0');
});

test('a step, a time and a moment can be gone to', async (t) => {
  const program = await DebuggedProgram.open(t, loop);
  const goto = (args: object) => program.stop(() => program.client.customRequest('hindsight/goto', args));

  await program.launch([], { program: program.file, stopAtEnd: true });
  await program.stop(program.go);
  assert.equal(await goto({ step: 3 }), 'goto 3');
  const { body: there } = await program.client.customRequest('hindsight/position');
  assert.equal(await goto({ step: 1 }), 'goto 1');
  assert.equal(await goto({ at: there.position.at }), 'goto 3');
  assert.deepEqual([there.position.step, there.position.live, there.running], [3, false, false]);
});

test('with stopAtEnd one stands at the end, goes back, and ends it from there', async (t) => {
  const program = await DebuggedProgram.open(t, loop);

  await program.launch([5], { program: program.file, stopAtEnd: true });
  await program.stop(program.go);
  await program.client.setBreakpointsRequest({ source: { path: program.file }, breakpoints: [] });
  const atEnd = await program.stop(program.continue);
  assert.match(atEnd, /^pause /);
  await program.client.setBreakpointsRequest({ source: { path: program.file }, breakpoints: [{ line: 6 }] });
  assert.equal(await program.stop(program.back), 'breakpoint 6');
  assert.equal(await program.value('(number, total)'), '(4, 10)');
  assert.equal(await program.stop(program.continue), atEnd);
  assert.equal(await program.end(program.continue), 10);
});

test('a program that runs is paused, and one that is terminated ends as on Ctrl+C', async (t) => {
  const program = await DebuggedProgram.open(t, 'print("ready")\nn = 0\nwhile True:\n    n += 1\n');

  await program.launch();
  await Promise.all([program.wrote('ready'), program.go()]);
  assert.match(await program.stop(() => program.client.pauseRequest({ threadId: 1 })), /^pause [234]$/);
  assert.match(await program.stop(program.next), /^step [34]$/);
  assert.equal(await program.end(() => program.client.terminateRequest()), 130);
});

test('a deep stack is loaded page by page, in the present and in the past', async (t) => {
  const program = await DebuggedProgram.open(
    t,
    'def down(n):\n    if n == 0:\n        return 0\n    return down(n - 1)\ndown(40)\n',
  );
  const page = async (startFrame: number, levels: number) => {
    const { body } = await program.client.stackTraceRequest({ threadId: 1, startFrame, levels });
    return [body.stackFrames.map(({ line }) => line), body.totalFrames];
  };

  await program.launch([3]);
  await program.stop(program.go);
  assert.deepEqual(await page(0, 1), [[3], 42]);
  assert.deepEqual(await page(39, 20), [[4, 4, 5], 42]);
  await program.stop(program.stepBack);
  assert.deepEqual(await page(0, 2), [[2, 4], 42]);
});

test('a search that takes long is shown, and is given up by its button or by its request', async (t) => {
  const { editor, file, launch } = await openTalk(
    t,
    'for number in range(1_500_000):\n    last = number\nprint(last)\n',
    { progressDelayMs: 0 },
  );
  await launch({}, { supportsProgressReporting: true });
  const breakpoints = [{ line: 2, condition: 'number < 0' }, { line: 3 }];
  await editor.request('setBreakpoints', { source: { path: file }, breakpoints });
  await editor.request('configurationDone');
  await editor.event('stopped');
  const where = async () =>
    (await editor.request('stackTrace', { threadId: 1 })).stackFrames.map(({ line }) => line);

  await editor.request('reverseContinue', { threadId: 1 });
  const { progressId, cancellable } = await editor.event('progressStart');
  await editor.request('cancel', { progressId });
  await editor.event('progressEnd');
  await editor.event('stopped');
  assert.deepEqual([cancellable, await where()], [true, [3]], 'it stands where it stood');

  const requestId = editor.nextSeq;
  const search = editor.ask('hindsight/lastChange', { expression: 'number < 0' });
  await editor.event('progressStart');
  await editor.request('cancel', { requestId });
  assert.equal((await search).message, 'cancelled');
  assert.deepEqual(await where(), [3]);
});
