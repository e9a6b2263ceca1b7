/** The logger of a runtime: JSON lines to a file, or to standard error; standard output belongs to the protocol. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { destination, pino } from 'pino';
import type { Logger } from '../core/logger.ts';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export function createLogger(options: { readonly level: LogLevel; readonly file?: string }): Logger {
  if (options.file !== undefined) mkdirSync(path.dirname(options.file), { recursive: true, mode: 0o700 });
  const stderr = 2;
  const target = destination({ dest: options.file ?? stderr, sync: true, mode: 0o600 });
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, target);
}
