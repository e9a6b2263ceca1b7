/** Values over `hindsight dap`: looked at, paged, changed, read as memory; and code by its text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DebuggedProgram } from '../support/dap-program.ts';
import { openTalk } from '../support/dap-talk.ts';

const values = `import collections
numbers = list(range(10_000))
def outer():
    kept = [1, 2]
    def inner(n):
        data = b"hindsight"
        point = collections.namedtuple("Point", "x y")(n, kept)
        return point
    return inner(255)
outer()
print(numbers[:3])
`;

/** Stands in `inner`, on its last line. */
async function stand(program: DebuggedProgram): Promise<number> {
  await program.launch([8, 11]);
  await program.stop(program.go);
  return (await program.client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0]?.id ?? 0;
}

async function scopesOf(program: DebuggedProgram, frameId: number): Promise<Map<string, number>> {
  const { body } = await program.client.scopesRequest({ frameId });
  return new Map(body.scopes.map(({ name, variablesReference }) => [name, variablesReference]));
}

async function variables(
  program: DebuggedProgram,
  variablesReference: number | undefined,
  more: object = {},
): Promise<DebugProtocol.Variable[]> {
  const { body } = await program.client.variablesRequest({
    variablesReference: variablesReference ?? 0,
    ...more,
  });
  return body.variables;
}

test('locals, closures and globals are scopes of their own', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const scopes = await scopesOf(program, await stand(program));
  const named = async (scope: string) =>
    (await variables(program, scopes.get(scope))).map(({ name }) => name);

  assert.deepEqual([...scopes.keys()], ['Locals', 'Closure', 'Globals']);
  assert.deepEqual((await named('Locals')).toSorted(), ['data', 'n', 'point']);
  assert.deepEqual(await named('Closure'), ['kept']);
  assert.ok((await named('Globals')).includes('numbers'));
});

test('a long list is paged, and a short value expanded', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const scopes = await scopesOf(program, await stand(program));

  const numbers = (await variables(program, scopes.get('Globals'))).find(({ name }) => name === 'numbers');
  assert.equal(numbers?.indexedVariables, 10_000);
  const page = await variables(program, numbers?.variablesReference, {
    filter: 'indexed',
    start: 5000,
    count: 3,
  });
  assert.deepEqual(
    page.map(({ name, value, evaluateName }) => [name, value, evaluateName]),
    [
      ['[5000]', '5000', 'numbers[5000]'],
      ['[5001]', '5001', 'numbers[5001]'],
      ['[5002]', '5002', 'numbers[5002]'],
    ],
  );
  const point = (await variables(program, scopes.get('Locals'))).find(({ name }) => name === 'point');
  const fields = await variables(program, point?.variablesReference);
  assert.ok(fields.some(({ value }) => value === '255'));
});

test('integers are shown in base 16 where that is asked for', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const frameId = await stand(program);
  const scopes = await scopesOf(program, frameId);

  const shown = await variables(program, scopes.get('Locals'), { format: { hex: true } });
  assert.equal(shown.find(({ name }) => name === 'n')?.value, '0xff');
  const { body } = await program.client.evaluateRequest({
    expression: 'n + 1',
    frameId,
    format: { hex: true },
  });
  assert.equal(body.result, '0x100');
});

test('bytes are memory', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const scopes = await scopesOf(program, await stand(program));

  const data = (await variables(program, scopes.get('Locals'))).find(({ name }) => name === 'data');
  const { body } = await program.client.customRequest('readMemory', {
    memoryReference: data?.memoryReference,
    offset: 4,
    count: 100,
  });

  assert.deepEqual([Buffer.from(body.data, 'base64').toString(), body.unreadableBytes], ['sight', 95]);
});

test('bytes are written as any value is, and an editor that shows them reads them again at each stop', async (t) => {
  const { editor, file, launch } = await openTalk(
    t,
    'fixed = b"as it is"\ndata = bytearray(b"hindsight")\ndata[0] = 72\nprint(data)\nprint("end")\n',
  );
  await launch({}, { supportsMemoryEvent: true });
  await editor.request('setBreakpoints', { source: { path: file }, breakpoints: [{ line: 4 }] });
  await editor.request('configurationDone');
  await editor.event('stopped');
  const { memoryReference = '' } = await editor.request('evaluate', { expression: 'data', context: 'watch' });
  const read = async () =>
    Buffer.from(
      (await editor.request('readMemory', { memoryReference, count: 9 })).data ?? '',
      'base64',
    ).toString();
  const write = (data: string, offset: number, reference = memoryReference) => ({
    memoryReference: reference,
    offset,
    data: Buffer.from(data).toString('base64'),
  });

  assert.equal(await read(), 'Hindsight');
  await editor.request('writeMemory', write('fore', 0));
  assert.deepEqual(await editor.event('memory'), { memoryReference, offset: 0, count: 9 });
  assert.equal(await read(), 'foresight');
  const fixed = await editor.request('evaluate', { expression: 'fixed', context: 'watch' });
  assert.match(
    (await editor.refusal('writeMemory', write('x', 0, fixed.memoryReference))) ?? '',
    /read-only/,
  );
  assert.match((await editor.refusal('writeMemory', write('beyond', 8))) ?? '', /ValueError/);
  await editor.request('stepBack', { threadId: 1 });
  await editor.event('memory');
  assert.equal(await read(), 'hindsight', 'before the change, and before the line that made it');
  await editor.request('writeMemory', write('out', 0));
  await editor.event('stopped');
  await editor.request('continue', { threadId: 1 });
  await editor.event('stopped');
  await editor.request('continue', { threadId: 1 });
  await editor.event('terminated');

  assert.equal(editor.printed('stdout'), "bytearray(b'Hutdsight')\nend\n", 'the branch runs on with it');
});

