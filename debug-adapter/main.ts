/**
 * The process of the debug adapter on standard streams, as `hindsight dap` starts it for any editor. Only this file reads the environment
 * and the command line, and exits.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDebugAdapter } from './adapter.ts';
import { connectOrStart } from './own-runtime.ts';

const [stateFile] = process.argv.slice(2);
const place = {
  cwd: process.cwd(),
  env: process.env,
  platform: process.platform,
  node: process.execPath,
  program: path.join(path.dirname(fileURLToPath(import.meta.url)), 'hindsight.js'),
  ...(stateFile === undefined ? {} : { stateFile: path.resolve(stateFile) }),
};

const adapter = createDebugAdapter(
  { cwd: place.cwd, connect: (signal) => connectOrStart(place, signal) },
  // What was disposed ends by itself; what a stream still holds is written.
  () => process.stdout.write('', () => process.exit()),
);
process.on('SIGTERM', () => adapter.shutdown());
process.on('SIGINT', () => adapter.shutdown());
adapter.start(process.stdin, process.stdout);
