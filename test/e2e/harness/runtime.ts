/** The runtime behind a window: its process, found as the extension finds it, and how it ends with all of its own. Knows nothing of pages. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import {
  type RuntimeState,
  readStateFile,
  stateFilePath,
} from '../../../runtime/protocol/client/state-file.ts';
import { readShared } from './server.ts';

/**
 * The runtime of a workspace.
 *
 * @param folder the workspace's folder, absolute
 * @throws {AssertionError} when none has written its state file
 */
export async function runtimeOf(folder: string): Promise<RuntimeState> {
  const path = stateFilePath(folder, { XDG_STATE_HOME: readShared().stateHome }, process.platform);
  const state = await readStateFile(path);
  assert.ok(state !== undefined, `a runtime has written ${path}`);
  return state;
}

/** Ends the runtime of a workspace and every process that came out of it at once, as a machine does that loses its power. */
export async function killRuntime(folder: string): Promise<void> {
  const { pid } = await runtimeOf(folder);
  for (const each of [pid, ...(await descendantsOf(pid))])
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It ended with the one before it.
    }
}

async function descendantsOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const own = children.flatMap((text) => text.split(' ').filter((child) => child !== '')).map(Number);
  return [...own, ...(await Promise.all(own.map(descendantsOf))).flat()];
}
