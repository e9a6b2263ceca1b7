/** Bundles the TypeScript of each process into one file of dist/. Knows entry points, nothing of their content. */

import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { dist, root } from '../tools/paths.ts';

type Bundle = {
  readonly entry: string;
  readonly file: string;
  readonly executable?: boolean;
  readonly options: BuildOptions;
};

/**
 * Bundled CommonJS packages call `require` for Node's own modules, which an ES module does not have.
 * The name is one that no bundled module declares itself.
 */
const requireBanner =
  "import { createRequire as hindsightCreateRequire } from 'node:module'; const require = hindsightCreateRequire(import.meta.url);";

const forNode: BuildOptions = {
  platform: 'node',
  target: 'node20',
  format: 'esm',
  mainFields: ['module', 'main'],
  banner: { js: requireBanner },
  // msgpackr would load a native module where it finds one: the same code must run in a checkout as in the package.
  define: { 'process.env.MSGPACKR_NATIVE_ACCELERATION_DISABLED': '"true"' },
};

/** What the extension imports from a `*-library.ts` at its first use stays out of its bundle, as a file beside it. */
const librariesApart: Plugin = {
  name: 'libraries-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /-library\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.cjs`, external: true } : undefined,
    ),
};

const forExtensionHost: BuildOptions = {
  ...forNode,
  format: 'cjs',
  banner: {},
  external: ['vscode'],
  // VS Code answers `require('vscode')`; a file that came by a true `import()` would have another `require`.
  supported: { 'dynamic-import': false },
};

const bundles: readonly Bundle[] = [
  {
    entry: 'client/main.ts',
    file: 'extension.cjs',
    options: { ...forExtensionHost, plugins: [librariesApart] },
  },
  { entry: 'client/runtime/runtime-library.ts', file: 'runtime-library.cjs', options: forExtensionHost },
  { entry: 'client/language/language-library.ts', file: 'language-library.cjs', options: forExtensionHost },
  { entry: 'client/debugging/adapter-library.ts', file: 'adapter-library.cjs', options: forExtensionHost },
  {
    entry: 'runtime/main.ts',
    file: 'hindsight.js',
    executable: true,
    options: { ...forNode, banner: { js: `#!/usr/bin/env node\n${requireBanner}` } },
  },
  { entry: 'server/main.ts', file: 'server.js', options: forNode },
  { entry: 'debug-adapter/main.ts', file: 'debug-adapter.js', options: forNode },
  {
    entry: 'client/panel/renderer/main.ts',
    file: 'renderer.js',
    options: { platform: 'browser', target: 'es2023', format: 'esm' },
  },
  {
    entry: 'client/timeline/webview/main.ts',
    file: 'timeline.js',
    options: { platform: 'browser', target: 'es2023', format: 'iife' },
  },
  { entry: 'client/timeline/webview/style.css', file: 'timeline.css', options: {} },
  {
    entry: 'client/tables/webview/main.ts',
    file: 'table.js',
    options: { platform: 'browser', target: 'es2023', format: 'iife' },
  },
  { entry: 'client/tables/webview/style.css', file: 'table.css', options: {} },
  {
    entry: 'client/time-view/webview/main.ts',
    file: 'time-view.js',
    options: { platform: 'browser', target: 'es2023', format: 'iife' },
  },
  { entry: 'client/time-view/webview/style.css', file: 'time-view.css', options: {} },
  {
    entry: 'client/debugging/history/webview/main.ts',
    file: 'history.js',
    options: { platform: 'browser', target: 'es2023', format: 'iife' },
  },
  { entry: 'client/debugging/history/webview/style.css', file: 'history.css', options: {} },
];

/** A bundle could not be built; esbuild has printed why. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/**
 * Builds every bundle and answers their files' names.
 *
 * @throws {BuildError} after building the others, when one does not build.
 */
export async function buildBundles(): Promise<readonly string[]> {
  await mkdir(dist, { recursive: true });
  // One broken bundle does not keep the others from being built.
  const outcomes = await Promise.allSettled(bundles.map(buildBundle));
  const reasons = outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map(({ reason }) => String(reason));
  if (reasons.length > 0) throw new BuildError(reasons.join('\n'));
  return bundles.map(({ file }) => file);
}

async function buildBundle({ entry, file, executable = false, options }: Bundle): Promise<void> {
  const outfile = join(dist, file);
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    write: false,
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'linked',
    logLevel: 'warning',
  });
  for (const { path, contents } of outputFiles) await replaceFile(path, contents);
  if (executable) await chmod(outfile, 0o755);
}

/** Writes a file in one step, and only when it differs: a process that runs from it never sees half of it. */
export async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const current = await readFile(path).catch(() => undefined);
  if (current?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
