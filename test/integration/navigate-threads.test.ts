/** Other threads of a recorded evaluation, by `navigate`: they stop and are shown; time travel follows the main thread. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openRecorded, told } from '../support/navigating.ts';

const program = `import threading
def prepare(n):
    total = n
    for i in range(3):
        total += i
    return total
def work(number):
    result = number + 1
    return result
base = prepare(10)
other = threading.Thread(target=work, args=[base], name="worker")
other.start()
other.join()
after = prepare(20)
print(base, after)
`;

test('a stop in another thread is answered there; its past is that of the main thread', async (t) => {
  const recorded = await openRecorded(t);
  const outcome = recorded.run(program, { lines: [5, 9] });
  assert.equal(told(await recorded.stopped()), 'prepare:5 breakpoint');
  assert.equal(await recorded.go('continue'), 'prepare:5 breakpoint');
  assert.equal(await recorded.go('continue'), 'prepare:5 breakpoint');

  const stop = await recorded.stop('continue');
  assert.equal(told(stop), 'work:9 breakpoint');
  assert.equal(stop.position.thread?.name, 'worker');
  const { threads = [] } = await recorded.ask('threads');
  assert.deepEqual(
    threads.map(({ name }) => name),
    ['worker', 'MainThread'],
  );
  assert.equal(await recorded.value('result'), '14');
  const main = threads[1]?.id ?? 0;
  const { frames = [] } = await recorded.ask('call-stack', { thread: main });
  assert.equal(frames.at(-1)?.sourceLoc.line, 13);
  const frame = frames.at(-1)?.id ?? 0;
  const base = await recorded.ask('evaluate', { expression: 'base', thread: main, frame });
  assert.equal(base.variable?.value, '13');

  await assert.rejects(recorded.ask('step-back'), {
    code: 'invalid-request',
    message:
      'step-back is not possible in worker: only the main thread is recorded; reverse-continue and goto lead into its past',
  });
  await assert.rejects(recorded.ask('goto', { at: stop.position.at }), { code: 'invalid-request' });
  assert.equal(await recorded.go('reverse-continue'), 'prepare:5 breakpoint');
  assert.equal(await recorded.value('i'), '2');
  assert.equal(await recorded.go('step-back'), 'prepare:4 step');

  // Forwards again, and on from where the other thread stands.
  assert.equal(await recorded.go('continue'), 'prepare:5 breakpoint');
  assert.equal(await recorded.go('continue'), 'work:9 breakpoint');
  assert.equal(await recorded.value('result'), '14');
  assert.equal(await recorded.go('continue'), 'prepare:5 breakpoint');
  assert.equal(await recorded.value('total'), '20');
  await recorded.ask('set-breakpoints', { breakpoints: {} });
  assert.equal(await recorded.go('continue'), '<module>:15 end');
  assert.equal((await outcome).kind, 'result');

  // What came after the thread is replayed through it, which is said where no snapshot is nearer.
  const back = await recorded.stop('goto', { file: recorded.file, line: 14 });
  assert.equal(told(back), '<module>:14 goto');
  assert.match(back.warning ?? '', /They are not recorded/);
  assert.equal(await recorded.value('base'), '13');
});

const reading = `import os, threading

done = threading.Event()
def read():
    os.read(reader, 1)
    done.set()
other = threading.Thread(target=read)
other.start()
done.wait()
value = 1
value += 1
print(os.read(reader, 1))
`;

test('in a replay another thread touches nothing outside; a wait for it in vain is given up', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hindsight-threads-'));
  t.after(() => rm(folder, { recursive: true }));
  const fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const writer = openSync(fifo, 'r+');
  t.after(() => closeSync(writer));
  writeSync(writer, 'xy');

  const recorded = await openRecorded(t);
  await recorded.session.value(`import os; reader = os.open(${JSON.stringify(fifo)}, os.O_RDONLY)`);
  const outcome = recorded.run(reading, { lines: [11] });
  assert.equal(told(await recorded.stopped()), '<module>:11 breakpoint');

  await assert.rejects(recorded.ask('goto', { file: recorded.file, line: 10 }), {
    code: 'trace-diverged',
    message: /the main thread waits here for other threads/,
  });
  assert.equal(await recorded.go('continue'), '<module>:11 end');
  assert.equal((await outcome).kind, 'result');
  assert.equal(recorded.session.host.text('stdout'), "b'y'\n");
});
