/** `npm run build`: everything that the extension and the `hindsight` command need, into dist/. */
import { BuildError, buildBundles } from './bundles.ts';
import { copyManifestTexts } from './l10n.ts';
import { copyWorker, installLibraries, PythonMissingError } from './python.ts';
import { buildRecorder } from './recorder.ts';

/**
 * Builds all of dist/; what fails does not keep the rest from being built.
 *
 * @throws {BuildError} when a bundle could not be built.
 * @throws {PythonMissingError} when only the bundled Python libraries could not be installed.
 */
export async function buildAll(): Promise<void> {
  const startedMs = performance.now();
  const [bundles, python, texts] = await Promise.allSettled([
    buildBundles(),
    buildPython(),
    copyManifestTexts(),
  ]);
  if (bundles.status === 'rejected') throw bundles.reason;
  if (texts.status === 'rejected') throw texts.reason;
  if (python.status === 'rejected') throw python.reason;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`Built ${bundles.value.join(', ') || 'no bundle'} and the Python worker in ${seconds} s`);
}

/** Builds dist/python alone: the worker package, the recorder in C, and its libraries. Throws as {@link buildAll} does. */
export async function buildPython(): Promise<void> {
  await copyWorker();
  await buildRecorder();
  await installLibraries();
}

if (import.meta.main) {
  await buildAll().catch((error: unknown) => {
    console.error(isExplained(error) ? `\n${error.message}` : error);
    process.exitCode = 1;
  });
}

/** What is for the person to solve needs no stack trace. */
function isExplained(error: unknown): error is Error {
  return error instanceof PythonMissingError || error instanceof BuildError;
}
