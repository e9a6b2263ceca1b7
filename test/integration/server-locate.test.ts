/**
 * Which code an editor is told to send, over LSP, with and without a runtime. The units themselves are in
 * test/unit/server-locate.test.ts.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { address, LookBench, uri } from '../support/look-bench.ts';
import type { ManualClock } from '../support/manual-clock.ts';

describe('hindsight/locate', () => {
  let bench: LookBench;

  beforeEach(async () => {
    bench = new LookBench();
    await bench.openSession();
  });
  afterEach(() => bench.dispose());

  it('locates cells without any runtime', async () => {
    bench.found = undefined;
    await bench.start();
    await bench.editor.open('file:///work/cells.py', '# %%\na = 1\n# %%\nb = 2\n');

    assert.deepEqual(
      await bench.editor.locate({
        uri: 'file:///work/cells.py',
        position: { line: 1, character: 0 },
        unit: 'cell',
      }),
      {
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 5 } },
        text: 'a = 1',
        dedent: 0,
        next: { line: 2, character: 0 },
      },
    );
  });

  it('takes a selection as it is when no runtime has come within 300 ms', async () => {
    bench.found = undefined;
    await bench.start();
    const position = { line: 0, character: 0 };
    const located = bench.editor.locate({ uri, position, end: { line: 0, character: 6 }, unit: 'selection' });

    await waitingOn(bench.clock);
    bench.clock.pass(300);

    assert.equal((await located)?.text, 'df = 1');
  });

  it('waits for a runtime that is still starting to find a statement', async () => {
    bench.found = undefined;
    const range = { start: { line: 1, column: 0 }, end: { line: 1, column: 6 } };
    bench.engine.locating = async ({ unit }) => ({ range, text: unit, dedent: 0 });
    await bench.start({ managedSessions: true });
    const located = bench.editor.locate({ uri, position: { line: 0, character: 0 }, unit: 'statement' });

    await waitingOn(bench.clock);
    await bench.editor.tellRuntime(address);

    assert.deepEqual(await located, {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 6 } },
      text: 'statement',
      dedent: 0,
      next: { line: 1, character: 0 },
    });
  });

  it('looks for a starting runtime again and again', async () => {
    bench.found = undefined;
    bench.engine.locating = async () => ({
      range: { start: { line: 1, column: 0 }, end: { line: 1, column: 6 } },
      text: 'x',
    });
    await bench.start();
    const located = bench.editor.locate({ uri, position: { line: 0, character: 0 }, unit: 'block' });
    await waitingOn(bench.clock);

    bench.found = address;
    bench.clock.pass(200);

    assert.equal((await located)?.text, 'x');
  });

  it('says why it could not find a statement', async () => {
    bench.engine.locating = () =>
      Promise.reject(new ProtocolError('interpreter-not-found', 'no Python was found'));
    await bench.start();

    await assert.rejects(
      bench.editor.locate({ uri, position: { line: 0, character: 0 }, unit: 'statement' }),
      {
        message: 'no Python was found',
        data: { code: 'interpreter-not-found' },
      },
    );
  });

  it('names the field of a message that is not as it should be', async () => {
    await bench.start();

    await assert.rejects(
      bench.editor.connection.sendRequest('hindsight/locate', {
        uri,
        position: { line: -1, character: 0 },
        unit: 'cell',
      }),
      {
        message: /^hindsight\/locate\.position\.line: /,
      },
    );
    await bench.editor.connection.sendNotification('hindsight/session', { uri: 5 });
    assert.equal(await bench.editor.hover(uri, [0, 0]), null);
  });
});

/** Resolves when the server waits for both its deadline and the next chance to find a runtime. */
async function waitingOn(clock: ManualClock): Promise<void> {
  while (clock.waiting < 2) await new Promise((resolve) => setImmediate(resolve));
}
