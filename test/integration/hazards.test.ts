/**
 * The 25 hazards of docs/hazards.md through the whole runtime: a state is captured, the session goes on, goes back in
 * place, and is looked at. Details of each are in test/python/test_world_*.py.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Play, type Played, Rewinding } from '../support/rewinding.ts';

interface Hazard extends Play {
  /** Numbers in docs/hazards.md. */
  readonly is: string;
  readonly says: string;
  /** Printed values of the last expressions. */
  readonly expect: { readonly live: string; readonly restored: string };
  /** Kinds of warnings of the state, each once. */
  readonly kinds?: readonly string[];
  /** What the first warning says. */
  readonly warns?: RegExp;
}

const hazards: readonly Hazard[] = [
  {
    is: '2',
    says: 'linear algebra with threads of its own goes on',
    before: 'import numpy as np; a = np.ones((600, 600)); float((a @ a)[0, 0])',
    live: 'a += 1; float((a @ a)[0, 0])',
    restored: 'import signal; signal.alarm(30); value = float((a @ a)[0, 0]); signal.alarm(0); value',
    expect: { live: '2400.0', restored: '600.0' },
    kinds: [],
  },
  {
    is: '3',
    says: 'an OpenMP team that ran once does not hang',
    before:
      'import ctypes, os, signal; gomp = ctypes.CDLL("libgomp.so.1"); body = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)\n' +
      'def parallel():\n    signal.alarm(30); gomp.GOMP_parallel(body, None, 4, 0); signal.alarm(0); return len(os.listdir("/proc/self/task"))\n' +
      'parallel()',
    live: 'parallel() >= 4',
    restored: 'parallel() >= 4',
    expect: { live: 'True', restored: 'True' },
    kinds: [],
  },
  {
    is: '4',
    says: 'threads are named, have ended, and an executor works again',
    before:
      'import threading; from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1, "pool"); pool.submit(int, "1").result()\n' +
      'stop = threading.Event(); t = threading.Thread(target=stop.wait, name="loader", daemon=True); t.start()',
    live: '(t.is_alive(), pool.submit(int, "2").result(30), stop.set())[:2]',
    restored: '(t.is_alive(), pool.submit(int, "3").result(30))',
    expect: { live: '(True, 2)', restored: '(False, 3)' },
    kinds: ['thread'],
    warns: /loader|pool_0/,
  },
  {
    is: '5',
    says: 'a file goes on at its own position',
    before:
      'f = open("f", "w+"); f.writelines(f"{i}\\n" for i in range(5000)); f.seek(0); [next(f) for _ in range(3)]',
    live: 'len(list(f))',
    restored: 'next(f), len(list(f))',
    expect: { live: '4997', restored: "('3\\n', 4996)" },
    kinds: ['file'],
    warns: /open for writing/,
  },
  {
    is: '6',
    says: 'what was written to a file stays written',
    before: 'open("g", "w").close()',
    live: 'open("g", "w").write("live")',
    restored: 'open("g").read()',
    expect: { live: '4', restored: "'live'" },
    kinds: [],
  },
  {
    is: '7, 21',
    says: 'what was buffered and what is logged is written once',
    before:
      'import logging; b = open("b", "a"); b.write("before ")\nlogging.basicConfig(filename="log", format="%(message)s"); logging.warning("before")',
    live: 'b.write("live "); b.flush(); logging.warning("live"); open("b").read()',
    restored:
      'b.write("restored"); b.flush(); logging.warning("restored"); open("b").read(), open("log").read().split()',
    expect: {
      live: "'before live '",
      restored: "('before live restored', ['before', 'live', 'restored'])",
    },
  },
  {
    is: '8',
    says: 'a temporary folder is not removed by the process that is left',
    before: 'import os, tempfile; folder = tempfile.TemporaryDirectory()',
    live: 'os.path.isdir(folder.name)',
    restored:
      'import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end and os.path.isdir(folder.name): pass\nos.path.isdir(folder.name), folder.cleanup(), os.path.isdir(folder.name)',
    expect: { live: 'True', restored: '(True, None, False)' },
    kinds: ['file'],
    warns: /temporary folder/,
  },
  {
    is: '9',
    says: 'a connection stays where it was, in words, and its port is free',
    before:
      'import socket; s = socket.create_server(("127.0.0.1", 0)); port = s.getsockname()[1]\nc = socket.create_connection(("127.0.0.1", port)); p, _ = s.accept(); p.send(b"hello")',
    live: 'c.recv(9), c.close(), p.recv(9), p.close(), s.close(), socket.create_server(("127.0.0.1", port)).close()',
    restored: 'try: c.recv(1)\nexcept ConnectionError as error: said = str(error)\nsaid.split(" (")[0]',
    expect: {
      live: "(b'hello', None, b'', None, None, None)",
      restored: "'this connection belongs to another timeline'",
    },
    kinds: ['socket'],
    warns: /listens at 127\.0\.0\.1:\d+/,
  },
  {
    is: '10, 11',
    says: 'the event loop of the session goes on, with what runs in the background',
    before:
      'import asyncio; said = []\nasync def tick():\n    while True:\n        await asyncio.sleep(0.005); said.append(1)\nawait asyncio.sleep(0); task = asyncio.create_task(tick()); 1',
    live: 'task.cancel(); await asyncio.gather(task, return_exceptions=True); task.done()',
    restored: 'before = len(said)\nwhile len(said) < before + 3: await asyncio.sleep(0.005)\ntask.done()',
    expect: { live: 'True', restored: 'False' },
    kinds: [],
  },
  {
    is: '12',
    says: 'how a child of another timeline ends is not made up',
    before:
      'import subprocess; child = subprocess.Popen(["sh", "-c", "read x; exit 7"], stdin=subprocess.PIPE)',
    live: 'child.stdin.close(); child.wait(30)',
    restored:
      'try: said = child.wait(30)\nexcept ChildProcessError as error: said = "another timeline" in str(error)\nsaid, subprocess.call(["sh", "-c", "exit 5"])',
    expect: { live: '7', restored: '(True, 5)' },
    kinds: ['child-process', 'pipe'],
  },
  {
    is: '13',
    says: 'none of our processes is a child of the user’s',
    before:
      'import os, psutil, multiprocessing\ndef children():\n    try: waited = os.waitpid(-1, os.WNOHANG)\n    except ChildProcessError: waited = None\n' +
      '    return waited, psutil.Process().children(recursive=True), multiprocessing.active_children()',
    live: 'children()',
    restored: 'children()',
    expect: { live: '(None, [], [])', restored: '(None, [], [])' },
  },
  {
    is: '14',
    says: 'the pid is told truly, and multiprocessing works',
    before:
      'import os, multiprocessing as m; pid = os.getpid(); later = m.get_context("fork").Process(target=int)',
    live: 'os.getpid() == pid',
    restored:
      'later.start(); later.join(30); os.getpid() == pid, os.getpid() == int(os.readlink("/proc/self")), later.exitcode',
    expect: { live: 'True', restored: '(False, True, 0)' },
  },
  {
    is: '15',
    says: 'a timer goes on with what was left',
    before:
      'import signal; signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 5000, 7)',
    live: 'signal.setitimer(signal.ITIMER_REAL, 0)[1]',
    restored: 'left, every = signal.setitimer(signal.ITIMER_REAL, 0); 4000 < left < 5001, every',
    expect: { live: '7.0', restored: '(True, 7.0)' },
    kinds: [],
  },
  {
    is: '16',
    says: 'a deadline of the event loop comes no nearer while a state is frozen',
    before:
      'import asyncio, time; await asyncio.sleep(0); handle = asyncio.get_running_loop().call_later(1000, print); at = handle.when()',
    live: 'end = time.monotonic() + 0.2\nwhile time.monotonic() < end: pass\nhandle.when() == at',
    restored: 'handle.when() - at > 0.2',
    expect: { live: 'True', restored: 'True' },
  },
  {
    is: '17',
    says: 'shared memory is not shared with the past',
    before: 'import multiprocessing as m; v = m.get_context("fork").Value("i", 1)',
    live: 'v.value = 2; v.value',
    restored:
      'def add(): v.value += 5\np = m.get_context("fork").Process(target=add); first = v.value; p.start(); p.join(30); first, v.value',
    expect: { live: '2', restored: '(1, 6)' },
    kinds: [],
  },
  {
    is: '18',
    says: 'a database in memory goes back, one in a file goes on',
    before:
      'import sqlite3\nm, d = sqlite3.connect(":memory:"), sqlite3.connect("d.db")\nfor each in (m, d): each.execute("create table t (n)"); each.execute("insert into t values (1)"); each.commit()',
    live: '[each.execute("insert into t values (2)") and each.commit() for each in (m, d)]',
    restored: '[each.execute("select count(*) from t").fetchone()[0] for each in (m, d)]',
    expect: { live: '[None, None]', restored: '[1, 2]' },
    kinds: ['database'],
    warns: /d\.db/,
  },
  {
    is: '20',
    says: 'a GPU in use and windows are named',
    before:
      'import sys, types; sys.modules["torch"] = types.SimpleNamespace(cuda=types.SimpleNamespace(is_initialized=lambda: True))\nsys.modules["tkinter"] = types.SimpleNamespace(_default_root=1)',
    live: '1',
    restored: '2',
    expect: { live: '1', restored: '2' },
    kinds: ['gpu', 'gui'],
    warns: /GPU is in use \(torch\)/,
  },
  {
    is: '22',
    says: 'only a frozen process is first in line when memory runs out',
    before: 'score = lambda: open("/proc/self/oom_score_adj").read(); first = score()',
    live: 'score() == first',
    restored: 'score() == first, score() != "900"',
    expect: { live: 'True', restored: '(True, True)' },
  },
  {
    is: '24',
    says: 'a tracer is what it was',
    before: 'import sys\ndef trace(*_): return None\nsys.setprofile(trace)',
    live: 'sys.setprofile(None); sys.getprofile() is None',
    restored: 'kept = sys.getprofile() is trace; sys.setprofile(None); kept',
    expect: { live: 'True', restored: 'True' },
  },
  {
    is: '25',
    says: 'macOS is named as what it is',
    before: 'import sys; real = sys.platform; sys.platform = "darwin"',
    live: 'sys.platform = real; 1',
    restored: 'sys.platform = real; 2',
    expect: { live: '1', restored: '2' },
    kinds: ['platform'],
    warns: /macOS/,
  },
];

