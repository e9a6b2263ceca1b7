/** Which captured state is whose: the present for looks, what core is given, and when one is let go. No process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Holdable, SnapshotKeeper } from '../../runtime/engines/python/snapshot-keeper.ts';

const signal = new AbortController().signal;
const look = { idle: true, anyway: false, waitMs: 60_000 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what comes by itself is given away with the evaluation that it is after', () => {
  const { keeper, given } = recorded();

  keeper.add(new State('f0', 7));
  keeper.ended(8, 'eval-1');
  keeper.add(new State('f1', 8));

  assert.deepEqual(given(), ['f0 after nothing', 'f1 after eval-1']);
});

test('a state that says hello before its evaluation’s end was read waits for it', async () => {
  const { keeper, given } = recorded();
  keeper.ended(8, 'eval-1');

  keeper.add(new State('f2', 9));
  assert.deepEqual(given(), []);
  keeper.ended(9, 'eval-2');
  assert.deepEqual(given(), [], 'who waits for the end learns of it first');
  await turn();

  assert.deepEqual(given(), ['f2 after eval-2']);
});

test('a look at the present waits for the state of its moment, and not for one of before', async () => {
  const { keeper, asked } = recorded();
  keeper.ended(8, 'eval-1');
  let found: State | undefined;
  const looking = keeper.newest(look, signal).then((state) => (found = state));

  keeper.add(new State('old', 7));
  await turn();
  assert.equal(found, undefined);
  keeper.add(new State('f1', 8));
  keeper.onFrozen({ type: 'frozen', n: 1, id: 'f1' });

  assert.equal((await looking)?.id, 'f1');
  assert.deepEqual(asked(), ['1']);
});

test('looks of one moment ask for one state, a later one for another', async () => {
  const { keeper, asked } = recorded();
  keeper.ended(8, 'eval-1');
  const first = [keeper.newest(look, signal), keeper.newest(look, signal)];
  keeper.ended(9, 'eval-2');
  const later = keeper.newest(look, signal);
  assert.deepEqual(asked(), ['1', '2']);

  keeper.add(new State('f1', 8));
  keeper.onFrozen({ type: 'frozen', n: 1, id: 'f1' });
  keeper.add(new State('f2', 9));
  keeper.onFrozen({ type: 'frozen', n: 2, id: 'f2' });

  assert.deepEqual((await Promise.all([...first, later])).length, 3);
  assert.equal((await later)?.id, 'f2');
});

test('a look while the session is busy takes the state that there is', async () => {
  const { keeper, asked } = recorded();
  keeper.add(new State('f0', 7));
  keeper.ended(8, 'eval-1');

  assert.equal((await keeper.newest({ ...look, idle: false }, signal))?.id, 'f0');
  assert.deepEqual(asked(), []);
});

test('a look in the first evaluation waits for the hello of the state before it', async () => {
  const { keeper } = recorded();
  const looking = keeper.newest({ ...look, idle: false }, signal);

  keeper.add(new State('f0', 7));

  assert.equal((await looking)?.id, 'f0');
});

test('a look takes the state that there is when the present cannot be captured', async () => {
  const { keeper } = recorded();
  keeper.add(new State('f0', 7));
  keeper.ended(8, 'eval-1');
  const looking = keeper.newest(look, signal);

  keeper.onFrozen({ type: 'frozen', n: 1, id: '', error: 'too many processes' });

  assert.equal((await looking)?.id, 'f0');
});

test('snapshot gives what was given before, when nothing has changed', async () => {
  const { keeper, given, snapshots } = recorded();
  keeper.add(new State('f0', 7));
  const taking = keeper.snapshot(signal);

  keeper.onFrozen({ type: 'frozen', n: 1, id: 'f0' });

  assert.equal(await taking, snapshots[0]);
  assert.deepEqual(given(), ['f0 after nothing']);
});

test('snapshot waits for a hello that comes after the worker’s answer', async () => {
  const { keeper } = recorded();
  const taking = keeper.snapshot(signal);

  keeper.onFrozen({ type: 'frozen', n: 1, id: 'f0' });
  await turn();
  keeper.add(new State('f0', 7));

  assert.equal((await taking).state.id, 'f0');
});

test('snapshot says in words why there is none', async () => {
  const { keeper } = recorded();
  const taking = keeper.snapshot(signal);

  keeper.onFrozen({ type: 'frozen', n: 1, id: '', error: 'too many processes' });

  await assert.rejects(taking, { code: 'snapshot-failed', message: /too many processes/ });
});

test('snapshot has another made in place of one that was killed', async () => {
  const { keeper, asked } = recorded();
  const killed = new State('f0', 7);
  keeper.add(killed);
  killed.held = false;
  const taking = keeper.snapshot(signal);
  keeper.onFrozen({ type: 'frozen', n: 1, id: 'f0' });
  await turn();

  keeper.add(new State('f1', 7));
  keeper.onFrozen({ type: 'frozen', n: 2, id: 'f1' });

  assert.equal((await taking).state.id, 'f1');
  assert.deepEqual(asked(), ['1', '2 again']);
});

test('the newest stays for looks when core gives it up, and goes when a newer one comes', () => {
  const { keeper, snapshots } = recorded();
  const [first, second] = [new State('f0', 7), new State('f1', 8)];
  keeper.add(first);

  snapshots[0]?.letGo();
  assert.equal(first.holders, 1);
  keeper.ended(8, 'eval-1');
  keeper.add(second);

  assert.deepEqual([first.holders, second.holders], [0, 2]);
});

test('what core was given outlives the session, and the rest does not', async () => {
  const { keeper, snapshots } = recorded();
  const [given, early, late] = [new State('f0', 7), new State('f9', 9), new State('f1', 7)];
  keeper.add(given);
  keeper.add(early);

  keeper.dispose();
  keeper.add(late);

  assert.deepEqual([given.holders, early.holders, late.holders], [1, 0, 0]);
  snapshots[0]?.letGo();
  assert.equal(given.holders, 0);
});

test('what was captured right before the worker died is given away all the same', () => {
  const { keeper, given } = recorded();
  keeper.died();

  keeper.add(new State('f0', 7));

  assert.deepEqual(given(), ['f0 after nothing']);
});

test('who waits when the worker dies is told so', async () => {
  const { keeper } = recorded();
  const [taking, looking] = [keeper.snapshot(signal), keeper.newest(look, signal)];

  keeper.died();

  await assert.rejects(taking, { code: 'snapshot-failed' });
  assert.equal(await looking, undefined);
});

test('where nobody wants states, only the newest is kept', () => {
  const { keeper } = recorded(false);
  const [first, second] = [new State('f0', 7), new State('f1', 7)];

  keeper.add(first);
  keeper.add(second);

  assert.deepEqual([first.holders, second.holders], [0, 1]);
});

test('a session that goes on from a state has it as its present, and keeps it until the next', async () => {
  const origin = new State('origin', 7);
  const { keeper, given } = recorded(true, origin);
  const newest = keeper.newest({ idle: true, anyway: true, waitMs: 1000 }, new AbortController().signal);
  keeper.onFrozen({ type: 'frozen', n: 1, id: 'origin' });

  assert.equal(await newest, origin);
  assert.deepEqual(given(), []);
  assert.equal(origin.holders, 1);
  keeper.ended(8, 'ex-1');
  keeper.add(new State('next', 8));
  assert.equal(origin.holders, 0);
});

interface Given {
  readonly state: State;
  readonly after: string | undefined;
  readonly letGo: () => void;
}

class State implements Holdable {
  readonly id: string;
  readonly generation: number;
  held = true;
  holders = 0;

  constructor(id: string, generation: number) {
    this.id = id;
    this.generation = generation;
  }

  hold(): () => void {
    this.holders += 1;
    return () => (this.holders -= 1);
  }
}

/** A keeper of a session that began in generation 7. */
function recorded(wanted = true, origin?: State) {
  const asked: string[] = [];
  const snapshots: Given[] = [];
  const keeper = new SnapshotKeeper<State, Given>({
    generation: 7,
    origin,
    freeze: (n, again) => asked.push(again ? `${n} again` : `${n}`),
    wrap: (state, after, letGo) => ({ state, after, letGo }),
    captured: wanted ? (snapshot) => snapshots.push(snapshot) : undefined,
    expected: true,
    timeoutMs: 60_000,
  });
  const given = () => snapshots.map(({ state, after }) => `${state.id} after ${after ?? 'nothing'}`);
  return { keeper, snapshots, given, asked: () => asked };
}
