/** `hindsight serve`: a runtime that listens, or that serves one client on its standard streams, until it is told to end. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Logger } from '../core/logger.ts';
import type { ProtocolServer } from '../core/protocol-server.ts';
import type { RuntimeState } from '../protocol/client/state-file.ts';
import { type ListeningServer, listenHttp } from '../transports/http-server.ts';
import { serveStdio } from '../transports/stdio.ts';
import { createRuntime } from './create-runtime.ts';
import { createLogger, type LogLevel } from './log.ts';
import { CommandError, type Program } from './program.ts';
import { claimStateFile, type StateClaim } from './state-claim.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly json?: boolean;
  readonly stdio?: boolean;
  readonly stateFile?: string;
  readonly workspace?: string;
  readonly tokenFile?: string;
  readonly fork?: boolean;
  readonly tcp?: boolean;
  readonly maxFrame: number;
  /** MB for live snapshots. */
  readonly snapshotMemory?: number;
  /** Folder of the durable checkpoints. */
  readonly store?: string;
  readonly allowHost: readonly string[];
  readonly allowOrigin: readonly string[];
  readonly middleware: readonly string[];
  readonly logLevel: LogLevel;
  readonly logFile?: string;
  /** Minutes without a client and without running code after which the runtime ends; 0 for never. */
  readonly idleTimeout: number;
}

/** Resolves when the runtime has ended. */
export async function serve(program: Program, options: ServeOptions): Promise<void> {
  const logger = createLogger({
    level: options.logLevel,
    ...(options.logFile === undefined ? {} : { file: options.logFile }),
  });
  const { version, nodeVersion, platform, cwd } = program;
  logger.info(
    { version, node: nodeVersion, platform, cwd, stateFile: options.stateFile },
    'runtime starting',
  );
  const ending = new AbortController();
  const end = (why: string): void => ending.abort(why);
  program.terminated.addEventListener('abort', () => end('a signal'), { once: true });
  const server = await createRuntime(program, {
    logger,
    maxFrameBytes: options.maxFrame,
    middleware: options.middleware,
    ...(options.fork === undefined ? {} : { fork: options.fork }),
    ...(options.tcp === undefined ? {} : { tcp: options.tcp }),
    ...(options.snapshotMemory === undefined ? {} : { snapshotMemory: options.snapshotMemory }),
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    onShutdown: () => setImmediate(end, 'a client'),
  });
  try {
    if (options.stdio === true) await serveStreams(program, server, options, ending.signal);
    else await serveSocket(program, server, options, logger, ending);
  } finally {
    await server.dispose();
    logger.info({ because: String(ending.signal.reason ?? 'the client left') }, 'runtime ended');
  }
}

async function serveStreams(
  program: Program,
  server: ProtocolServer,
  options: ServeOptions,
  ending: AbortSignal,
): Promise<void> {
  const client = serveStdio({
    server,
    input: program.stdin,
    output: program.stdout,
    maxFrameBytes: options.maxFrame,
  });
  await Promise.race([client, aborted(ending)]);
}

async function serveSocket(
  program: Program,
  server: ProtocolServer,
  options: ServeOptions,
  logger: Logger,
  ending: AbortController,
): Promise<void> {
  const claim =
    options.stateFile === undefined ? undefined : await claimStateFile(options.stateFile, program.pid);
  let listening: ListeningServer | undefined;
  try {
    const token = await tokenOf(options.tokenFile);
    listening = await listenHttp({
      server,
      logger,
      token,
      host: options.host,
      port: options.port,
      maxFrameBytes: options.maxFrame,
      allowedHosts: options.allowHost,
      allowedOrigins: options.allowOrigin,
    });
    await announce(program, options, claim, {
      event: 'listening',
      url: listening.url,
      http: listening.http,
      token,
      pid: program.pid,
    });
    logger.info({ url: listening.url }, 'runtime listening');
    const idle = watchIdleness(server, options.idleTimeout, () => ending.abort('idleness'));
    await aborted(ending.signal);
    clearInterval(idle);
  } finally {
    await claim?.release();
    await server.dispose();
    await listening?.close();
  }
}

async function announce(
  program: Program,
  options: ServeOptions,
  claim: StateClaim | undefined,
  state: RuntimeState,
): Promise<void> {
  await claim?.publish({ ...state, workspace: options.workspace ?? program.cwd });
  const line =
    options.json === true
      ? JSON.stringify(state)
      : `Hindsight listens at ${state.url}\nToken: ${state.token}`;
  program.stdout.write(`${line}\n`);
}

/** The token in the file; a fresh one, kept there, when the file is not there yet. */
async function tokenOf(file: string | undefined): Promise<string> {
  const fresh = randomBytes(24).toString('base64url');
  if (file === undefined) return fresh;
  try {
    await writeFile(file, `${fresh}\n`, { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const kept = (await readFile(file, 'utf8')).trim();
    // An empty one would let everybody in: a full disk may have left it so.
    if (!/^\S+$/.test(kept))
      throw new CommandError(`${file} holds no token; remove it, and a new one is made`);
    return kept;
  }
}

function watchIdleness(
  server: ProtocolServer,
  minutes: number,
  onIdle: () => void,
): NodeJS.Timeout | undefined {
  if (minutes <= 0) return undefined;
  let idleChecks = 0;
  const checks = 10;
  const check = (): void => {
    const isBusy =
      server.connectionCount > 0 ||
      server.sessions.all().some(({ state }) => state !== 'idle' && state !== 'dead');
    idleChecks = isBusy ? 0 : idleChecks + 1;
    if (idleChecks >= checks) onIdle();
  };
  return setInterval(check, (minutes * 60_000) / checks).unref();
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
