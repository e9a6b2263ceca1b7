/** What may be asked of the bench, which measures for minutes: a word that it does not know is refused before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedFor, sections, usage } from '../../bench/arguments.ts';

test('with no arguments all sections are measured, in full', () => {
  assert.deepEqual(askedFor([]), { sections, quick: false, pythons: [], recorder: undefined });
});

test('a section alone, on the Pythons and with the recorder that are named', () => {
  assert.deepEqual(
    askedFor(['debugger', '--quick', '--python=3.11', '--python', '3.12', '--recorder=monitoring']),
    { sections: ['debugger'], quick: true, pythons: ['3.11', '3.12'], recorder: 'monitoring' },
  );
});

test('a section, an option or a recorder that there is not is refused with the usage', () => {
  for (const argument of ['debuger', '--fast', '--recorder=best', '--quick=3']) {
    assert.throws(
      () => askedFor([argument]),
      ({ message }: Error) => message.endsWith(`\n${usage}`),
      argument,
    );
  }
});

test('only the usage is asked for', () => {
  assert.deepEqual([askedFor(['--help']), askedFor(['debugger', '-h'])], [undefined, undefined]);
});
