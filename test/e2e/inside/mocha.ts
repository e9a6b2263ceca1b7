/** Runs the suite with Mocha and answers what came of each test. Knows neither how it was started nor who reads it. */
import Mocha from 'mocha';

/** One test's end; `error` is absent when it passed. A skipped test has an error that says so. */
export type InsideResult = { readonly title: string; readonly error?: string };

/** Runs every test of suite/. Rejects when one of its files cannot be loaded. */
export async function runMocha(): Promise<readonly InsideResult[]> {
  // The base of all reporters prints nothing; the results go elsewhere.
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: Mocha.reporters.Base });
  // What Mocha does for each file it loads: it puts `describe` and `it` where the files find them.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./suite/all.ts');
  const results: InsideResult[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => results.push({ title: test.fullTitle() }))
      .on('pending', (test) => results.push({ title: test.fullTitle(), error: 'skipped' }))
      .on('fail', (test, error: Error) =>
        results.push({ title: test.fullTitle(), error: error.stack ?? String(error) }),
      );
  });
  return results;
}
