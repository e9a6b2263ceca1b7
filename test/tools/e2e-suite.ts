/** Prepares the end-to-end suite: real VS Codes with the packaged extension, each shared by the files of a lane. */
import { packageExtension } from '../build/package.ts';
import { type RunningVSCode, startSharedVSCode } from '../e2e/harness/server.ts';
import { packageInside } from '../e2e/inside/build.ts';
import { ensureChromium } from './chromium.ts';
import type { Counts } from './counts.ts';
import { ensureVenv } from './venv.ts';
import { ensureVSCodeServer } from './vscode-server.ts';

/**
 * Runs the end-to-end tests against VS Codes that are started before and stopped after them.
 *
 * @param runTests runs the test files; by the variables of a lane the harness finds its VS Code and the browser
 */
export async function runEndToEnd(
  runTests: (lanes: readonly Readonly<Record<string, string>>[]) => Promise<Counts>,
  laneCount: number,
  signal: AbortSignal,
): Promise<Counts> {
  const chromium = await ensureChromium();
  const python = await ensureVenv();
  await ensureVSCodeServer();
  const vsix = await packageExtension();
  signal.throwIfAborted();
  const moreVsix = [await packageInside()];
  const running: RunningVSCode[] = [];
  try {
    for (let lane = 0; lane < laneCount; lane += 1)
      running.push(await startSharedVSCode({ vsix, moreVsix, chromium, python }));
    return await runTests(running.map(({ env }) => env));
  } finally {
    for (const vscode of running) await vscode.stop();
  }
}
