/** Breakpoints of every kind over `hindsight dap`, met forwards and backwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DebuggedProgram } from '../support/dap-program.ts';

const sums = `class Box:
    value = 0
def put(box, number):
    box.value = number

    return box
box = Box()
for number in range(6):
    put(box, number)
print(box.value)
`;

test('conditions and counts of hits hold forwards and backwards', async (t) => {
  const program = await DebuggedProgram.open(t, sums);

  await program.launch([{ line: 4, condition: 'number % 2 == 1' }]);
  assert.equal(await program.stop(program.go), 'breakpoint 4');
  assert.equal(await program.value('number'), '1');
  await program.stop(program.continue);
  assert.equal(await program.value('number'), '3');
  await program.stop(program.back);
  assert.equal(await program.value('number'), '1');
});

test('a count of hits', async (t) => {
  const program = await DebuggedProgram.open(t, sums);

  await program.launch([{ line: 4, hitCondition: '== 3' }]);
  await program.stop(program.go);

  assert.equal(await program.value('number'), '2');
});

test('a logpoint prints with its place and does not stop', async (t) => {
  const program = await DebuggedProgram.open(t, sums);

  await program.launch([{ line: 4, logMessage: 'put {number}' }]);
  await program.end(program.go);

  assert.equal(program.printed('console'), [0, 1, 2, 3, 4, 5].map((n) => `put ${n}\n`).join(''));
});

test('a breakpoint on a blank line moves to the next line of code', async (t) => {
  const program = await DebuggedProgram.open(t, sums);

  await program.launch();
  const { body } = await program.client.setBreakpointsRequest({
    source: { path: program.file },
    breakpoints: [{ line: 5 }],
  });
  assert.deepEqual([body.breakpoints[0]?.verified, body.breakpoints[0]?.line], [true, 6]);
  assert.equal(await program.stop(program.go), 'breakpoint 6');
});

test('a condition that fails is said once, and stops once', async (t) => {
  const program = await DebuggedProgram.open(t, sums);
  const changed: DebugProtocol.Breakpoint[] = [];
  program.client.on('breakpoint', ({ body }: DebugProtocol.BreakpointEvent) => changed.push(body.breakpoint));

  await program.launch([{ line: 4, condition: 'absent > 1' }]);
  assert.equal(await program.stop(program.go), 'breakpoint 4');
  await program.end(program.continue);

  const told = "the condition 'absent > 1' raised NameError: name 'absent' is not defined";
  assert.deepEqual(
    changed.map(({ id, message }) => [id, message]),
    [[1, told]],
  );
  assert.equal(program.printed('important'), `${told}\n`);
});

test('a function breakpoint stops on its first line', async (t) => {
  const program = await DebuggedProgram.open(t, sums);

  await program.launch();
  await program.client.setFunctionBreakpointsRequest({
    breakpoints: [{ name: 'put', condition: 'number == 4' }],
  });
  assert.equal(await program.stop(program.go), 'function breakpoint 4');
  assert.equal(await program.value('number'), '4');
});

test('a data breakpoint stops where a value changes, forwards and backwards', async (t) => {
  const program = await DebuggedProgram.open(t, sums);

  await program.launch([8]);
  await program.stop(program.go);
  const { body: info } = await program.client.dataBreakpointInfoRequest({ name: 'box.value' });
  assert.equal(typeof info.dataId, 'string');
  await program.client.setBreakpointsRequest({ source: { path: program.file }, breakpoints: [{ line: 10 }] });
  await program.client.setDataBreakpointsRequest({
    breakpoints: [{ dataId: info.dataId ?? '', condition: 'box.value >= 3' }],
  });

  const seen: string[] = [];
  for (const move of [program.continue, program.continue, program.back]) {
    assert.match(await program.stop(move), /^data breakpoint /);
    seen.push(await program.value('box.value'));
  }
  assert.deepEqual(seen, ['3', '4', '3']);
});

const failing = `import json
def parse(text):
    return json.loads(text)
def careful(text):
    try:
        return parse(text)
    except ValueError:
        return None
careful("[")
int("x")
`;

test('exceptions stop it where they are raised, uncaught, or leave the own code', async (t) => {
  for (const [options, expected] of [
    [[{ filterId: 'uncaught' }], ['exception 10']],
    [[{ filterId: 'raised', condition: 'ValueError' }], ['exception 3', 'exception 10']],
    [[{ filterId: 'raised', condition: '!ValueError' }], []],
  ] as const) {
    const program = await DebuggedProgram.open(t, failing);
    await program.launch();
    await program.client.setExceptionBreakpointsRequest({ filters: [], filterOptions: [...options] });
    const stops: string[] = [];
    let move: () => Promise<unknown> = program.go;
    for (const _ of expected) {
      stops.push(await program.stop(move));
      move = program.continue;
    }
    assert.deepEqual(
      stops.length === 0 ? [] : [stops[0], stops.at(-1)],
      expected.length === 0 ? [] : [expected[0], expected.at(-1)],
    );
    assert.equal(await program.end(move), 1);
    await program.close();
  }
});

test('exceptions are chosen by their classes, as by an editor that has a tree of them, and where they leave for a library', async (t) => {
  const text = `import json
def hook(pairs):
    raise KeyError("left")
for attempt in [lambda: int("x"), lambda: json.loads("{}", object_pairs_hook=hook)]:
    try:
        attempt()
    except (ValueError, KeyError):
        pass
`;
  const chosen = [{ path: [{ names: ['Python'] }, { names: ['KeyError'] }], breakMode: 'always' }];
  for (const options of [{ filters: [], exceptionOptions: chosen }, { filters: ['userUncaught'] }]) {
    const program = await DebuggedProgram.open(t, text);
    await program.launch([7]);
    await program.client.setExceptionBreakpointsRequest(
      options as DebugProtocol.SetExceptionBreakpointsArguments,
    );

    assert.equal(await program.stop(program.go), 'breakpoint 7');
    assert.equal(await program.stop(program.continue), 'exception 3');
    assert.equal(await program.stop(program.continue), 'breakpoint 7');
    assert.equal(
      await program.stop(program.back),
      'exceptionOptions' in options ? 'exception 3' : 'breakpoint 7',
    );
    await program.close();
  }
});

test('an exception is described, and one goes back over it', async (t) => {
  const program = await DebuggedProgram.open(t, failing);

  await program.launch();
  await program.client.setExceptionBreakpointsRequest({ filters: ['uncaught'] });
  assert.equal(await program.stop(program.go), 'exception 10');
  const { body } = await program.client.exceptionInfoRequest({ threadId: 1 });
  assert.deepEqual(
    [body.exceptionId, body.description, body.breakMode],
    ['ValueError', "invalid literal for int() with base 10: 'x'", 'unhandled'],
  );
  assert.match(body.details?.stackTrace ?? '', /ValueError: invalid literal/);
  assert.equal(await program.stop(program.stepBack), 'step 10');
  assert.equal(await program.stop(program.stepBack), 'step 9');
});

test('the lines that can have a breakpoint are listed', async (t) => {
  const program = await DebuggedProgram.open(t, sums);

  await program.launch();
  const { body } = await program.client.customRequest('breakpointLocations', {
    source: { path: program.file },
    line: 3,
    endLine: 7,
  });

  assert.deepEqual(
    body.breakpoints.map(({ line }: { line: number }) => line),
    [3, 4, 6, 7],
  );
});
