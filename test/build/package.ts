/** `npm run package`: the .vsix, from what is built. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { dist, root } from '../tools/paths.ts';
import { buildAll } from './build.ts';

/** The most that the package may weigh. */
const limitBytes = 6 * 1024 * 1024;

/**
 * Packs dist/ and the manifest into dist/hindsight.vsix and answers its path.
 *
 * @throws {Error} when the package is larger than 6 MB.
 */
export async function packageExtension(): Promise<string> {
  const packagePath = join(dist, 'hindsight.vsix');
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const { size } = await stat(packagePath);
  console.log(`Packaged dist/hindsight.vsix, ${(size / 1024 / 1024).toFixed(2)} MB`);
  if (size > limitBytes) throw new Error(`The package has ${size} bytes, and may have ${limitBytes} at most`);
  return packagePath;
}

if (import.meta.main) {
  await buildAll();
  await packageExtension();
}
