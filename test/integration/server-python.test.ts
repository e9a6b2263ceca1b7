/**
 * The language server beside real Python: `hindsight lsp`, as any editor starts it, finds the built runtime
 * of the workspace by its state file, and tells what the live objects are.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import { stateFilePath } from '../../runtime/protocol/client/state-file.ts';
import { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
import { type RunningRuntime, startRuntime } from '../bench/runtime.ts';
import { LspEditor } from '../support/lsp-editor.ts';
import { dist, node } from '../tools/paths.ts';
import { venvPython } from '../tools/venv.ts';

const tools = `import functools


@functools.lru_cache(
    maxsize=10)
def scale(value, factor=2):
    """Scales a value.

    Parameters
    ----------
    value : float
        What is scaled.
    factor : float
        By how much.
    """
    return value * factor


def halve(value, by=2):
    """Halves a value.

    Parameters
    ----------
    by : float
        How many parts.
    """
    return value / by
`;

const setUp = `import pandas as pd
from tools import halve, scale
df = pd.DataFrame({"price": [1.5, 2.5], "amount": [3, 4]})
prices = {"apple": 1, "pear": {"green": 2}}

class Loud:
    touched = 0

    def __repr__(self):
        Loud.touched += 1
        return "<loud>"

    @property
    def volume(self):
        Loud.touched += 1
        return 11

    def __getattr__(self, name):
        Loud.touched += 1
        raise AttributeError(name)

loud = Loud()
`;

describe('the language server beside Python', () => {
  let folder: string;
  let runtime: RunningRuntime;
  let client: RuntimeClient;
  let session: string;
  let server: ChildProcess;
  let editor: LspEditor;
  let documents = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-lsp-'));
    await writeFile(join(folder, 'tools.py'), tools);
    const env = { ...process.env, XDG_STATE_HOME: folder, LOCALAPPDATA: folder, HOME: folder };
    const stateFile = stateFilePath(folder, env, process.platform);
    await mkdir(dirname(stateFile), { recursive: true });
    runtime = await startRuntime(['--state-file', stateFile, '--workspace', folder]);
    const { url, token } = runtime;
    client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack' }));
    const opened = await client.request('clone', { name: 'main', cwd: folder, interpreter: venvPython });
    session = opened.session;
    await client.request('eval', { session, code: setUp });

    server = spawn(node, [join(dist, 'hindsight.js'), 'lsp', '--stdio'], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    assert.ok(server.stdin && server.stdout);
    editor = new LspEditor(server.stdout, server.stdin);
    await editor.initialize(undefined, `${pathToFileURL(folder).href}/`);
  });

  after(async () => {
    const ended = once(server, 'exit');
    await editor.quit();
    assert.deepEqual(await ended, [0, null]);
    client.dispose();
    await runtime.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(text: string): Promise<string> {
    const uri = pathToFileURL(join(folder, `document-${(documents += 1)}.py`)).href;
    await editor.open(uri, text);
    return uri;
  }

  async function hover(text: string, character: number): Promise<string | undefined> {
    const uri = await open(text);
    const found = await inTime(() => editor.hover(uri, [0, character]));
    const contents = found?.contents;
    return typeof contents === 'object' && 'value' in contents ? contents.value : undefined;
  }

  async function labels(text: string): Promise<string[] | undefined> {
    const uri = await open(text);
    const list = await inTime(() => editor.complete(uri, [0, text.length]));
    return list?.items.map(({ label }) => label);
  }

  it('hovers a live frame: type, size, columns and first rows', async () => {
    // The rows come from a throw-away process, which may be late as well.
    const markdown = await inTime(async () => {
      const found = await hover('df.describe()', 1);
      return found?.includes('1.5') === true ? found : undefined;
    });

    assert.match(markdown ?? '', /`pandas\.core\.frame\.DataFrame` · 2 rows × 2 columns/);
    assert.match(markdown ?? '', /\| price \| float64 \|\n\| amount \| int64 \|/);
    assert.match(markdown ?? '', /1\.5/);
    assert.match(markdown ?? '', /\*live, session `main`\*$/);
  });

  it('hovers a live function: signature and documentation', async () => {
    const markdown = await hover('halve(1)', 2);

    assert.match(markdown ?? '', /```python\n(?:def )?halve\(value, by=2\)/);
    assert.match(markdown ?? '', /Halves a value\./);
    assert.match(markdown ?? '', /\*\*Parameters\*\*/);
  });

  it('completes an attribute of a live object', async () => {
    assert.ok((await labels('df.describ'))?.includes('describe'));
  });

  it('completes the keys of a dict, and of the dict in it', async () => {
    assert.match((await labels('prices["'))?.join() ?? '', /apple/);
    assert.match((await labels('prices["pear"]["gr'))?.join() ?? '', /green/);
  });

  it('completes the columns of a frame', async () => {
    assert.match((await labels('df["pr'))?.join() ?? '', /price/);
  });

  it('completes a key into what the editor has closed already', async () => {
    const text = 'prices["ap"]';
    const uri = await open(text);
    const list = await inTime(() => editor.complete(uri, [0, 10]));

    const edit = list?.items[0]?.textEdit;
    assert.ok(edit && 'range' in edit);
    const { start, end } = edit.range;
    assert.equal(
      text.slice(0, start.character) + edit.newText + text.slice(end.character),
      'prices["apple"]',
    );
  });

  it('describes a candidate', async () => {
    const uri = await open('sca');
    const list = await inTime(() => editor.complete(uri, [0, 3]));
    const item = list?.items.find(({ label }) => label === 'scale');
    assert.ok(item);

    const documentation = await inTime(async () => (await editor.resolve(item)).documentation);

    assert.match(
      documentation !== null && typeof documentation === 'object' ? documentation.value : '',
      /Scales a value\./,
    );
  });

  it('says which parameter is being written', async () => {
    const uri = await open('scale(1, ');
    const help = await inTime(() => editor.signature(uri, [0, 9]));

    assert.equal(help?.activeParameter, 1);
    const [signature] = help?.signatures ?? [];
    const [start, end] = signature?.parameters?.[1]?.label ?? [0, 0];
    assert.match(signature?.label.slice(Number(start), Number(end)) ?? '', /^factor/);
  });

  it('goes to the name in the file that defines it', async () => {
    const uri = await open('scale(1)');

    assert.deepEqual(await inTime(() => editor.definition(uri, [0, 2])), {
      uri: pathToFileURL(join(folder, 'tools.py')).href,
      range: { start: { line: 5, character: 4 }, end: { line: 5, character: 9 } },
    });
  });

  it('runs nothing of the user by looking', async () => {
    await hover('loud', 1);
    await labels('loud.');
    // About these nothing is known without running code.
    await editor.hover(await open('loud.volume'), [0, 7]);
    await editor.complete(await open('loud.volume.'), [0, 12]);

    const { value } = await client.request('eval', { session, code: 'Loud.touched' });
    assert.equal(value, '0');
  });

  it('answers while the session is busy', async () => {
    const id = client.newId();
    const started = new Promise<void>((resolve) => {
      const listening = client.onEvent((event) => {
        if (event.type !== 'output' || event.execution_id !== id) return;
        listening.dispose();
        resolve();
      });
    });
    const code = 'print("go", flush=True)\nwhile True: pass';
    const running = assert.rejects(client.request('eval', { session, code }, { id }));
    await started;

    assert.ok((await labels('prices["'))?.length);
    assert.match((await hover('df', 1)) ?? '', /DataFrame/);

    await client.request('interrupt', { session });
    await running;
  });

  it('finds a statement although the file is wrong elsewhere', async () => {
    const uri = await open('x = (1,\n\n@scale\ndef f():\n    return 1\n\nf()\n');

    const located = await editor.locate({ uri, position: { line: 4, character: 6 }, unit: 'statement' });

    assert.equal(located?.text, '@scale\ndef f():\n    return 1');
    assert.deepEqual(located?.next, { line: 6, character: 0 });
  });

  it('dedents a selection inside a block, but not the string in it', async () => {
    const uri = await open('if df:\n    a = """\n  b\n"""\n    c = 1\n');
    const selection = { position: { line: 1, character: 8 }, end: { line: 4, character: 3 } };

    const located = await inTime(async () => {
      const found = await editor.locate({ uri, ...selection, unit: 'selection' });
      return found?.dedent === 0 ? undefined : found; // As it was selected, since Python was late.
    });

    assert.equal(located?.text, 'a = """\n  b\n"""\nc = 1');
    assert.equal(located?.dedent, 4);
  });
});

/**
 * An answer that comes in time: the server is silent after 300 ms, which a busy machine may need, and is asked
 * again as an editor does at the next key. What it answers in time is judged by the test, silence at last, too.
 */
async function inTime<T>(ask: () => Promise<T | null | undefined>): Promise<T | null | undefined> {
  for (let again = 0; again < 30; again += 1) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
  }
  return ask();
}