test('an expression is evaluated in its frame, and what it changes does not stay', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const frameId = await stand(program);
  const evaluate = async (expression: string, context: string) =>
    (await program.client.evaluateRequest({ expression, frameId, context })).body;

  assert.equal((await evaluate('n + len(kept)', 'watch')).result, '257');
  assert.equal((await evaluate('kept.append(3) or len(kept)', 'watch')).result, '3');
  assert.equal((await evaluate('len(kept)', 'hover')).result, '2');
  assert.equal((await evaluate('"x" * 1000', 'clipboard')).result, 'x'.repeat(1000));
  await assert.rejects(evaluate('1 / 0', 'watch'), { message: 'ZeroDivisionError: division by zero' });
  const list = await evaluate('[n, {"a": 1}]', 'watch');
  assert.deepEqual(
    (await variables(program, list.variablesReference)).map(({ value }) => value),
    ['255', "{'a': 1}"],
  );
});

test('the console changes the program where it really stands, and prints', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const frameId = await stand(program);

  await program.client.evaluateRequest({ expression: 'kept.append(3)', frameId, context: 'repl' });
  await program.client.evaluateRequest({ expression: 'print("seen", kept)', frameId, context: 'repl' });

  assert.equal(program.printed('stdout'), 'seen [1, 2, 3]\n');
  assert.equal(await program.value('kept'), '[1, 2, 3]');
});

test('a variable and an expression are set, and the program goes on with them', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const frameId = await stand(program);
  const scopes = await scopesOf(program, frameId);

  const { body } = await program.client.setVariableRequest({
    variablesReference: scopes.get('Locals') ?? 0,
    name: 'n',
    value: '6 * 7',
  });
  assert.equal(body.value, '42');
  await program.client.customRequest('setExpression', {
    expression: 'numbers[0]',
    value: '"first"',
    frameId,
  });
  assert.equal(await program.value('n'), '42');
  await program.stop(program.continue);
  await program.end(program.continue);

  assert.equal(program.printed('stdout'), "['first', 1, 2]\n");
});

test('a change in the past opens a branch that runs on with it', async (t) => {
  const program = await DebuggedProgram.open(t, 'x = 1\ny = x + 1\nprint("y is", y)\n');

  await program.launch([3]);
  await program.stop(program.go);
  assert.equal(await program.stop(program.stepBack), 'step 2');
  const first = await program.client.customRequest('hindsight/position');
  const set = () => program.client.customRequest('setExpression', { expression: 'x', value: '41' });
  assert.equal(await program.stop(set), 'goto 2');
  const second = await program.client.customRequest('hindsight/position');
  assert.notEqual(second.body.session, first.body.session);
  assert.equal(await program.value('x'), '41');
  assert.equal(await program.stop(program.continue), 'breakpoint 3');
  assert.equal(await program.end(program.continue), 0);

  assert.equal(program.printed('stdout'), 'y is 42\n');
});

test('names and attributes are completed', async (t) => {
  const program = await DebuggedProgram.open(t, values);
  const frameId = await stand(program);
  const complete = async (text: string) => {
    const { body } = await program.client.completionsRequest({ text, column: text.length + 1, frameId });
    return body.targets;
  };

  const names = await complete('numb');
  assert.deepEqual(
    names.map(({ label, start, length }) => [label, start, length]),
    [['numbers', 0, 4]],
  );
  assert.ok((await complete('kept.app')).some(({ label, type }) => label === 'append' && type === 'method'));
  assert.deepEqual(await complete('nothing_like_this.'), []);
});

test('modules and sources are listed, and code in no file has its text', async (t) => {
  const program = await DebuggedProgram.open(
    t,
    'import linecache\ntext = "a = 1\\nb = 2\\n"\nlinecache.cache["<made>"] = (len(text), None, text.splitlines(True), "<made>")\nexec(compile(text, "<made>", "exec"))\n',
  );

  await program.launch([4]);
  await program.stop(program.go);
  const { body: modules } = await program.client.customRequest('modules', { startModule: 0, moduleCount: 5 });
  const { body: sources } = await program.client.customRequest('loadedSources');

  assert.equal(await program.stop(program.stepIn), 'step 1');
  const { body: stack } = await program.client.stackTraceRequest({ threadId: 1, format: { line: true } });
  const [made] = stack.stackFrames;
  const { body: text } = await program.client.sourceRequest({
    sourceReference: made?.source?.sourceReference ?? 0,
  });

  assert.deepEqual(
    [made?.name, made?.source?.name, text.content],
    ['<module> : 1', '<made>', 'a = 1\nb = 2\n'],
  );
  assert.equal(modules.modules.length, 5);
  assert.ok((modules.totalModules ?? 0) > 5);
  assert.ok(sources.sources.some(({ path }: { path?: string }) => path === program.file));
});
