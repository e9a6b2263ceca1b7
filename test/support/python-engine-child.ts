/** A process that holds a Python engine with a busy and an idle session, and prints when it is ready. To be killed. */
import { join } from 'node:path';
import { silentLogger } from '../../runtime/core/logger.ts';
import { createPythonEngine } from '../../runtime/engines/python/engine.ts';
import { dist } from '../tools/paths.ts';

const engine = createPythonEngine({
  workerPath: join(dist, 'python', 'hindsight_worker'),
  env: process.env,
  logger: silentLogger,
  fork: process.argv[2] !== 'no-fork',
});
const interpreter = process.env['HINDSIGHT_TEST_PYTHON'];
const signal = new AbortController().signal;
const host = {
  emit: (event: { type: string }) => (event.type === 'output' ? console.log('ready') : undefined),
  died() {},
};
const open = (sessionId: string) =>
  engine.openSession({ sessionId, ...(interpreter === undefined ? {} : { interpreter }) }, host, signal);

const idle = await open('idle');
await idle.evaluate({ executionId: 'e1', code: 'x = 1', executionCount: 1, silent: false });
await idle.complete?.({ session: 'idle', code: 'x', line: 1, column: 1 }, signal);
await engine.locate?.({ code: 'x = 1\n', line: 1, column: 0, unit: 'statement' }, signal).catch(() => {});
const busy = await open('busy');
const code =
  'import subprocess\nchild = subprocess.Popen(["sleep", "1000"])\nprint("busy")\nwhile True: pass';
void busy.evaluate({ executionId: 'e2', code, executionCount: 1, silent: false }).catch(() => {});
