/** The model check (test/support/debug-model.ts) with the recorder `native`. */
import { checkModel } from '../support/debug-model.ts';

await checkModel('native');
