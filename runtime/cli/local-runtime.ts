/** Where `eval` and `repl` find a session: in a runtime that is running, or in one of their own, in this process. */
import { PassThrough } from 'node:stream';
import { RuntimeClient } from '../protocol/client/runtime-client.ts';
import { readStateFile, stateFilePath } from '../protocol/client/state-file.ts';
import { openStdio } from '../protocol/client/stdio.ts';
import { openWebSocket } from '../protocol/client/websocket.ts';
import type { Event } from '../protocol/events.ts';
import { serveStdio } from '../transports/stdio.ts';
import { createRuntime } from './create-runtime.ts';
import { createLogger } from './log.ts';
import { CommandError, type Program } from './program.ts';

export interface ConnectOptions {
  readonly url?: string;
  readonly token?: string;
  readonly stateFile?: string;
  /** Id or name of an open session. Default: a new one that ends with the command. */
  readonly session?: string;
  /** Of an open session: the number of the last event that is known already. Default: only new ones are told. */
  readonly since?: number;
  readonly interpreter?: string;
  readonly fork?: boolean;
}

export interface Connected {
  readonly client: RuntimeClient;
  readonly session: string;
  /** Ends what was opened for the command. */
  close(): Promise<void>;
}

const maxFrameBytes = 64 * 1024 * 1024;

/** Throws a `CommandError` or `ProtocolError` when there is no such runtime or session. `onEvent` hears the first event, too. */
export async function connect(
  program: Program,
  options: ConnectOptions,
  onEvent: (event: Event) => void = () => {},
): Promise<Connected> {
  const remote = await connectRemote(program, options);
  const { client, end } = remote ?? (await startLocal(program, options));
  client.onEvent(onEvent);
  try {
    const { session, isOwn } = await chooseSession(client, program, options);
    return {
      client,
      session,
      async close() {
        if (isOwn) await client.request('close', { session });
        client.dispose();
        await end();
      },
    };
  } catch (error) {
    client.dispose();
    await end();
    throw error;
  }
}

interface Reached {
  readonly client: RuntimeClient;
  readonly end: () => Promise<void>;
}

async function connectRemote(program: Program, options: ConnectOptions): Promise<Reached | undefined> {
  const named = options.url !== undefined || options.stateFile !== undefined || options.session !== undefined;
  const file = options.stateFile ?? stateFilePath(program.cwd, program.env, program.platform);
  const found =
    options.url === undefined
      ? await readStateFile(file)
      : { url: options.url, token: options.token ?? program.env['HINDSIGHT_TOKEN'] };
  if (found === undefined) {
    if (named)
      throw new CommandError(
        `no runtime is running: there is no ${file}; start one with "hindsight serve --state-file ${file}"`,
      );
    return undefined;
  }
  try {
    const { url, token } = found;
    const transport = await openWebSocket({ url, ...(token === undefined ? {} : { token }) });
    return { client: new RuntimeClient(transport), end: () => Promise.resolve() };
  } catch (error) {
    // A file that a dead runtime left behind is no reason to fail, unless a person asked for that runtime.
    if (named) throw error;
    return undefined;
  }
}

// In this process and still over the protocol: what works here works for every client.
async function startLocal(program: Program, { fork }: ConnectOptions): Promise<Reached> {
  const logger = createLogger({ level: 'error' });
  const server = await createRuntime(program, {
    logger,
    maxFrameBytes,
    middleware: [],
    onShutdown() {},
    ...(fork === undefined ? {} : { fork }),
  });
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const served = serveStdio({ server, input: toServer, output: toClient, maxFrameBytes });
  const client = new RuntimeClient(openStdio({ output: toClient, input: toServer }));
  return {
    client,
    async end() {
      await server.dispose();
      await served;
    },
  };
}

async function chooseSession(
  client: RuntimeClient,
  program: Program,
  options: ConnectOptions,
): Promise<{ session: string; isOwn: boolean }> {
  if (options.session === undefined) {
    const interpreter = options.interpreter === undefined ? {} : { interpreter: options.interpreter };
    const { session } = await client.request('clone', { cwd: program.cwd, ...interpreter });
    return { session: session, isOwn: true };
  }
  const { sessions } = await client.request('ls-sessions', {});
  const found = sessions.find(({ session, name }) => session === options.session || name === options.session);
  if (found === undefined) {
    const open = sessions
      .map(({ session, name }) => (name === undefined ? session : `${session} (${name})`))
      .join(', ');
    throw new CommandError(
      `no session '${options.session}' is open${open === '' ? '' : `; there is ${open}`}`,
    );
  }
  const since = options.since === undefined ? {} : { since: options.since };
  await client.request('attach', { session: found.session, ...since });
  return { session: found.session, isOwn: false };
}
