/** Threads over `hindsight dap`: stopped, shown, stepped through; time travel follows the main one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DebuggedProgram } from '../support/dap-program.ts';

/** Where a thread stands, as `function:line`, the user's own functions. */
async function stackOf(program: DebuggedProgram, threadId: number): Promise<string[]> {
  const { body } = await program.client.stackTraceRequest({ threadId });
  return body.stackFrames
    .filter(({ source }) => source?.path === program.file)
    .map(({ name, line }) => `${name}:${line}`);
}

/** Does something that ends in a stop of whichever thread. */
async function stopped(
  program: DebuggedProgram,
  action: () => Promise<unknown>,
): Promise<{ readonly thread: number; readonly told: string }> {
  const [{ reason, threadId = 0, allThreadsStopped }] = await Promise.all([
    program.event<DebugProtocol.StoppedEvent['body']>('stopped'),
    action(),
  ]);
  assert.equal(allThreadsStopped, true);
  const [first] = await stackOf(program, threadId);
  return { thread: threadId, told: `${reason} ${first}` };
}

async function threadsOf(program: DebuggedProgram): Promise<Record<number, string>> {
  const { body } = await program.client.threadsRequest();
  return Object.fromEntries(body.threads.map(({ id, name }) => [id, name]));
}

const beside = `import threading
done = threading.Event()
def wait(number):
    done.wait()
other = threading.Thread(target=wait, args=[1], name="waiter")
other.start()
count = 1
count += 1
done.set()
other.join()
print(count)
`;

test('the main thread stops, is looked into and stepped while another one waits', async (t) => {
  const program = await DebuggedProgram.open(t, beside);

  await program.launch([8]);
  assert.equal(await program.stop(program.go), 'breakpoint 8');
  assert.deepEqual(Object.values(await threadsOf(program)), ['MainThread', 'waiter']);
  assert.equal(await program.value('count'), '1');
  assert.equal(await program.stop(program.next), 'step 9');
  assert.equal(await program.value('count'), '2');
  const [, waiter = 0] = Object.keys(await threadsOf(program)).map(Number);
  assert.deepEqual(await stackOf(program, waiter), ['wait:4']);

  assert.equal(await program.stop(program.stepBack), 'step 8');
  assert.equal(await program.value('count'), '1');
  assert.match(program.printed('console'), /They are not recorded: here they have run anew/);
  assert.equal(await program.stop(program.next), 'step 9');
  assert.equal(await program.end(program.continue), 0);
  assert.equal(program.printed('stdout'), '2\n');
});

const pool = `from concurrent.futures import ThreadPoolExecutor
def double(number):
    twice = number * 2
    return twice
def work(number):
    result = double(number)
    return result + 1
with ThreadPoolExecutor(2, thread_name_prefix="pool") as executor:
    found = list(executor.map(work, range(4)))
print(found)
`;

test('a breakpoint in a pool stops the whole program; steps stay in that thread', async (t) => {
  const program = await DebuggedProgram.open(t, pool);

  await program.launch([{ line: 6, condition: 'number == 2' }]);
  const first = await stopped(program, program.go);
  assert.equal(first.told, 'breakpoint work:6');
  const threadId = first.thread;
  assert.notEqual(threadId, 1);
  assert.match((await threadsOf(program))[threadId] ?? '', /^pool_/);
  assert.equal(await program.value('number'), '2');
  assert.deepEqual((await stackOf(program, 1)).at(-1), '<module>:9');

  const steps = [];
  for (const step of [
    () => program.client.stepInRequest({ threadId }),
    () => program.client.nextRequest({ threadId }),
    () => program.client.stepOutRequest({ threadId }),
  ]) {
    const { thread, told } = await stopped(program, step);
    steps.push(`${told} ${thread === threadId}`);
  }
  assert.deepEqual(steps, ['step double:3 true', 'step double:4 true', 'step work:7 true']);
  assert.equal(await program.value('result'), '4');
  assert.equal(await program.end(program.continue), 0);
  assert.equal(program.printed('stdout'), '[1, 3, 5, 7]\n');
});
