/**
 * Removes the folders of engines that were killed and could not do it themselves. A folder is one when nobody
 * listens on the socket in it; one without a socket is left alone, since nobody can tell whose it is. So is a young one:
 * between the moment in which a socket gets its name and the one in which it listens, it refuses as a stale one does.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Longer than any engine takes from its folder to its socket, on however busy a machine. */
const youngMs = 60_000;

/** Best effort: what cannot be read, asked or removed stays. Resolves with the paths that are gone. */
export async function removeStaleFolders(
  parent: string,
  prefix: string,
  socketName: string,
): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  const removed: string[] = [];
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    if (!(await isOursAndOld(folder)) || !(await isRefused(join(folder, socketName)))) continue;
    await rm(folder, { recursive: true, force: true }).then(
      () => removed.push(folder),
      () => {}, // Somebody else is at it.
    );
  }
  return removed;
}

async function isOursAndOld(folder: string): Promise<boolean> {
  const user = process.getuid?.();
  return stat(folder).then(
    (entry) => entry.isDirectory() && entry.uid === user && Date.now() - entry.mtimeMs > youngMs,
    () => false,
  );
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', () => settle(false));
    socket.once('error', (error) => settle('code' in error && error.code === 'ECONNREFUSED'));
  });
}
