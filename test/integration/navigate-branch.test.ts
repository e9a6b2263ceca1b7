/** The past of a recorded program is changed, and goes on as a session of its own; a prompt is opened there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branchOff, openRecorded, told } from '../support/navigating.ts';

const program = `
def price(amount):
    factor = 2
    result = amount * factor
    return result

total = price(10)
print(total)
`;

test('a variable of the past is changed in a branch, which runs on; the old future stays', async (t) => {
  const recorded = await openRecorded(t);
  const ended = recorded.run(program);
  assert.equal((await ended).kind, 'result');
  assert.equal(await recorded.go('goto', { file: recorded.file, line: 4 }), 'price:4 goto');

  const { branch, answer, outcome } = await branchOff(recorded, 'set-variable', {
    scope: 'Locals',
    name: 'factor',
    value: '5',
  });

  assert.equal(answer.variable?.value, '5');
  assert.equal(told(await branch.stopped()), 'price:4 goto');
  assert.equal(await branch.value('factor'), '5');
  assert.equal(await branch.go('step-over'), 'price:5 step');
  assert.equal(await branch.value('result'), '50');
  assert.equal(await branch.go('step-back'), 'price:4 step');
  assert.equal(await branch.go('step-over'), 'price:5 step');
  assert.equal(await branch.go('continue'), '<module>:8 end');
  assert.equal((await outcome)?.kind, 'result');
  assert.equal(branch.session.host.text(), '50\n');
  assert.equal(await branch.session.value('total'), '50', 'it is a session like any other');
  assert.equal(recorded.session.host.text(), '20\n', 'what was, stays');
  assert.equal(await recorded.value('factor'), '2');
  assert.equal(await recorded.session.value('total'), '20');
});

test('a prompt is opened at a moment, with the variables of its frame', async (t) => {
  const recorded = await openRecorded(t);
  await recorded.run(program);
  await recorded.go('goto', { file: recorded.file, line: 4 });

  const { branch, outcome } = await branchOff(recorded, 'open', { frame: 0 });

  assert.equal(outcome, undefined);
  assert.equal(await branch.session.value('amount * factor'), '20');
  assert.equal(await branch.session.value('price(3)'), '6');
  assert.equal(await recorded.value('factor'), '2');
});
