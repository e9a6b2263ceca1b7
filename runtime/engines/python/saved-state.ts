/** What `save` answers, as a `SavedState`: checked, because it comes from a copy of the user's process. */
import Type, { type Static } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { ObjectFolder, SavedState } from '../../core/engine.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { keepReport } from '../../protocol/states.ts';
import type { LookAnswer } from './look-link.ts';

/** Of docs/checkpoint-format.md. */
export const savedFormat = 1;

const answer = Type.Object({
  manifest: Type.Record(Type.String(), Type.Unknown()),
  object_names: Type.Array(Type.String({ pattern: '^[0-9a-f]+$' })),
  added_bytes: Type.Integer({ minimum: 0 }),
  total_bytes: Type.Integer({ minimum: 0 }),
  report: keepReport,
});

let validator: Validator | undefined;

/** Errors: `checkpoint-failed`. */
export function savedState(objects: ObjectFolder, given: LookAnswer): SavedState {
  if (given.kind !== 'found') throw failed(reasons[given.kind](given));
  validator ??= Compile(answer);
  if (!validator.Check(given.fields)) {
    const [first] = validator.Errors(given.fields);
    throw failed(`its answer is not valid: ${first?.instancePath ?? ''} ${first?.message ?? ''}`);
  }
  const fields = given.fields as unknown as Static<typeof answer>; // Checked by the validator above.
  return {
    engine: 'python',
    format: savedFormat,
    objects,
    objectNames: fields.object_names,
    addedBytes: fields.added_bytes,
    totalBytes: fields.total_bytes,
    manifest: fields.manifest,
    report: fields.report,
  };
}

/** Errors: `checkpoint-version`, also for what another engine wrote. */
export function requireReadable({ engine, format }: SavedState): void {
  if (engine === 'python' && format <= savedFormat) return;
  const what =
    engine === 'python'
      ? `in format ${format}, and this Hindsight reads up to ${savedFormat}`
      : `by the engine ${engine}`;
  throw new ProtocolError('checkpoint-version', `the checkpoint was written ${what}`, {
    details: { engine, format },
  });
}

const reasons = {
  unknown: () => 'this process cannot write it',
  failed: (given: LookAnswer) => (given.kind === 'failed' ? given.error : ''),
  late: () => 'it took too long',
  gone: () => 'the process that wrote it has ended, most often because memory ran out',
};

function failed(why: string): ProtocolError {
  return new ProtocolError('checkpoint-failed', `the state could not be written to disk: ${why}`);
}
