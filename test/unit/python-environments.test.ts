/** Which environments are kept and which are ended. No process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Environments } from '../../runtime/engines/python/environments.ts';

class Recorded {
  disposed = 0;

  async dispose(): Promise<void> {
    this.disposed += 1;
  }
}

test('is the same for the same interpreter and variables, in whatever order they come', () => {
  const all = new Environments<Recorded>(2);
  const create = () => new Recorded();

  const one = all.of('/python', { A: '1', B: '2' }, create);

  assert.equal(all.of('/python', { B: '2', A: '1' }, create), one);
  assert.notEqual(all.of('/python', { A: '1', B: '3' }, create), one);
  assert.notEqual(all.of('/other', { A: '1', B: '2' }, create), one);
});

test('ends the least recently used of those that nobody holds', () => {
  const all = new Environments<Recorded>(1);
  const open = (name: string) => all.of(name, {}, () => new Recorded());

  const held = open('held');
  const release = all.hold(held);
  const second = open('second');
  open('third');
  open('fourth');
  assert.deepEqual([held.disposed, second.disposed], [0, 1]);

  release();
  release();
  assert.equal(held.disposed, 1);
  assert.notEqual(open('held'), held);
});

test('does not end the one that is just asked for', () => {
  const all = new Environments<Recorded>(0);

  const asked = all.of('asked', {}, () => new Recorded());

  assert.equal(asked.disposed, 0);
});

test('ends all, held or not', async () => {
  const all = new Environments<Recorded>(2);
  const held = all.of('held', {}, () => new Recorded());
  all.hold(held);

  await all.dispose();

  assert.equal(held.disposed, 1);
});
