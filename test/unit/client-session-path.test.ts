/** Where Undo and Redo lead, as the events of a session tell it: no look at the runtime is needed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionPath } from '../../client/time/session-path.ts';
import type { Event, EventBody } from '../../runtime/protocol/events.ts';
import { fc } from '../support/properties.ts';

test('Undo leads to the state before the last run, again and again, until the beginning', () => {
  const path = ran('a', 'b', 'c');
  const way = [path.undoTo];

  way.push(restore(path, way[0]).undoTo);
  way.push(restore(path, way[1]).undoTo);
  way.push(restore(path, way[2]).undoTo);

  assert.deepEqual(way, ['after b', 'after a', 'start', undefined]);
});

test('Redo leads the same way forth, and from the newest state nowhere', () => {
  const path = ran('a', 'b');
  restore(restore(path, 'after a'), 'start');
  const way = [path.redoTo];

  way.push(restore(path, way[0]).redoTo);
  way.push(restore(path, way[1]).redoTo);

  assert.deepEqual(way, ['after a', 'after b', undefined]);
});

test('what runs after a rewind begins a branch, and Redo leads along it', () => {
  const path = ran('a', 'b');
  restore(path, 'after a');
  run(path, 'c');

  const undone = path.undoTo;
  restore(path, undone);

  assert.deepEqual([undone, path.redoTo], ['after a', 'after c']);
});

test('going to another branch makes Redo lead along that one', () => {
  const path = ran('a', 'b');
  restore(path, 'after a');
  run(path, 'c');

  restore(path, 'after b');
  restore(path, 'after a');

  assert.equal(path.redoTo, 'after b');
});

test('while a run goes on, Undo means it', () => {
  const path = ran('a');

  path.apply(event('b', { type: 'started', code: 'b', execution_count: 2, snapshot_id: 'after a' }));

  assert.deepEqual([path.running?.id, path.undoTo, path.redoTo], ['b', 'after a', undefined]);
});

test('a silent run and one that never began change nothing', () => {
  const path = ran('a');

  path.apply(event('quiet', { type: 'started', code: 'q', execution_count: 1, silent: true }));
  path.apply(event('dropped', { ...failed, code: 'eval-dropped' }));

  assert.deepEqual([path.present, path.running], ['after a', undefined]);
});

test('after a crash, and after a restart, the last state is the one before, until something runs', () => {
  const path = ran('a');
  path.apply(event('b', { type: 'started', code: 'b', execution_count: 2, snapshot_id: 'after a' }));
  path.apply(event('b', { ...failed, code: 'worker-died' }));
  path.apply(event(undefined, { type: 'status', state: 'dead' }));
  const seen = [path.lastLife];

  path.apply(event(undefined, { type: 'ready', info: {}, reason: 'restarted' }));
  seen.push(path.lastLife, path.present);
  path.apply(event('c', { type: 'started', code: 'c', execution_count: 3, snapshot_id: 'root' }));
  seen.push(path.lastLife);

  assert.deepEqual(seen, ['after a', 'after a', undefined, undefined]);
});

test('names the runs that going back undoes, newest first, with what they did outside', () => {
  const path = ran('a', 'b');
  const effects = [{ kind: 'file-written', target: '/out.csv' }];
  run(path, 'c', effects);

  assert.deepEqual(
    path.runsBackTo('after a')?.map(({ id, effects: did }) => [id, did]),
    [
      ['c', effects],
      ['b', []],
    ],
  );
  assert.equal(path.runsBackTo('elsewhere'), undefined);
  assert.deepEqual(path.runsBackTo('after c'), []);
});

test('from a checkpoint of another life, Undo leads to the state that was left for it, and Redo back', () => {
  const path = ran('a', 'b');
  restore(path, 'checkpoint');
  const undone = path.undoTo;
  restore(path, undone);
  const redone = path.redoTo;
  restore(path, redone);

  assert.deepEqual([undone, redone, path.present], ['after b', 'checkpoint', 'checkpoint']);
});

test('what runs from such a checkpoint is undone first', () => {
  const path = ran('a');
  restore(path, 'checkpoint');
  run(path, 'c');
  const first = path.undoTo;

  restore(path, first);

  assert.deepEqual([first, path.undoTo], ['checkpoint', 'after a']);
});

test('a log that names a state twice does not go round for ever', () => {
  const path = ran('a');
  path.apply(event('b', { type: 'started', code: 'b', execution_count: 2, snapshot_id: 'after a' }));
  path.apply(event('b', { ...ended, snapshot_id: 'start' }));

  assert.equal(path.runsBackTo('elsewhere'), undefined);
  restore(path, 'after a');
  assert.equal(path.present, 'after a');
});

test('property: Undo then Redo is where one was, wherever that is', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('run') }),
    fc.record({ kind: fc.constant('undo') }),
    fc.record({ kind: fc.constant('jump'), to: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const path = ran('first');
      const states = ['start', 'after first'];
      for (const [index, taken] of steps.entries()) {
        if (taken.kind === 'run') states.push(`after ${run(path, `run${index}`)}`);
        else if (taken.kind === 'undo') restore(path, path.undoTo ?? path.present);
        else restore(path, states['to' in taken ? taken.to % states.length : 0]);
      }
      const before = path.present;
      if (path.undoTo === undefined) return;
      restore(path, path.undoTo);

      assert.equal(path.redoTo, before);
    }),
  );
});

const ended = { type: 'result', execution_count: 1, execution_time: 0 } as const;
const failed: EventBody<'error'> = {
  type: 'error',
  exception_type: 'E',
  exception_message: '',
  traceback: [],
  frames: [],
};

let seq = 0;
function event(executionId: string | undefined, body: EventBody): Event {
  seq += 1;
  const head = { id: `e${seq}`, session: 's', seq, timestamp: seq };
  return { ...body, ...head, ...(executionId === undefined ? {} : { execution_id: executionId }) };
}

function ran(...ids: readonly string[]): SessionPath {
  const path = new SessionPath();
  for (const id of ids) run(path, id);
  return path;
}

function run(path: SessionPath, id: string, effects?: Event<'result'>['effects']): string {
  const before = path.present ?? 'start';
  path.apply(event(id, { type: 'started', code: id, execution_count: 1, snapshot_id: before }));
  path.apply(
    event(id, { ...ended, snapshot_id: `after ${id}`, ...(effects === undefined ? {} : { effects }) }),
  );
  return id;
}

function restore(path: SessionPath, to: string | undefined): SessionPath {
  assert.ok(to !== undefined);
  path.apply(
    event(undefined, { type: 'restored', checkpoint_id: to, undone: [], redone: [], source: 'live' }),
  );
  return path;
}
