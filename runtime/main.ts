/** The `hindsight` command. Only here are the command line and the environment read, and only here does the process exit. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { attach } from './cli/attach.ts';
import { runDebugAdapter } from './cli/debug-adapter.ts';
import { evaluateOnce } from './cli/eval.ts';
import { runLanguageServer } from './cli/language-server.ts';
import type { ConnectOptions } from './cli/local-runtime.ts';
import { logLevels } from './cli/log.ts';
import { CommandError, type Program } from './cli/program.ts';
import { repl } from './cli/repl.ts';
import { type ServeOptions, serve } from './cli/serve.ts';
import { ProtocolError } from './protocol/errors.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
/** In the package this file is dist/hindsight.js; run from its source, dist is beside the runtime. */
const dist = path.basename(here) === 'dist' ? here : path.join(here, '..', 'dist');

const terminated = new AbortController();
let interrupt = (): void => terminated.abort();
process.on('SIGTERM', () => terminated.abort());
process.on('SIGINT', () => interrupt());
// Whoever read the output has gone, as in `hindsight eval … | head`.
process.stdout.on('error', () => terminated.abort());

const program: Program = {
  env: process.env,
  platform: process.platform,
  cwd: process.cwd(),
  pid: process.pid,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  version: readVersion(),
  nodeVersion: process.version,
  workerPath: path.join(dist, 'python', 'hindsight_worker'),
  terminated: terminated.signal,
  onInterrupt(listener) {
    interrupt = listener;
  },
};

const command = new Command('hindsight')
  .description('A REPL and debugger in which nothing is ever lost')
  .version(program.version);

command
  .command('serve')
  .description('start a runtime and serve clients until it is told to end')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--port <number>', 'port to listen on, 0 for a free one', parsePort, 0)
  .option('--json', 'say where it listens as one line of JSON')
  .option('--stdio', 'serve one client on the standard streams instead, a JSON object a line')
  .option('--state-file <path>', 'also say it in this file, which one runtime at a time may have')
  .option(
    '--workspace <path>',
    'the folder that it works for, as the state file and its checkpoints name it (default: the working directory)',
  )
  .option('--token-file <path>', 'keep the token in this file instead of making a new one each time')
  .option('--no-fork', 'start a fresh process for each session')
  .option('--tcp', 'talk to workers over TCP on this machine instead of a Unix socket')
  .option(
    '--snapshot-memory <MB>',
    'memory for snapshots of earlier states, 0 for none (default: a quarter of the machine’s)',
    parseAmount,
  )
  .option('--store <folder>', 'where checkpoints are kept on disk (default: a folder of the user)')
  .option('--max-frame <bytes>', 'largest message that a client may send', parseCount, 10 * 1024 * 1024)
  .option('--allow-host <host:port>', 'a Host header to allow; may be repeated', collect, [])
  .option('--allow-origin <origin>', 'an Origin header to allow; may be repeated', collect, [])
  .option('--middleware <module>', 'a module with middleware of your own; may be repeated', collect, [])
  .addOption(new Option('--log-level <level>', 'how much to log').choices(logLevels).default('info'))
  .option('--log-file <path>', 'log to this file instead of standard error')
  .option(
    '--idle-timeout <minutes>',
    'end after so long without clients and running code, 0 for never',
    parseMinutes,
    0,
  )
  .action(async (options: ServeOptions) => {
    await serve(program, withForkDefault(options));
  });

connectOptions(
  command.command('eval').argument('<code>').description('run code in a session and print what it does'),
).action(async (code: string, options: ConnectOptions) => {
  process.exitCode = await evaluateOnce(program, code, withForkDefault(options));
});

connectOptions(command.command('repl').description('a prompt on a session')).action(
  (options: ConnectOptions) => repl(program, withForkDefault(options)),
);

connectOptions(
  command
    .command('attach')
    .description(
      'a terminal for what runs in a session: shows what it prints, answers what it asks, and ends with it',
    ),
)
  .option('--since <number>', 'the last event that was seen already (default: the newest)', parseCount)
  .action(async (options: ConnectOptions) => {
    process.exitCode = await attach(program, withForkDefault(options));
  });

command
  .command('lsp')
  .description('the language server on the standard streams, for any editor')
  .option('--stdio', 'as editors ask for it; it is the only way')
  .action(async () => {
    process.exitCode = await runLanguageServer({
      program: path.join(dist, 'server.js'),
      node: process.execPath,
    });
  });

command
  .command('dap')
  .description('the debugger on the standard streams, for any editor that speaks the debug adapter protocol')
  .option('--stdio', 'as editors ask for it; it is the only way')
  .option(
    '--state-file <path>',
    'the file in which the runtime says where it is (default: that of the working directory, else a runtime of its own)',
  )
  .action(async ({ stateFile }: { readonly stateFile?: string }) => {
    process.exitCode = await runDebugAdapter({
      program: path.join(dist, 'debug-adapter.js'),
      node: process.execPath,
      ...(stateFile === undefined ? {} : { stateFile }),
    });
  });

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(
    `hindsight: ${isForPeople(error) ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
}
// Standard input may still be open; nothing is left to do.
process.stdout.write('', () => process.exit());

function connectOptions(subcommand: Command): Command {
  return subcommand
    .option('--session <id or name>', 'an open session (default: a new one)')
    .option(
      '--url <url>',
      'the runtime, ws://127.0.0.1:PORT/rpc (default: that of the working directory, else one of its own)',
    )
    .option('--token <token>', 'its token (default: HINDSIGHT_TOKEN)')
    .option('--state-file <path>', 'the file in which the runtime says where it is')
    .option('--interpreter <path>', 'the Python of a new session')
    .option('--no-fork', 'start a fresh process for each session');
}

// For `--no-fork` the library sets `fork` to true by default; the engine's own default depends on the platform.
function withForkDefault<T extends { readonly fork?: boolean }>({
  fork,
  ...options
}: T): Omit<T, 'fork'> & { fork?: boolean } {
  return fork === false ? { ...options, fork } : options;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return value;
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be 65535 at most.');
  return port;
}

function parseAmount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
}

function parseMinutes(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

function isForPeople(error: unknown): error is Error {
  const isSystemError = error instanceof Error && 'syscall' in error;
  return error instanceof CommandError || error instanceof ProtocolError || isSystemError;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(dist, '..', 'package.json'), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : '0.0.0';
}
