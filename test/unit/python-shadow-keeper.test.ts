/** Which shadow a look gets, and how long it waits for it: links that lead nowhere, no process. */
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { Link } from '../../runtime/engines/python/link.ts';
import { Peer } from '../../runtime/engines/python/peer.ts';
import { ShadowKeeper } from '../../runtime/engines/python/shadow-keeper.ts';

const signal = new AbortController().signal;
const patienceMs = 60_000;

test('a shadow of before that comes late is not the one that a look waits for', async () => {
  const { keeper, asked } = recorded();
  keeper.ended(2);
  let isThere = false;
  const looking = keeper.best(true, patienceMs, signal).finally(() => (isThere = true));

  keeper.add(shadow(1));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isThere, false);
  keeper.add(shadow(2));

  assert.notEqual(await looking, undefined);
  assert.equal(asked(), 1);
});

test('a look waits for the shadow of its moment, not for that of an evaluation that ended meanwhile', async () => {
  const { keeper, asked } = recorded();
  keeper.ended(1);
  const looking = keeper.best(true, patienceMs, signal);

  keeper.ended(2);
  keeper.add(shadow(1));

  assert.notEqual(await looking, undefined);
  assert.equal(asked(), 1);
});

test('looks of one moment ask for one shadow, a later one for another', async () => {
  const { keeper, asked } = recorded();
  keeper.ended(1);
  const first = [keeper.best(true, patienceMs, signal), keeper.best(true, patienceMs, signal)];
  assert.equal(asked(), 1);
  keeper.ended(2);
  const later = keeper.best(true, patienceMs, signal);
  assert.equal(asked(), 2);

  keeper.add(shadow(2));

  const [one, other, last] = await Promise.all([...first, later]);
  assert.ok(one !== undefined && one === other && one === last);
});

test('a look while the session is busy takes the shadow that there is', async () => {
  const { keeper, asked } = recorded();
  keeper.add(shadow(1));
  keeper.ended(5);

  assert.notEqual(await keeper.best(false, patienceMs, signal), undefined);
  assert.equal(asked(), 0);
});

test('looks end with the session', async () => {
  const { keeper } = recorded();
  keeper.ended(1);
  const looking = keeper.best(true, patienceMs, signal);

  keeper.dispose();

  assert.equal(await looking, undefined);
});

function recorded(): { keeper: ShadowKeeper; asked: () => number } {
  let count = 0;
  return { keeper: new ShadowKeeper(() => (count += 1)), asked: () => count };
}

function shadow(generation: number): Peer {
  const python = { version: '3.11.7', executable: '/usr/bin/python3', prefix: '/usr' };
  const nobody = { onFrame() {}, onClose() {} };
  return new Peer(
    { type: 'hello', role: 'shadow', id: `s${generation}`, token: 't', pid: 0, python, generation },
    new Link(new Socket(), nobody, { maxFrameBytes: 1000 }),
  );
}
