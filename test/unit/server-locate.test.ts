/** Which code a cursor stands for, with a runtime that answers, is silent, or fails, as each test says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LocateParams } from '../../runtime/protocol/editor.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { type AskLocate, locate, selectionWaitMs, statementWaitMs } from '../../server/locate.ts';

const nobody: AskLocate = async () => undefined;
const cellText = ['import os', '', '# %% one', 'a = 1', 'b = 2', '', '# %% two', '', 'c = 3', ''].join('\n');

function at(line: number, unit: LocateParams['unit'], character = 0): LocateParams {
  return { uri: 'file:///m.py', position: { line, character }, unit };
}

function selecting(from: [number, number], to: [number, number]): LocateParams {
  const [end, position] = [to, from].map(([line, character]) => ({ line, character }));
  return { uri: 'file:///m.py', position: position ?? never(), end: end ?? never(), unit: 'selection' };
}

function never(): never {
  throw new Error('two positions were given');
}

describe('locate', () => {
  it('takes a cell without its marker and blank edges, and goes on at the next marker', async () => {
    assert.deepEqual(await locate(at(3, 'cell'), cellText, nobody), {
      range: { start: { line: 3, character: 0 }, end: { line: 4, character: 5 } },
      text: 'a = 1\nb = 2',
      dedent: 0,
      next: { line: 6, character: 0 },
    });
  });

  it('goes from the last cell to the end of the text', async () => {
    assert.deepEqual(await locate(at(6, 'cell'), cellText, nobody), {
      range: { start: { line: 8, character: 0 }, end: { line: 8, character: 5 } },
      text: 'c = 3',
      dedent: 0,
      next: { line: 9, character: 0 },
    });
  });

  it('finds nothing in an empty cell', async () => {
    assert.equal(await locate(at(0, 'cell'), '# %%\n\n# %%\nb = 1', nobody), null);
  });

  it('takes a text without markers as one cell', async () => {
    assert.equal((await locate(at(1, 'cell'), '\na = 1\nb = 2\n', nobody))?.text, 'a = 1\nb = 2');
  });

  it('takes all above the current cell', async () => {
    assert.equal(
      (await locate(at(8, 'above'), cellText, nobody))?.text,
      'import os\n\n# %% one\na = 1\nb = 2',
    );
  });

  it('finds nothing above the first cell', async () => {
    assert.equal(await locate(at(0, 'above'), cellText, nobody), null);
  });

  it('takes all above the current statement where there are no cells', async () => {
    const text = 'a = 1\nif a:\n    b = 2\n    c = 3\n';
    const start = { line: 2, column: 0 };
    const ask: AskLocate = async () => ({ range: { start, end: { line: 4, column: 9 } }, text: 'if a: …' });

    assert.equal((await locate(at(3, 'above'), text, ask))?.text, 'a = 1');
  });

  it('takes all above the cursor between statements, not what follows it', async () => {
    const start = { line: 3, column: 0 };
    const ask: AskLocate = async () => ({ range: { start, end: { line: 3, column: 5 } }, text: 'b = 2' });

    assert.equal((await locate(at(1, 'above'), 'a = 1\n\nb = 2', ask))?.text, 'a = 1');
  });

  it('takes all above the line of the cursor when no runtime says more', async () => {
    assert.equal((await locate(at(1, 'above'), 'a = 1\nb = 2', nobody))?.text, 'a = 1');
  });

  it('takes a line dedented, and goes on at the text of the next one', async () => {
    assert.deepEqual(await locate(at(1, 'line', 7), 'if a:\n    b = 2\n\n    c = 3\n', nobody), {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 9 } },
      text: 'b = 2',
      dedent: 4,
      next: { line: 3, character: 4 },
    });
  });

  it('takes the next line from a blank one', async () => {
    assert.equal((await locate(at(0, 'line'), '\n  \nb = 2', nobody))?.text, 'b = 2');
  });

  it('finds nothing on a blank line at the end', async () => {
    assert.equal(await locate(at(1, 'line'), 'a\n\n', nobody), null);
  });

  it('takes a file without blank lines around it', async () => {
    assert.deepEqual(await locate(at(2, 'file'), '\r\na = """\r\n  \r\n"""\r\n\r\n', nobody), {
      range: { start: { line: 1, character: 0 }, end: { line: 3, character: 3 } },
      text: 'a = """\n  \n"""',
      dedent: 0,
      next: { line: 5, character: 0 },
    });
  });

  it('finds nothing in an empty file', async () => {
    assert.equal(await locate(at(0, 'file'), '', nobody), null);
  });

  it('asks for a selection in the positions of the protocol and answers in those of the editor', async () => {
    const asked: unknown[] = [];
    const ask: AskLocate = async (request, waitMs) => {
      asked.push(request, waitMs);
      return {
        range: { start: { line: 2, column: 0 }, end: { line: 2, column: 9 } },
        text: 'b = 2',
        dedent: 4,
        next: { line: 4, column: 0 },
      };
    };

    const found = await locate(selecting([1, 6], [1, 7]), 'if a:\n    b = 2\n\nc', ask);

    assert.deepEqual(asked, [
      { code: 'if a:\n    b = 2\n\nc', line: 2, column: 6, end: { line: 2, column: 7 }, unit: 'selection' },
      selectionWaitMs,
    ]);
    assert.deepEqual(found, {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 9 } },
      text: 'b = 2',
      dedent: 4,
      next: { line: 3, character: 0 },
    });
  });

  it('takes whole lines of a selection, dedented, when no runtime answers', async () => {
    const found = await locate(selecting([1, 6], [3, 0]), 'if a:\n    b = 2\n      # c\nd', nobody);

    assert.deepEqual(found, {
      range: { start: { line: 1, character: 0 }, end: { line: 2, character: 9 } },
      text: 'b = 2\n  # c',
      dedent: 4,
      next: { line: 3, character: 0 },
    });
  });

  it('takes exactly what is selected within a line when no runtime answers', async () => {
    assert.deepEqual(await locate(selecting([0, 4], [0, 9]), 'y = f(x) + 1\nz', nobody), {
      range: { start: { line: 0, character: 4 }, end: { line: 0, character: 8 } },
      text: 'f(x)',
      dedent: 4,
      next: { line: 1, character: 0 },
    });
  });

  it('takes a selection as it is when the runtime fails', async () => {
    const ask: AskLocate = () => Promise.reject(new ProtocolError('interpreter-not-found', 'no Python'));

    assert.equal((await locate(selecting([0, 0], [0, 5]), 'a = 1', ask))?.text, 'a = 1');
  });

  it('finds nothing in a blank selection', async () => {
    assert.equal(await locate(selecting([0, 0], [1, 0]), '  \n', nobody), null);
  });

  it('waits long for a statement and says so when nobody answers', async () => {
    const waits: number[] = [];
    const ask: AskLocate = async (_request, waitMs) => void waits.push(waitMs);

    await assert.rejects(locate(at(0, 'statement'), 'a', ask), { code: 'timeout' });
    assert.deepEqual(waits, [statementWaitMs]);
  });

  it('passes on why a statement could not be found', async () => {
    const ask: AskLocate = () => Promise.reject(new ProtocolError('interpreter-not-found', 'no Python'));

    await assert.rejects(locate(at(0, 'block'), 'a', ask), { code: 'interpreter-not-found' });
  });

  it('finds nothing where the runtime finds nothing', async () => {
    assert.equal(await locate(at(0, 'statement'), '\n', async () => ({})), null);
  });
});
