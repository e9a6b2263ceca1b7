/**
 * The file by which clients find the runtime of a workspace: where it is, and what it says. Whoever can
 * read it can use the runtime, so it belongs to its user alone (0600). It is written by `hindsight serve`.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';

const schema = Type.Object({
  event: Type.Literal('listening'),
  url: Type.String({ description: 'ws://127.0.0.1:PORT/rpc' }),
  http: Type.String(),
  token: Type.String(),
  pid: Type.Integer({ minimum: 1 }),
  workspace: Type.Optional(Type.String()),
});

/** What a runtime says once it listens. */
export type RuntimeState = Static<typeof schema>;

const validator = Compile(schema);

/** Path of the state file of a workspace (an absolute path of a folder). */
export function stateFilePath(
  workspace: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  return path.join(stateFolder(env, platform), 'hindsight', `${name}.json`);
}

/** What the file says; undefined when there is none, or it is not (yet) whole. */
export async function readStateFile(file: string): Promise<RuntimeState | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return validator.Check(value) ? value : undefined;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Path of the folder in which a user's durable checkpoints are. */
export function checkpointFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  return path.join(stateFolder(env, platform), 'hindsight', 'checkpoints');
}

function stateFolder(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support');
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
  return env['XDG_STATE_HOME'] || path.join(home, '.local', 'state');
}
