/** How work that is too slow, or that nobody waits for, is dropped. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { within } from '../../server/deadline.ts';
import { ManualClock } from '../support/manual-clock.ts';

const forEver = new Promise<never>(() => undefined);

describe('within', () => {
  it('is the result of work that ends in time, and leaves no timer behind', async () => {
    const clock = new ManualClock();

    assert.equal(await within(clock, 300, new AbortController().signal, async () => 42), 42);
    assert.equal(clock.waiting, 0);
  });

  it('is undefined after the deadline and aborts the work', async () => {
    const clock = new ManualClock();
    let given: AbortSignal | undefined;
    const result = within(clock, 300, new AbortController().signal, (signal) => {
      given = signal;
      return forEver;
    });

    clock.pass(299);
    assert.equal(given?.aborted, false);
    clock.pass(1);

    assert.equal(await result, undefined);
    assert.equal(given?.aborted, true);
  });

  it('is undefined when the caller aborts, and aborts the work', async () => {
    const caller = new AbortController();
    let given: AbortSignal | undefined;
    const result = within(new ManualClock(), 300, caller.signal, (signal) => {
      given = signal;
      return forEver;
    });

    caller.abort();

    assert.equal(await result, undefined);
    assert.equal(given?.aborted, true);
  });

  it('does not begin what is aborted already', async () => {
    await within(new ManualClock(), 300, AbortSignal.abort(), () => assert.fail('began'));
  });

  it('drops the failure of work that is given up', async () => {
    const clock = new ManualClock();
    const result = within(
      clock,
      300,
      new AbortController().signal,
      (signal) =>
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('late')))),
    );

    clock.pass(300);

    assert.equal(await result, undefined);
  });

  it('fails as the work does', async () => {
    const failing = within(new ManualClock(), 300, new AbortController().signal, () =>
      Promise.reject(new Error('no')),
    );

    await assert.rejects(failing, /no/);
  });
});
