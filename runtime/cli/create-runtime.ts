/** Puts a runtime together from its parts: the engines, the core, the user's own middleware. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CheckpointStore } from '../core/checkpoints/store.ts';
import type { Logger } from '../core/logger.ts';
import type { Middleware } from '../core/middleware.ts';
import { ProtocolServer } from '../core/protocol-server.ts';
import { createPythonEngine } from '../engines/python/engine.ts';
import { checkpointFolder } from '../protocol/client/state-file.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { CommandError, type Program } from './program.ts';

export interface RuntimeOptions {
  readonly logger: Logger;
  readonly fork?: boolean;
  readonly tcp?: boolean;
  readonly maxFrameBytes: number;
  /** MB of own memory for live snapshots; 0: none is kept. Default: a quarter of the machine's memory. */
  readonly snapshotMemory?: number;
  /** Folder of the durable checkpoints. Default: that of the user. */
  readonly store?: string;
  /** Folder that it works for; the checkpoints of others are told apart. Default: the working directory. */
  readonly workspace?: string;
  /** Paths of modules, relative to the working directory. */
  readonly middleware: readonly string[];
  readonly onShutdown: () => void;
}

export async function createRuntime(program: Program, options: RuntimeOptions): Promise<ProtocolServer> {
  const { logger, fork, tcp, snapshotMemory } = options;
  const folder = path.resolve(program.cwd, options.store ?? checkpointFolder(program.env, program.platform));
  const workspace = path.resolve(program.cwd, options.workspace ?? '.');
  const engine = createPythonEngine({
    workerPath: program.workerPath,
    env: program.env,
    logger,
    ...(fork === undefined ? {} : { fork }),
    ...(tcp === undefined ? {} : { tcp }),
  });
  return new ProtocolServer({
    engines: [engine],
    logger,
    now: Date.now,
    monotonicNow: () => performance.now(),
    newId: (prefix) => `${prefix}-${randomUUID().replaceAll('-', '').slice(0, 12)}`,
    defer: setImmediate,
    readFile: (file) => readFile(file, 'utf8'),
    about: {
      version: program.version,
      pid: program.pid,
      node: program.nodeVersion,
      platform: program.platform,
      limits: { maxFrameBytes: options.maxFrameBytes },
    },
    onShutdown: options.onShutdown,
    openStore: () => CheckpointStore.open({ folder, pid: program.pid, workspace }),
    limits: {
      snapshotMemoryBytes: Math.floor(
        snapshotMemory === undefined ? totalmem() / 4 : snapshotMemory * 1024 * 1024,
      ),
    },
    middleware: (
      await Promise.all(options.middleware.map((file) => loadMiddleware(program.cwd, file)))
    ).flat(),
  });
}

/**
 * The middleware that a module exports as its default: one, several, or a function that makes them of
 * `{ProtocolError}`, which a module outside of the package cannot import.
 */
export async function loadMiddleware(cwd: string, file: string): Promise<Middleware[]> {
  const url = pathToFileURL(path.resolve(cwd, file)).href;
  const module: { default?: unknown } = await import(url).catch((error: unknown) => {
    throw new CommandError(`cannot load the middleware ${file}: ${String(error)}`);
  });
  const exported: unknown =
    typeof module.default === 'function' ? module.default({ ProtocolError }) : module.default;
  const list: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (!list.every(isMiddleware)) {
    throw new CommandError(
      `the default export of ${file} is no middleware: it needs name, handles and handler`,
    );
  }
  return list;
}

function isMiddleware(value: unknown): value is Middleware {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'name' in value &&
    'handles' in value &&
    Array.isArray(value.handles) &&
    'handler' in value &&
    typeof value.handler === 'function'
  );
}
