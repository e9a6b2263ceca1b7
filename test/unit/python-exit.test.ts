/** How the end of a process is said to a person. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf, signalName, unseenExit } from '../../runtime/engines/python/exit.ts';

test('names the exit code and what may have caused it', () => {
  assert.equal(
    causeOf({ code: 3, signal: null }),
    'Python ended with exit code 3 (os._exit, or a library that ends the process)',
  );
  assert.equal(
    causeOf({ code: 0, signal: null }),
    'Python ended with exit code 0 (os._exit, or the program closed files that are not its own)',
  );
});

test('names the signal and what it means', () => {
  assert.equal(
    causeOf({ code: null, signal: 'SIGSEGV' }),
    'Python was killed by SIGSEGV (a crash in C code)',
  );
  assert.equal(
    causeOf({ code: null, signal: 'SIGKILL' }),
    'Python was killed by SIGKILL, most often because memory ran out',
  );
  assert.equal(causeOf({ code: null, signal: 'SIGHUP' }), 'Python was killed by SIGHUP');
});

test('recognises a crash on Windows by its status', () => {
  assert.equal(
    causeOf({ code: 0xc0000005, signal: null }),
    'Python ended with exit code 3221225477 (0xc0000005, a crash in C code)',
  );
});

test('says that an end that nobody saw came with that of the zygote', () => {
  assert.equal(causeOf(unseenExit), 'Python ended together with the process that had started it');
});

test('knows signals by number', () => {
  assert.equal(signalName(9), 'SIGKILL');
  assert.equal(signalName('SIGTERM'), 'SIGTERM');
  assert.equal(signalName(64), 'signal 64');
});
