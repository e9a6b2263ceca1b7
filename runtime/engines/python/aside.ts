/** How an evaluation in a throw-away copy ended, from the answer of the shadow that ran it. */
import Type from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { AsideOutcome } from '../../core/engine.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { type OutcomeFields, outcomeFields } from './link-messages.ts';
import type { LookAnswer } from './look-link.ts';
import { fieldsOf } from './questions.ts';

const answer = Type.Object({
  outcome: Type.Object({ kind: Type.Enum(['result', 'error']) }),
  output: Type.Array(Type.Object({ stream: Type.Enum(['stdout', 'stderr']), data: Type.String() })),
});

let validator: Validator | undefined;

/** Errors: those of `fieldsOf`; `worker-died` when the code ended its process. */
export function asideOutcome(given: LookAnswer): AsideOutcome {
  if (given.kind === 'gone')
    throw new ProtocolError('worker-died', 'the copy of the state in which the code ran has ended');
  const fields = fieldsOf('eval', given);
  validator ??= Compile(answer);
  if (!validator.Check(fields)) throw new ProtocolError('internal', 'eval was answered wrongly by a shadow');
  const { outcome, output } = fields as unknown as Answer; // Checked by the validator on the line above.
  const ended = outcomeFields(outcome);
  return {
    outcome: ended.kind === 'error' ? { ...ended, interrupted: ended.interrupted ?? false } : ended,
    output,
  };
}

interface Answer {
  readonly outcome: { readonly kind: OutcomeFields['kind'] } & Readonly<Record<string, unknown>>;
  readonly output: AsideOutcome['output'];
}
