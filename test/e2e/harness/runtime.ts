/** The runtime behind a window: its process, found as the extension finds it. Knows nothing of pages. */
import assert from 'node:assert/strict';
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
