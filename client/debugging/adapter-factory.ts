/** Gives VS Code a debug adapter for each session of ours: in this process, with a connection of its own to the runtime. */
import * as vscode from 'vscode';
import type { Log } from '../logging/log.ts';
import type { RuntimeConnection } from '../runtime/runtime-connection.ts';

export function createAdapterFactory(
  runtime: RuntimeConnection,
  log: Log,
): vscode.DebugAdapterDescriptorFactory {
  return {
    async createDebugAdapterDescriptor({ id, name, workspaceFolder }) {
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
          return { client, dispose: () => client.dispose() };
        },
      });
      log.debug('debug adapter made', { name });
      // The same messages, typed by the protocol's own package there and as `any` in VS Code.
      return new vscode.DebugAdapterInlineImplementation(adapter as unknown as vscode.DebugAdapter);
    },
  };
}
