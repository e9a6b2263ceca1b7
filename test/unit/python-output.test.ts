/** Bytes in, text out: characters, order and coalescing of a session's output. No process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutputText } from '../../runtime/engines/python/output.ts';

function recorded(): { output: OutputText; seen: [string, string][] } {
  const seen: [string, string][] = [];
  return { output: new OutputText((stream, text) => seen.push([stream, text])), seen };
}

test('puts a character together that two chunks share', () => {
  const { output, seen } = recorded();
  const bytes = Buffer.from('aé€😀b');

  for (const byte of bytes) output.take('stdout', Uint8Array.of(byte));
  output.flush();

  assert.deepEqual(seen, [['stdout', 'aé€😀b']]);
});

test('shows bytes that are not UTF-8 as U+FFFD and goes on', () => {
  const { output, seen } = recorded();

  output.take('stdout', Uint8Array.of(0x61, 0xff, 0xfe, 0x62));
  output.flush();

  assert.deepEqual(seen, [['stdout', 'a��b']]);
});

test('keeps half a character for the next chunk on flush, and gives it up on finish', () => {
  const { output, seen } = recorded();

  output.take('stdout', Uint8Array.of(0xe2, 0x82));
  output.flush();
  assert.equal(seen.length, 0);
  output.finish();

  assert.deepEqual(seen, [['stdout', '�']]);
});

test('gathers the chunks of one turn of the event loop into one event', async () => {
  const { output, seen } = recorded();

  for (let index = 0; index < 100; index += 1) output.takeText('stdout', `${index}\n`);
  assert.equal(seen.length, 0);
  await new Promise((resolve) => setImmediate(resolve));

  assert.equal(seen.length, 1);
  assert.equal(seen[0]?.[1].split('\n').length, 101);
});

test('hands one stream over before the other begins', () => {
  const { output, seen } = recorded();

  output.takeText('stdout', 'one');
  output.takeText('stderr', 'two');
  output.takeText('stdout', 'three');
  output.flush();

  assert.deepEqual(seen, [
    ['stdout', 'one'],
    ['stderr', 'two'],
    ['stdout', 'three'],
  ]);
});

test('does not gather more than some hundred thousand characters', () => {
  const { output, seen } = recorded();
  const chunk = 'x'.repeat(64 * 1024);

  for (let index = 0; index < 16; index += 1) output.takeText('stdout', chunk);

  assert.equal(seen.length, 4);
});

test('waits for the other half of a line, and not for long', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
  const { output, seen } = recorded();

  output.takeText('stdout', 'a');
  t.mock.timers.tick(1);
  assert.equal(seen.length, 0);
  output.takeText('stdout', ' b\n');
  t.mock.timers.tick(0);
  assert.deepEqual(seen, [['stdout', 'a b\n']]);

  output.takeText('stdout', 'no newline');
  t.mock.timers.tick(2);
  assert.deepEqual(seen.at(-1), ['stdout', 'no newline']);
});
