/** fast-check, with the same examples in each run; `HINDSIGHT_SEED` chooses others. What fails says its own seed. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['HINDSIGHT_SEED'] ?? 1) });

export { fc };
