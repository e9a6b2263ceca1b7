/** The model check (test/support/debug-model.ts) with the recorder `monitoring`. */
import { checkModel } from '../support/debug-model.ts';

await checkModel('monitoring');