for (const hazard of hazards)
  test(`hazard ${hazard.is}: ${hazard.says}`, async (t) => {
    const session = await inFolder(t);

    const played = await session.play(hazard);

    assert.deepEqual(timelines(played), hazard.expect);
    const kinds = [...new Set(played.warnings.map(({ kind }) => kind))].sort();
    if (hazard.kinds !== undefined) assert.deepEqual(kinds, hazard.kinds);
    if (hazard.warns !== undefined)
      assert.match(played.warnings.map(({ message }) => message).join('\n'), hazard.warns);
    assert.deepEqual(session.notices(), []);
  });

test('hazard 1: the random stream and the order of objects go on as they would have', async (t) => {
  const session = await inFolder(t);
  const order =
    '[n for n, _ in sorted(enumerate([object() for _ in range(3000)]), key=lambda pair: id(pair[1]))][:50]';
  await session.value('import random; random.random()');
  const { snapshotId } = await session.capture();
  const live = await session.value(`random.random(), ${order}`);

  for (let turn = 0; turn < 3; turn += 1) {
    await session.rewind(snapshotId);
    assert.equal(await session.value(`random.random(), ${order}`), live);
  }
});

test('hazard 19: a lock is taken back from the process that is left, and missed where another has it', async (t) => {
  const session = await inFolder(t);
  await session.value('import fcntl; f = open("f", "w"); fcntl.flock(f, fcntl.LOCK_EX)');
  const taken =
    'import subprocess, sys; subprocess.call([sys.executable, "-c", "import fcntl; fcntl.flock(open(\'f\'), 6)"], stderr=-3) != 0';
  const { snapshotId, warnings } = await session.capture();

  await session.rewind(snapshotId);
  const held = await session.value(taken);
  const quiet = session.notices();
  const { session: fork } = await session.client.request('fork', { snapshotId });
  await session.value('1', fork);

  assert.deepEqual(
    warnings.map(({ kind }) => kind),
    ['lock', 'file'],
  );
  assert.deepEqual([held, quiet], ['True', []]);
  const said = session.events.filter((event) => event.type === 'notice' && event.session === fork);
  assert.match(JSON.stringify(said), /lock on .* could not be taken again/);
});

