/** The rules of the event log: a good log passes, and each rule that is broken is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateLog } from '../../runtime/core/flow.ts';
import type { Event, EventBody } from '../../runtime/protocol/events.ts';

type Entry = EventBody | readonly [string, EventBody];

const starting: EventBody = { type: 'status', state: 'starting' };
const busy: EventBody = { type: 'status', state: 'busy' };
const idle: EventBody = { type: 'status', state: 'idle' };
const opened: readonly Entry[] = [starting, { type: 'ready', info: {}, reason: 'opened' }, idle];
const started: EventBody = { type: 'started', code: '', execution_count: 1 };
const output: EventBody = { type: 'output', stream: 'stdout', data: 'x' };
const input: EventBody = { type: 'input', input_id: 'in', prompt: '', password: false };
const done: EventBody = { type: 'input_done', input_id: 'in', outcome: 'answered' };
const result: EventBody = { type: 'result', execution_count: 1, execution_time: 0 };
const closed: EventBody = { type: 'closed', reason: '' };

test('accepts a session with output, input and a queue', () => {
  assert.deepEqual(
    validateLog(log([...opened, ...run('a', input, done), queued('b'), ...run('b', output)]), {
      finished: true,
    }),
    [],
  );
});

test('accepts output of what an evaluation left running', () => {
  assert.deepEqual(validateLog(log([...opened, ...run('a'), ['a', output]])), []);
});

test('accepts a log whose beginning was trimmed', () => {
  const events = log([...opened, ...run('a'), ...run('b')]);
  assert.deepEqual(validateLog(events.slice(events.findLastIndex(({ type }) => type === 'status') - 3)), []);
});

const broken: readonly [string, readonly Entry[], RegExp][] = [
  ['two ends', [...opened, ...run('a'), ['a', result]], /does not run/],
  ['a result without a start', [...opened, queued('a'), ['a', result]], /does not run/],
  ['two evaluations at once', [...opened, busy, ['a', started], ['b', started]], /a still runs/],
  ['a start while idle', [...opened, ['a', started]], /not busy/],
  ['idle while it runs', [...opened, busy, ['a', started], idle], /still runs/],
  [
    'output of an earlier evaluation',
    [...opened, ...run('a'), ...run('b'), ['a', output]],
    /neither runs nor/,
  ],
  [
    'an end with an input pending',
    [...opened, busy, ['a', started], ['a', input], ['a', result]],
    /still waits/,
  ],
  ['an answer to nothing', [...opened, busy, ['a', started], ['a', done]], /not pending/],
  ['a state that does not change', [...opened, idle], /idle already/],
  ['a close with an evaluation open', [...opened, busy, ['a', started], closed], /has no end/],
  ['something after the close', [...opened, closed, busy], /follows closed/],
];

for (const [what, entries, problem] of broken) {
  test(`refuses ${what}`, () => {
    const problems = validateLog(log(entries));
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', problem);
  });
}

test('refuses a hole', () => {
  const events = log([...opened, busy]);
  assert.match(validateLog(events.filter(({ seq }) => seq !== 2)).join(), /its seq is 3, not 2/);
});

test('a finished log has no evaluation without an end', () => {
  const events = log([...opened, busy, ['a', started]]);
  assert.deepEqual(validateLog(events), []);
  assert.deepEqual(validateLog(events, { finished: true }), ['evaluation a has no end']);
});

function queued(id: string): Entry {
  return [id, { type: 'queued', position: 1, code: '' }];
}

function run(id: string, ...bodies: EventBody[]): Entry[] {
  return [busy, [id, started], ...bodies.map((body): Entry => [id, body]), [id, result], idle];
}

function log(entries: readonly Entry[]): Event[] {
  return entries.map((entry, index): Event => {
    const [id, body] = isPair(entry) ? entry : [undefined, entry];
    const head = { id: String(index + 1), session: 's', seq: index + 1, timestamp: 0 };
    return { ...body, ...head, ...(id === undefined ? {} : { execution_id: id }) };
  });
}

function isPair(entry: Entry): entry is readonly [string, EventBody] {
  return Array.isArray(entry);
}
