/**
 * `npm run test:cpython`: all of CPython's own tests that a debugger might disturb, on every Python of this machine that has them, with
 * and without recording. Prints what differs, and fails where anything does. It takes some minutes, so `npm test` runs a part of it.
 */

import { join } from 'node:path';
import { silentLogger } from '../../runtime/core/logger.ts';
import { createPythonEngine } from '../../runtime/engines/python/engine.ts';
import { buildPython } from '../build/build.ts';
import { compareModule, cpythonPath, modulesOf } from '../support/cpython.ts';
import { InProcessRuntime } from '../support/in-process-runtime.ts';
import { dist } from './paths.ts';
import { findAllPythons } from './pythons.ts';

const [onlyVersion = '', onlyModule = ''] = process.argv.slice(2);

await buildPython();
const engine = createPythonEngine({
  workerPath: join(dist, 'python', 'hindsight_worker'),
  env: { ...process.env, PYTHONPATH: cpythonPath },
  logger: silentLogger,
});
const runtime = new InProcessRuntime(engine);
const client = runtime.connect();
let compared = 0;
let failures = 0;
for (const { executable, version } of await findAllPythons()) {
  if (!version.startsWith(onlyVersion)) continue;
  for (const module of await modulesOf(executable)) {
    if (!module.includes(onlyModule)) continue;
    compared += 1;
    failures += await compare(executable, version, module);
  }
}
await runtime.dispose();
if (compared === 0) console.log('No Python here has its own tests');
process.exitCode = failures > 0 || compared === 0 ? 1 : 0;

/** Answers 1 when something differs. */
async function compare(executable: string, version: string, module: string): Promise<0 | 1> {
  try {
    const { alike, differing } = await compareModule(client, executable, module);
    console.log(`${differing.length > 0 ? '✗' : '✓'} ${version} ${module}: ${alike} alike`);
    for (const [name, bare, recorded] of differing)
      console.log(`    ${name}\n      bare:     ${bare}\n      recorded: ${recorded}`);
    return differing.length > 0 ? 1 : 0;
  } catch (error) {
    console.log(`✗ ${version} ${module}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
