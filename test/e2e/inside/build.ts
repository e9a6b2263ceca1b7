/** Bundles the suite and the extension around it. Knows nothing of what they test. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';
import { dist, root } from '../../tools/paths.ts';

const source = join(root, 'test', 'e2e', 'inside');
const target = join(dist, 'inside');

/** Packs the extension of the suite and answers the path of its .vsix. */
export async function packageInside(): Promise<string> {
  await bundle('extension.ts', 'extension.cjs');
  await cp(join(source, 'package.json'), join(target, 'package.json'));
  await cp(join(root, 'LICENSE'), join(target, 'LICENSE'));
  const packagePath = join(dist, 'inside.vsix');
  await createVSIX({ cwd: target, packagePath, dependencies: false, allowMissingRepository: true });
  return packagePath;
}

/** Bundles the suite as @vscode/test-electron loads it, a module with `run`, and answers the file's path. */
export function bundleForDesktop(): Promise<string> {
  return bundle('desktop-suite.ts', 'desktop-suite.cjs');
}

async function bundle(entry: string, file: string): Promise<string> {
  const outfile = join(target, file);
  await mkdir(target, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [join(source, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
    // Mocha finds its worker processes so; they are not used.
    logOverride: { 'require-resolve-not-external': 'silent' },
  });
  return outfile;
}
