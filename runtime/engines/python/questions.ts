/**
 * Questions to a state and their answers, checked: whoever answers is a copy of the user's process. What is not
 * answered becomes an error in words. It does not choose whom to ask.
 */
import { Compile, type Validator } from 'typebox/compile';
import type { Logger } from '../../core/logger.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import { operations } from '../../protocol/operations.ts';
import type { Askable, LookAnswer } from './look-link.ts';

type Kind = 'inspect' | 'table';
type Checked = Kind | 'complete' | 'info';

export interface Asking {
  readonly whom: Askable;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Errors: `invalid-request` where the path leads nowhere; `timeout`, `snapshot-gone`, `internal`; the signal's reason. */
export async function askState<K extends Kind>(
  kind: K,
  request: Params<K>,
  { whom, timeoutMs, logger, signal }: Asking,
): Promise<Returns<K>> {
  const { session: _session, at: _at, ...params } = request;
  const answer = await whom.ask(kind, params, timeoutMs, signal);
  if (answer.kind === 'unknown') throw nothingThere(kind, request.path ?? []);
  const fields = checked(kind, fieldsOf(kind, answer), logger);
  if (fields !== undefined) return fields;
  throw new ProtocolError('internal', `${kind} was answered wrongly; the log of the runtime has more`);
}

/** What was found. Errors: those of `askState`, and `internal` where it is not known. */
export function fieldsOf(what: string, answer: LookAnswer): Readonly<Record<string, unknown>> {
  switch (answer.kind) {
    case 'found':
      return answer.fields;
    case 'late':
      throw new ProtocolError('timeout', `${what} took too long; ask for less, or again`);
    case 'gone':
      throw new ProtocolError(
        'snapshot-gone',
        `${what} could not be answered: the state is not held any more`,
      );
    case 'failed':
      throw new ProtocolError('internal', `${what} could not be answered: ${answer.error}`);
    case 'unknown':
      throw new ProtocolError('internal', `${what} could not be answered by this process`);
  }
}

/** The fields as the operation answers them; undefined, and logged, where they are not. */
export function checked<K extends Checked>(
  kind: K,
  fields: Readonly<Record<string, unknown>>,
  logger: Logger,
): Returns<K> | undefined {
  const validator = validatorOf(kind);
  if (validator.Check(fields)) return fields as Returns<K>; // Checked by the validator of this very operation.
  const [first] = validator.Errors(fields);
  const details = { look: kind, path: first?.instancePath, problem: first?.message };
  logger.error(details, 'a look was answered wrongly');
  return undefined;
}

function nothingThere(kind: Kind, path: readonly (string | number)[]): ProtocolError {
  const shown = path.join(' › ');
  const message =
    kind === 'table'
      ? `table: field 'path' names nothing that is shown as a table: ${shown}`
      : `inspect: field 'path' names nothing that there is: ${shown}`;
  return new ProtocolError('invalid-request', message, { details: { field: 'path' } });
}

const validators = new Map<Checked, Validator>();

function validatorOf(kind: Checked): Validator {
  let validator = validators.get(kind);
  if (validator === undefined) {
    validator = Compile(operations[kind].returns);
    validators.set(kind, validator);
  }
  return validator;
}
