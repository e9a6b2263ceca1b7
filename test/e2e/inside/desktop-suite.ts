/** The suite as @vscode/test-electron runs it: `run` rejects when a test failed. */
import { runMocha } from './mocha.ts';

/** @throws {Error} naming every test that failed. */
export async function run(): Promise<void> {
  const results = await runMocha();
  const failed = results.filter(({ error }) => error !== undefined);
  for (const { title, error } of results) console.log(`${error === undefined ? '✓' : '✗'} ${title}`);
  if (failed.length > 0) throw new Error(failed.map(({ title, error }) => `${title}\n${error}`).join('\n\n'));
  if (results.length === 0) throw new Error('No test ran');
}
