/** Gives VS Code a debug adapter for each session of ours: in this process, with a connection of its own to the runtime. */
import * as vscode from 'vscode';
import type { Log } from '../logging/log.ts';
import type { ShownRuns } from '../notebooks/shown-runs.ts';
import type { RuntimeConnection } from '../runtime/runtime-connection.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { cellSources } from './cell-sources.ts';
import { forAdapter, forEditor, type SourceNames } from './source-names.ts';

export interface AdapterParts {
  readonly runtime: RuntimeConnection;
  readonly sessions: Sessions;
  readonly runs: ShownRuns;
  readonly log: Log;
}

export function createAdapterFactory(parts: AdapterParts): vscode.DebugAdapterDescriptorFactory {
  const { runtime, log } = parts;
  return {
    async createDebugAdapterDescriptor({ id, workspaceFolder, configuration }) {
      const [{ createDebugAdapter }, { openWebSocket, RuntimeClient }] = await Promise.all([
        import('./adapter-library.ts'),
        import('../runtime/runtime-library.ts'),
      ]);
      log.info('debug session begins', { debugSession: id });
      const adapter = createDebugAdapter({
        cwd: workspaceFolder?.uri.fsPath ?? runtime.workspace,
        connect: async (signal) => {
          const { url, token } = (await runtime.connect()).state;
          const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack', signal }));
          return { client, terminal: await terminalOf(runtime), dispose: () => client.dispose() };
        },
      });
      // The same messages, typed by the protocol's own package there and by nothing in VS Code.
      const untyped = adapter as unknown as vscode.DebugAdapter;
      const names = cellSources(configuration['session'], parts);
      return new vscode.DebugAdapterInlineImplementation(renaming(untyped, names));
    },
  };
}

/** In a desktop VS Code, this process is Electron: the variable makes it a plain Node. */
async function terminalOf(runtime: RuntimeConnection) {
  const isElectron = 'electron' in process.versions;
  return {
    args: [process.execPath, runtime.program],
    stateFile: await runtime.stateFile(),
    ...(isElectron ? { env: { ELECTRON_RUN_AS_NODE: '1' } } : {}),
  };
}

function renaming(adapter: vscode.DebugAdapter, names: SourceNames): vscode.DebugAdapter {
  const didSend = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  const subscription = adapter.onDidSendMessage((message) => didSend.fire(forEditor(message, names)));
  return {
    onDidSendMessage: didSend.event,
    handleMessage: (message) => adapter.handleMessage(forAdapter(message, names)),
    dispose() {
      adapter.dispose();
      subscription.dispose();
      didSend.dispose();
    },
  };
}
