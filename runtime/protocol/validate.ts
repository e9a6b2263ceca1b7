/**
 * Turns an unknown value into a request or an event, or says which field is wrong. This is the one place
 * where data from outside is checked; behind it, types are trusted.
 */

import Type, { type TObject } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { ProtocolError } from './errors.ts';
import { type Event, type EventType, events } from './events.ts';
import type { Request } from './messages.ts';
import { type OpName, operations } from './operations.ts';

const requestHead = {
  id: Type.String({ minLength: 1, maxLength: 200 }),
  op: Type.String({ minLength: 1, maxLength: 100 }),
};
const eventHead = {
  id: Type.String({ minLength: 1 }),
  session: Type.String({ minLength: 1 }),
  seq: Type.Integer({ minimum: 1 }),
  timestamp: Type.Number(),
  execution_id: Type.Optional(Type.String({ minLength: 1 })),
};

/** Anything that has an id and names an operation, known or not. */
export interface RequestHead {
  readonly id: string;
  readonly op: string;
}

const headValidator = Compile(Type.Object(requestHead));
const requestValidators = new Map<OpName, Validator>();
const eventValidators = new Map<EventType, Validator>();

/** The value as a request head; throws `invalid-request` naming the field. */
export function validateHead(value: unknown): RequestHead {
  const head = { validator: headValidator, what: 'request' };
  check(head.validator, value, head.what);
  return value as RequestHead; // Checked by the validator on the line above.
}

/** True when the head names an operation of the table. */
export function isKnownOp(op: string): op is OpName {
  return Object.hasOwn(operations, op);
}

/** The value as a request of the operation that it names; throws `invalid-request` naming the field. */
export function validateRequest(head: RequestHead & { readonly op: OpName }): Request {
  check(
    cached(requestValidators, head.op, () => operations[head.op].params),
    head,
    head.op,
  );
  return head as Request; // Checked by the validator on the line above.
}

/** The value as an event; throws `invalid-request` naming the field. */
export function validateEvent(value: unknown): Event {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(events, type)) {
    throw new ProtocolError('invalid-request', `event: unknown type ${JSON.stringify(type)}`);
  }
  const known = type as EventType; // It is a key of the table.
  const schema = () => Type.Object({ ...eventHead, ...events[known].fields.properties });
  check(cached(eventValidators, known, schema), value, `event ${known}`);
  return value as Event; // Checked by the validator on the line above.
}

// Compiling a schema takes about a millisecond: only those that are used are compiled.
function cached<Key>(validators: Map<Key, Validator>, key: Key, schema: () => TObject): Validator {
  let validator = validators.get(key);
  if (validator === undefined) {
    validator = Compile(schema());
    validators.set(key, validator);
  }
  return validator;
}

function check(validator: Validator, value: unknown, what: string): void {
  if (validator.Check(value)) return;
  // The last error of a path is its most general one ("must be one of …" after each alternative).
  const [first] = validator.Errors(value);
  const { field, problem } = describe(first);
  throw new ProtocolError(
    'invalid-request',
    `${what}: ${field === '' ? '' : `field '${field}' `}${problem}`,
    {
      details: { field },
    },
  );
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

function describe(error: SchemaError | undefined): { field: string; problem: string } {
  if (error === undefined) return { field: '', problem: 'is not valid' };
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  if ('requiredProperties' in error.params && Array.isArray(error.params.requiredProperties)) {
    const missing = String(error.params.requiredProperties[0]);
    return { field: path === '' ? missing : `${path}.${missing}`, problem: 'is missing' };
  }
  if ('allowedValues' in error.params && Array.isArray(error.params.allowedValues)) {
    return { field: path, problem: `must be one of ${error.params.allowedValues.join(', ')}` };
  }
  return { field: path, problem: error.message };
}
