/** The panel's model: which cells and outputs the events of a session give. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelCell } from '../../client/panel/cells.ts';
import { PanelModel } from '../../client/panel/model.ts';
import { applyCarriageReturns } from '../../client/panel/stream-limit.ts';
import type { Event, EventBody } from '../../runtime/protocol/events.ts';

const limits = { headLines: 3, headLength: 1000, tailLines: 2, tailLength: 1000, outputs: 10 };
const started = { type: 'started', code: 'f()', execution_count: 1 } as const;

test('a cell goes from sent over queued and running to its end', () => {
  const model = new PanelModel();
  const states = [model.submit({ id: 'a', code: 'f()' }).state];

  for (const body of [
    { type: 'queued', position: 1, code: 'f()' },
    started,
    { type: 'result', value: '42', repr: '42', summary: '42', execution_count: 1, execution_time: 0.1 },
  ] as const) {
    states.push(...model.apply(event('a', body)).map(({ state }) => state));
  }

  assert.deepEqual(states, ['sent', 'queued', 'running', 'succeeded']);
  assert.equal(model.cells.length, 1);
  assert.equal(model.cells[0]?.summary, '42');
});

test('code that another client sent has a cell, too, and silent code has none', () => {
  const model = new PanelModel();

  model.apply(event('theirs', { ...started, file: '/work/model.py', line: 7 }));
  model.apply(event('quiet', { ...started, silent: true }));

  assert.deepEqual(
    model.cells.map(({ key, file, line }) => [key, file, line]),
    [['theirs', '/work/model.py', 7]],
  );
});

test('the same events give the same outputs, in the order in which they came', () => {
  const model = run(
    { type: 'output', stream: 'stdout', data: 'a' },
    { type: 'output', stream: 'stdout', data: 'b\n' },
    { type: 'output', stream: 'stderr', data: 'c' },
    { type: 'display', mime_type: 'text/html', data: { 'text/html': '<b>' }, metadata: {} },
    { type: 'output', stream: 'stdout', data: 'd' },
  );

  assert.deepEqual(shown(model), ['stdout: ab\n', 'stderr: c', 'rich', 'stdout: d']);
});

test('much output keeps its head and its tail, and counts what is between', () => {
  const lines = Array.from(
    { length: 10 },
    (_, number) => ({ type: 'output', stream: 'stdout', data: `${number}\n` }) as const,
  );

  const model = run(...lines);

  assert.deepEqual(shown(model), ['stdout: 0\n1\n2\n', 'omitted 5 of 10', 'stdout: 8\n9\n']);
});

test('a progress bar redraws its line', () => {
  const model = run(
    { type: 'output', stream: 'stderr', data: 'start\n 10%' },
    { type: 'output', stream: 'stderr', data: '\r 50%' },
    { type: 'output', stream: 'stderr', data: '\r100%\n' },
  );

  assert.deepEqual(shown(model), ['stderr: start\n100%\n']);
});

test('a carriage return at the end of one event and a newline at the start of the next are one newline', () => {
  const model = run(
    { type: 'output', stream: 'stdout', data: 'one\r' },
    { type: 'output', stream: 'stdout', data: '\ntwo' },
  );

  assert.deepEqual(shown(model), ['stdout: one\ntwo']);
});

test('a shorter text over a longer one leaves the rest of it', () => {
  assert.equal(applyCarriageReturns('abcdef\rXY'), 'XYcdef');
  assert.equal(applyCarriageReturns('abcdef\r\u001b[KXY'), 'XY');
});

test('a prompt is pending until it is answered, and one that is pending at the end was interrupted', () => {
  const model = run({ type: 'input', input_id: 'i1', prompt: 'name? ', password: false });
  assert.equal(model.pendingInput?.prompt, 'name? ');

  model.apply(
    event('a', {
      type: 'error',
      exception_type: 'KeyboardInterrupt',
      exception_message: '',
      traceback: [],
      frames: [],
    }),
  );

  assert.equal(model.pendingInput, undefined);
  assert.deepEqual(shown(model), ['input interrupted', 'error KeyboardInterrupt']);
});

test('an update replaces every display of its id', () => {
  const picture = { type: 'display', mime_type: 'text/plain', metadata: {}, display_id: 'd' } as const;
  const model = run({ ...picture, data: { 'text/plain': 'old' } });
  const [before] = model.cells[0]?.outputs ?? [];

  model.apply(event('a', { ...picture, data: { 'text/plain': 'new' }, update: true }));

  assert.equal(before?.kind === 'rich' ? before.data['text/plain'] : undefined, 'new');
});

test('clearing hides what has ended and keeps what runs; history keeps all', () => {
  const model = run({ type: 'result', execution_count: 1, execution_time: 0 });
  model.apply(event('b', { ...started, code: 'g()' }));

  model.clear();

  assert.deepEqual(
    model.cells.map(({ key }) => key),
    ['b'],
  );
  assert.deepEqual(model.history, ['f()', 'g()']);
});

test('a restart is a line between the cells', () => {
  const model = run();

  model.apply(event(undefined, { type: 'ready', info: {}, reason: 'restarted' }));

  assert.deepEqual(
    model.cells.map(({ kind }) => kind),
    ['code', 'restarted'],
  );
});

let seq = 0;
function event(executionId: string | undefined, body: EventBody): Event {
  seq += 1;
  const head = { id: `e${seq}`, session: 's', seq, timestamp: seq };
  return { ...body, ...head, ...(executionId === undefined ? {} : { execution_id: executionId }) };
}

function run(...bodies: readonly EventBody[]): PanelModel {
  const model = new PanelModel(limits);
  for (const body of [started, ...bodies]) model.apply(event('a', body));
  return model;
}

function shown(model: PanelModel): readonly string[] {
  return (model.cells[0]?.outputs ?? []).map(describe);
}

function describe(output: PanelCell['outputs'][number]): string {
  if (output.kind === 'stream') return `${output.stream}: ${output.text}`;
  if (output.kind === 'omitted') return `omitted ${output.lines} of ${output.totalLines}`;
  if (output.kind === 'input') return `input ${output.outcome ?? 'pending'}`;
  return output.kind === 'error' ? `error ${output.name}` : output.kind;
}
