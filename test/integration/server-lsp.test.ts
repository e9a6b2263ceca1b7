/**
 * What an editor gets from the language server, over LSP, with the real core and an engine whose looks each
 * test decides. What Python knows is in server-python.test.ts.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deferred } from '../../server/deadline.ts';
import { address, LookBench, uri } from '../support/look-bench.ts';

describe('the language server', () => {
  let bench: LookBench;
  let session: string;

  beforeEach(async () => {
    bench = new LookBench();
    session = await bench.openSession();
  });
  afterEach(() => bench.dispose());

  it('offers what it can do, for notebooks of both kinds, too', async () => {
    await bench.start();
    const { capabilities } = await bench.editor.initialize();

    assert.deepEqual(capabilities.completionProvider?.triggerCharacters, ['.', '[', '"', "'"]);
    assert.equal(capabilities.completionProvider?.resolveProvider, true);
    assert.equal(capabilities.hoverProvider, true);
    assert.equal(capabilities.definitionProvider, true);
    assert.deepEqual(capabilities.signatureHelpProvider?.triggerCharacters, ['(', ',']);
    const sync = capabilities.notebookDocumentSync;
    const notebooks = sync !== undefined && 'notebookSelector' in sync ? sync.notebookSelector : [];
    assert.deepEqual(
      notebooks.map((selector) => ('notebook' in selector ? selector.notebook : undefined)),
      ['hindsight-panel', 'jupyter-notebook'],
    );
  });

  it('hovers with what the session named main says, in a file that nobody assigned', async () => {
    bench.engine.look = async () => ({
      name: 'df',
      type: 'int',
      preview: '1',
      range: { start: { line: 1, column: 0 }, end: { line: 1, column: 2 } },
      source: 'live',
    });
    await bench.start();

    assert.deepEqual(await bench.editor.hover(uri, [0, 1]), {
      contents: { kind: 'markdown', value: '**`df`**: `int`\n\n```text\n1\n```\n\n*live, session `main`*' },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 2 } },
    });
    const [asked] = bench.engine.asked;
    assert.deepEqual(asked && { ...asked, id: '' }, {
      id: '',
      op: 'info',
      session,
      code: 'df = 1\ndf.he',
      line: 1,
      column: 1,
      file: '/work/model.py',
      static: true,
    });
  });

  it('asks with the text as it was last typed', async () => {
    await bench.start();

    await bench.editor.type(uri, [1, 5], 'ad');
    await bench.editor.hover(uri, [1, 4]);

    assert.equal(bench.engine.asked[0]?.code, 'df = 1\ndf.head');
  });

  it('completes, and describes a candidate when it is looked at', async () => {
    bench.engine.look = async (params) =>
      'symbol' in params
        ? { name: 'df.head', type: 'method', doc: `About ${String(params.symbol)}.` }
        : {
            completions: [
              { candidate: 'head', type: 'function', symbol: 'df.head', detail: 'method', source: 'live' },
            ],
            start: { line: 2, column: 3 },
          };
    await bench.start();

    const list = await bench.editor.complete(uri, [1, 5]);
    assert.deepEqual(list, {
      isIncomplete: false,
      items: [
        {
          label: 'head',
          kind: 3,
          sortText: '09.0000',
          filterText: 'head',
          labelDetails: { description: 'method' },
          textEdit: {
            range: { start: { line: 1, character: 3 }, end: { line: 1, character: 5 } },
            newText: 'head',
          },
          data: { uri, symbol: 'df.head' },
        },
      ],
    });

    const [item] = list.items;
    assert.ok(item);
    assert.deepEqual((await bench.editor.resolve(item)).documentation, {
      kind: 'markdown',
      value: '**`df.head`**: `method`\n\nAbout df.head.\n\n*live, session `main`*',
    });
  });

  it('helps with the signature of a call', async () => {
    bench.engine.look = async () => ({
      signature: { label: 'f(a, b)', parameters: [{ label: 'a' }, { label: 'b', doc: 'Two.' }], active: 1 },
    });
    await bench.start();

    assert.deepEqual(await bench.editor.signature(uri, [1, 5]), {
      signatures: [
        {
          label: 'f(a, b)',
          parameters: [
            { label: [2, 3] },
            { label: [5, 6], documentation: { kind: 'markdown', value: 'Two.' } },
          ],
        },
      ],
      activeSignature: 0,
      activeParameter: 1,
    });
    const [asked] = bench.engine.asked;
    assert.equal(asked !== undefined && 'context' in asked && asked.context, 'call');
  });

  it('finds a definition in the text that is open, not on the disk', async () => {
    bench.engine.look = async () => ({ name: 'load', file: '/work/tools.py', line: 2 });
    await bench.start();
    await bench.editor.open('file:///work/tools.py', '# Tools\n@cached\ndef load(): ...\n');

    assert.deepEqual(await bench.editor.definition(uri, [0, 1]), {
      uri: 'file:///work/tools.py',
      range: { start: { line: 2, character: 4 }, end: { line: 2, character: 8 } },
    });
  });

  it('knows no definition in code that is in no file', async () => {
    bench.engine.look = async () => ({ name: 'load', file: '<cell 3>', line: 2 });
    await bench.start();

    assert.equal(await bench.editor.definition(uri, [0, 1]), null);
  });

  it('is silent where nothing is known', async () => {
    await bench.start();

    assert.equal(await bench.editor.hover(uri, [0, 1]), null);
    assert.equal(await bench.editor.signature(uri, [0, 1]), null);
    assert.equal(await bench.editor.definition(uri, [0, 1]), null);
  });

  it('is silent in other languages', async () => {
    bench.engine.look = async () => ({ name: 'df' });
    await bench.start();
    await bench.editor.open('file:///work/a.txt', 'df', 'plaintext');

    assert.equal(await bench.editor.hover('file:///work/a.txt', [0, 1]), null);
  });

  it('is silent after 300 ms, and tells the runtime nothing it would have to undo', async () => {
    const { promise: looking, resolve: begun } = deferred();
    bench.engine.look = () => {
      begun();
      return new Promise(() => undefined);
    };
    await bench.start();
    const hover = bench.editor.hover(uri, [0, 1]);
    await looking;

    bench.clock.pass(300);

    assert.equal(await hover, null);
    assert.equal(bench.clock.waiting, 0);
  });

  it('is silent while there is no runtime, and speaks once one is told', async () => {
    bench.found = undefined;
    bench.engine.look = async () => ({ name: 'df' });
    await bench.start({ managedSessions: false });
    assert.equal(await bench.editor.hover(uri, [0, 1]), null);

    await bench.editor.tellRuntime(address);

    assert.notEqual(await bench.editor.hover(uri, [0, 1]), null);
  });

  it('keeps its connection when it is told the same address again', async () => {
    const { promise: looking, resolve: begun } = deferred();
    const { promise: mayAnswer, resolve: answerNow } = deferred();
    bench.engine.look = async () => {
      begun();
      await mayAnswer;
      return { name: 'df' };
    };
    await bench.start({ ...address, managedSessions: false });
    const hover = bench.editor.hover(uri, [0, 1]);
    await looking;

    await bench.editor.tellRuntime(address);
    await bench.editor.locate({ uri, position: { line: 0, character: 0 }, unit: 'line' });
    answerNow();

    assert.notEqual(await hover, null);
  });

  it('connects again after the runtime was replaced', async () => {
    bench.engine.look = async () => ({ name: 'df' });
    await bench.start();
    await bench.editor.hover(uri, [0, 1]);

    await bench.replaceRuntime();
    assert.equal(await bench.editor.hover(uri, [0, 1]), null);
    await bench.openSession();

    assert.notEqual(await bench.editor.hover(uri, [0, 1]), null);
  });

  it('follows when the session named main is another one', async () => {
    bench.engine.look = async () => ({ name: 'df' });
    await bench.start();
    await bench.editor.hover(uri, [0, 1]);
    await bench.owner.request('close', { session });
    assert.equal(await bench.editor.hover(uri, [0, 1]), null);

    const next = await bench.owner.request('clone', { name: 'main' });
    await bench.editor.hover(uri, [0, 1]);

    assert.equal(bench.engine.asked.at(-1)?.session, next.session);
  });

  it('leaves documents alone that a managing editor assigned no session', async () => {
    bench.engine.look = async () => ({ name: 'df' });
    await bench.start({ ...address, static: false });
    assert.equal(await bench.editor.hover(uri, [0, 1]), null);

    await bench.editor.assign(uri, session);
    assert.notEqual(await bench.editor.hover(uri, [0, 1]), null);
    assert.equal(bench.engine.asked.at(-1)?.static, false);

    await bench.editor.assign(uri, null);
    assert.equal(await bench.editor.hover(uri, [0, 1]), null);
  });

  it('serves the cells of a notebook by the session of the notebook, each cell a text of its own', async () => {
    bench.engine.look = async () => ({ name: 'b' });
    await bench.start(address);
    const cells = { 'vscode-notebook-cell:/n.ipynb#1': 'a = 1', 'vscode-notebook-cell:/n.ipynb#2': 'b = a' };
    await bench.editor.openNotebook('file:///n.ipynb', 'jupyter-notebook', cells);
    await bench.editor.assign('file:///n.ipynb', session);

    assert.notEqual(await bench.editor.hover('vscode-notebook-cell:/n.ipynb#2', [0, 0]), null);
    const { code, line, file } = bench.engine.asked[0] ?? {};
    assert.deepEqual({ code, line, file }, { code: 'b = a', line: 1, file: undefined });
  });
});
