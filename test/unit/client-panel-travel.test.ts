/** Panel and state move together: which cells are undone, and the line that says where the session is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PanelModel } from '../../client/panel/model.ts';
import type { Event, EventBody } from '../../runtime/protocol/events.ts';

test('a rewind marks the cells that it undoes, and a line says where the session is', () => {
  const model = ran(1, 2, 3);

  const changed = restore(model, { undone: ['run3', 'run2'] });

  assert.deepEqual(shown(model), ['run1', 'run2 rewound', 'run3 rewound', 'back 2']);
  assert.deepEqual(changed, ['run3', 'run2', model.cells.at(-1)?.key]);
});

test('Redo brings them back, and the line goes', () => {
  const model = ran(1, 2, 3);
  restore(model, { undone: ['run3'] });
  const line = model.cells.at(-1);

  const changed = restore(model, { redone: ['run3'] });

  assert.deepEqual(shown(model), ['run1', 'run2', 'run3']);
  assert.deepEqual(changed, ['run3', line?.key]);
});

test('Undo, Undo, Redo leaves one line, for where the session is then', () => {
  const model = ran(1, 2, 3);

  restore(model, { undone: ['run3'] });
  restore(model, { undone: ['run2'] });
  restore(model, { redone: ['run2'] });

  assert.deepEqual(shown(model), ['run1', 'run2', 'run3 rewound', 'back 3']);
});

test('what runs after a rewind follows below the line, which stays', () => {
  const model = ran(1, 2);
  restore(model, { undone: ['run2'] });

  run(model, 3);
  restore(model, { undone: ['run3'] });

  assert.deepEqual(shown(model), ['run1', 'run2 rewound', 'back 2', 'run3 rewound', 'back 3']);
});

test('going over to another branch says after which run', () => {
  const model = ran(1, 2);
  restore(model, { undone: ['run2'] });
  run(model, 3);

  restore(model, { undone: ['run3'], redone: ['run2'] });

  assert.deepEqual(shown(model), ['run1', 'run2', 'back 2', 'run3 rewound', 'forth 2']);
});

test('the last state of the life before comes back after a restart', () => {
  const model = ran(1);
  model.apply(event(undefined, { type: 'ready', info: {}, reason: 'restarted' }));

  restore(model, { redone: ['run1'] });

  assert.deepEqual(shown(model), ['run1', 'restarted ', 'forth 1']);
});

test('a state that none of these cells led to is only said', () => {
  const model = ran(1);

  restore(model, {});

  assert.deepEqual(shown(model), ['run1', 'returned ']);
});

test('a rollback says why, and what is not undone', () => {
  const model = ran(1);
  const effects = [{ kind: 'file-written', target: '/out.csv' }];

  model.apply(
    event(undefined, {
      type: 'rolled_back',
      checkpoint_id: 's0',
      reason: 'it failed',
      undone: ['run1'],
      effects,
    }),
  );

  assert.deepEqual(shown(model), ['run1 rolled-back', 'rolled-back it failed']);
  assert.deepEqual(model.cells.at(-1)?.effects, effects);
});

test('a session that goes on from another one’s state says so', () => {
  const model = new PanelModel();

  model.apply(event(undefined, { type: 'ready', info: {}, reason: 'restored' }));

  assert.deepEqual(shown(model), ['forked ']);
});

test('clearing the panel after a rewind, and then Redo, hides nothing that comes later', () => {
  const model = ran(1, 2);
  restore(model, { undone: ['run2'] });
  model.clear();

  restore(model, { redone: ['run2'] });
  run(model, 3);

  assert.deepEqual(shown(model), ['run3']);
});

test('ids that the panel does not show are no hindrance', () => {
  const model = ran(1);

  restore(model, { undone: ['silent', 'run1'] });

  assert.deepEqual(shown(model), ['run1 rewound', 'back 1']);
});

let seq = 0;
function event(executionId: string | undefined, body: EventBody): Event {
  seq += 1;
  const head = { id: `e${seq}`, session: 's', seq, timestamp: seq };
  return { ...body, ...head, ...(executionId === undefined ? {} : { execution_id: executionId }) };
}

function run(model: PanelModel, count: number): void {
  const id = `run${count}`;
  model.apply(event(id, { type: 'started', code: id, execution_count: count }));
  model.apply(event(id, { type: 'result', execution_count: count, execution_time: 0 }));
}

function ran(...counts: readonly number[]): PanelModel {
  const model = new PanelModel();
  for (const count of counts) run(model, count);
  return model;
}

function restore(
  model: PanelModel,
  { undone = [], redone = [] }: { undone?: string[]; redone?: string[] },
): readonly (string | undefined)[] {
  return model
    .apply(event(undefined, { type: 'restored', checkpoint_id: 'snap-1', undone, redone, source: 'live' }))
    .map(({ key }) => key);
}

function shown(model: PanelModel): readonly string[] {
  return model.cells.map(({ kind, code, undone }) =>
    kind === 'code' ? `${code}${undone === undefined ? '' : ` ${undone}`}` : `${kind} ${code}`,
  );
}
