/** Prepares the end-to-end suite: one real VS Code with the packaged extension, shared by all its files. */
import { packageExtension } from '../build/package.ts';
import { startSharedVSCode } from '../e2e/harness/server.ts';
import { packageInside } from '../e2e/inside/build.ts';
import { ensureChromium } from './chromium.ts';
import type { Counts } from './counts.ts';
import { ensureVenv } from './venv.ts';
import { ensureVSCodeServer } from './vscode-server.ts';

/**
 * Runs the end-to-end tests against a VS Code that is started before and stopped after them.
 *
 * @param runTests runs the test files with these variables, by which the harness finds VS Code and the browser
 */
export async function runEndToEnd(
  runTests: (env: Readonly<Record<string, string>>) => Promise<Counts>,
  signal: AbortSignal,
): Promise<Counts> {
  const chromium = await ensureChromium();
  const python = await ensureVenv();
  await ensureVSCodeServer();
  const vsix = await packageExtension();
  signal.throwIfAborted();
  const vscode = await startSharedVSCode({ vsix, moreVsix: [await packageInside()], chromium, python });
  try {
    return await runTests(vscode.env);
  } finally {
    await vscode.stop();
  }
}
