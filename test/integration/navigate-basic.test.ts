/** A recorded program is walked through, forwards and backwards, over the Python engine as it is built. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRecorded, told } from '../support/navigating.ts';

const program = `
def double(n):
    result = n * 2
    return result

total = 0
for n in range(3):
    total += double(n)
print(total)
`;

test('stops at a breakpoint, steps, and goes on to the end', async (t) => {
  const recorded = await openRecorded(t);
  const ended = recorded.run(program, { lines: [4] });

  const stop = await recorded.stopped();
  assert.equal(told(stop), 'double:4 breakpoint');
  assert.deepEqual(stop.breakpoints, [1]);
  assert.equal(stop.position.live, true);
  assert.equal(await recorded.value('result'), '0');
  assert.equal(await recorded.go('step-over'), '<module>:7 step');
  assert.equal(await recorded.go('step-in'), '<module>:8 step');
  assert.equal(await recorded.go('step-in'), 'double:3 step');
  assert.equal(await recorded.go('step-over'), 'double:4 breakpoint');
  assert.equal(await recorded.go('step-out'), '<module>:7 step');
  assert.equal(await recorded.go('continue'), 'double:4 breakpoint');
  assert.equal(await recorded.value('result'), '4');
  const end = recorded.stop('continue');
  const outcome = await ended;

  assert.equal(told(await end), '<module>:9 end');
  assert.equal(outcome.kind, 'result');
  assert.match(outcome.trace ?? '', /^tr-/);
  assert.equal(recorded.session.host.text(), '6\n');
});

test('steps back over lines and out of calls, to the beginning', async (t) => {
  const recorded = await openRecorded(t);
  void recorded.run(program, { lines: [9] });
  await recorded.stopped();

  const back: string[] = [];
  for (let index = 0; index < 8; index += 1) {
    const { position } = await recorded.ask('line-before');
    const stop = await recorded.stop('step-back');
    assert.equal(position?.at, stop.position.at, 'it is known before one goes there');
    back.push(told(stop));
  }

  assert.deepEqual(back, [
    '<module>:7 step',
    '<module>:8 step',
    '<module>:7 step',
    '<module>:8 step',
    '<module>:7 step',
    '<module>:8 step',
    '<module>:7 step',
    '<module>:6 step',
  ]);
  assert.equal(await recorded.go('step-back'), '<module>:2 step');
  assert.equal(await recorded.go('step-back'), '<module>:2 start');
  assert.equal(recorded.session.host.text(), '', 'nothing of it was printed');
});

test('steps back to a line that only begins something', async (t) => {
  const recorded = await openRecorded(t);
  void recorded.run(
    'def first(items):\n    try:\n        return items[0]\n    except IndexError:\n        return None\n\nfirst([1])\n',
    {
      lines: [3],
    },
  );
  await recorded.stopped();

  assert.deepEqual(
    [await recorded.go('step-back'), await recorded.go('step-back')],
    ['first:2 step', '<module>:7 step'],
  );
});
