/**
 * `npm run test:desktop`: the suite in a desktop VS Code, which is downloaded, or named by VSCODE_EXECUTABLE.
 * It needs a display.
 */
import { runTests } from '@vscode/test-electron';
import { buildAll } from '../../build/build.ts';
import { root } from '../../tools/paths.ts';
import { bundleForDesktop } from './build.ts';

await buildAll();
const vscodeExecutablePath = process.env['VSCODE_EXECUTABLE'];
process.exitCode = await runTests({
  extensionDevelopmentPath: root,
  extensionTestsPath: await bundleForDesktop(),
  ...(vscodeExecutablePath === undefined ? {} : { vscodeExecutablePath }),
});
