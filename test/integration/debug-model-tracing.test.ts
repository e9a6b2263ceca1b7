/** The model check (test/support/debug-model.ts) with the recorder `tracing`. */
import { checkModel } from '../support/debug-model.ts';

await checkModel('tracing');
