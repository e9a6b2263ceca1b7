/**
 * What talking to a runtime needs: the client, its codecs and validation, the state file, starting one. A bundle
 * of its own, loaded by `import()` at the first use: all of it is more than twice the rest of the extension, and
 * none of it is needed to activate.
 */
export { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
export { readStateFile, stateFilePath } from '../../runtime/protocol/client/state-file.ts';
export { openWebSocket } from '../../runtime/protocol/client/websocket.ts';
export { startRuntime } from './start-runtime.ts';