test('hazard 23: a session that goes back and forth has as many descriptors as ever', async (t) => {
  const session = await inFolder(t);
  const count = 'import os; f = open("f", "w"); len(os.listdir("/proc/self/fd"))';
  const first = await session.value(count);

  for (let turn = 0; turn < 20; turn += 1) await session.rewind((await session.capture()).snapshotId);

  assert.equal(await session.value(count.replace('f = open("f", "w"); ', '')), first);
});

test('what an evaluation did outside is in its result', async (t) => {
  const session = await inFolder(t);
  await session.value('open("out.csv", "w").write("1"); import subprocess; subprocess.call(["true"])');

  const [result] = session.events.filter((event) => event.type === 'result').slice(-1);

  assert.deepEqual(
    result?.type === 'result' && result.effects?.map(({ kind, target }) => [kind, target.split('/').at(-1)]),
    [
      ['file-written', 'out.csv'],
      ['process', 'true'],
    ],
  );
});

/** A session whose current folder is an empty one, gone after the test. */
async function inFolder(t: TestContext): Promise<Rewinding> {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-hazards-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const session = await Rewinding.open(t);
  await session.value(`import os; os.chdir(${JSON.stringify(folder)})`);
  return session;
}

function timelines({ live, restored }: Played): { live: string | undefined; restored: string | undefined } {
  return { live, restored };
}
