/**
 * The process of the language server, started by an editor (`--stdio`, `--node-ipc`, `--socket=…`) or by
 * `hindsight lsp`. Only this file reads the environment and the command line.
 */
import { resolve } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import { readStateFile, stateFilePath } from '../runtime/protocol/client/state-file.ts';
import { openWebSocket } from '../runtime/protocol/client/websocket.ts';
import type { LanguageServerOptions, RuntimeParams } from '../runtime/protocol/editor.ts';
import { systemClock } from './deadline.ts';
import type { Log } from './log.ts';
import { serve } from './server.ts';

const connection = createConnection(ProposedFeatures.all);

serve(connection, {
  clock: systemClock,
  log: createLog(),
  connect: async ({ url, token }, signal) =>
    new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack', signal })),
  find: findByStateFile,
});

async function findByStateFile(options: LanguageServerOptions): Promise<RuntimeParams | undefined> {
  const workspace = resolve(options.workspace ?? process.cwd()); // A slash at the end is no other folder.
  return readStateFile(options.stateFile ?? stateFilePath(workspace, process.env, process.platform));
}

/** To the editor's own log: standard output belongs to the protocol. */
function createLog(): Log {
  const line = (event: string, fields: Readonly<Record<string, unknown>>): string =>
    `${event} ${JSON.stringify(fields)}`;
  return {
    debug: (event, fields) => connection.console.debug(line(event, fields)),
    info: (event, fields) => connection.console.info(line(event, fields)),
    warn: (event, fields) => connection.console.warn(line(event, fields)),
  };
}
