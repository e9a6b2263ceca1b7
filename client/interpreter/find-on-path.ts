/** Finds Python interpreters in the folders of PATH. Knows no editor and starts nothing. */
import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Paths of the interpreters, in the order of PATH, each real file once. */
export async function findOnPath(path: string, platform: NodeJS.Platform): Promise<readonly string[]> {
  const found = new Map<string, string>();
  for (const candidate of candidates(path, platform)) {
    try {
      await access(candidate, constants.X_OK);
      const real = await realpath(candidate);
      if (!found.has(real)) found.set(real, candidate);
    } catch {
      // Not there, or not executable: the next one.
    }
  }
  return [...found.values()];
}

/** What is looked for, in order. */
export function candidates(path: string, platform: NodeJS.Platform): readonly string[] {
  const names =
    platform === 'win32' ? ['python.exe', 'python3.exe'] : ['python3', 'python', ...minorVersions()];
  const folders = path.split(platform === 'win32' ? ';' : delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

function minorVersions(): readonly string[] {
  return [14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);
}
