/**
 * Where the adapter on standard streams finds a runtime: the one of the folder, by its state file, else one of its own, beside this file,
 * that ends with it. Started as a process, because the adapter knows the runtime by its protocol only.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import { readStateFile, stateFilePath } from '../runtime/protocol/client/state-file.ts';
import { openStdio } from '../runtime/protocol/client/stdio.ts';
import { openWebSocket } from '../runtime/protocol/client/websocket.ts';
import type { Connection } from './context.ts';

export interface RuntimePlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The Node to run a runtime with, and its program. */
  readonly node: string;
  readonly program: string;
  /** State file of the runtime to use. Default: that of `cwd`. */
  readonly stateFile?: string;
}

/** Errors: none for a runtime that is not there; those of starting one. */
export async function connectOrStart(place: RuntimePlace, signal: AbortSignal): Promise<Connection> {
  return (await connectRunning(place, signal)) ?? start(place);
}

async function connectRunning(
  { cwd, env, platform, node, program, stateFile }: RuntimePlace,
  signal: AbortSignal,
): Promise<Connection | undefined> {
  const file = stateFile ?? stateFilePath(cwd, env, platform);
  const found = await readStateFile(file);
  if (found === undefined) return undefined;
  try {
    const { url, token } = found;
    const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack', signal }));
    const terminal = { args: [node, program], stateFile: file };
    return { client, terminal, dispose: () => client.dispose() };
  } catch (error) {
    // A file that a dead runtime left behind.
    if (signal.aborted) throw error;
    return undefined;
  }
}

async function start({ cwd, env, node, program }: RuntimePlace): Promise<Connection> {
  const child = spawn(node, [program, 'serve', '--stdio', '--log-level', 'error'], {
    cwd,
    env: { ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child, 'spawn');
  const client = new RuntimeClient(openStdio({ output: child.stdout, input: child.stdin }));
  // It ends when its standard input does.
  return { client, dispose: () => client.dispose() };
}
