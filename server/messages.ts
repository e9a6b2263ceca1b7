/**
 * Checks what the editor sends beyond LSP itself, once, where it comes in: the options and the `hindsight/…`
 * messages, whose shapes are those of runtime/protocol/editor.ts.
 */
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import type {
  LanguageServerOptions,
  LocateParams,
  RuntimeParams,
  SessionParams,
} from '../runtime/protocol/editor.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';

const position = Type.Object({ line: Type.Integer({ minimum: 0 }), character: Type.Integer({ minimum: 0 }) });

const schemas = {
  options: Type.Object({
    url: Type.Optional(Type.String()),
    token: Type.Optional(Type.String()),
    stateFile: Type.Optional(Type.String()),
    workspace: Type.Optional(Type.String()),
    static: Type.Optional(Type.Boolean()),
    managedSessions: Type.Optional(Type.Boolean()),
  }),
  locate: Type.Object({
    uri: Type.String(),
    position,
    end: Type.Optional(position),
    unit: Type.Enum(['selection', 'line', 'statement', 'block', 'cell', 'above', 'file']),
    interpreter: Type.Optional(Type.String()),
  }),
  session: Type.Object({
    uri: Type.String(),
    session: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
  }),
  runtime: Type.Object({ url: Type.String(), token: Type.String() }),
};

/** `initializationOptions`; an editor that sends none gets the defaults. Errors: `invalid-request`. */
export function readOptions(value: unknown): LanguageServerOptions {
  return read(schemas.options, value ?? {}, 'initializationOptions');
}

/** Errors: `invalid-request`, naming the field. */
export function readLocateParams(value: unknown): LocateParams {
  return read(schemas.locate, value, 'hindsight/locate');
}

/** Errors: `invalid-request`, naming the field. */
export function readSessionParams(value: unknown): SessionParams {
  return read(schemas.session, value, 'hindsight/session');
}

/** Errors: `invalid-request`, naming the field. */
export function readRuntimeParams(value: unknown): RuntimeParams {
  return read(schemas.runtime, value, 'hindsight/runtime');
}

function read<S extends TSchema>(schema: S, value: unknown, what: string): Static<S> {
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  throw new ProtocolError(
    'invalid-request',
    `${what}${first?.instancePath.replaceAll('/', '.') ?? ''}: ${first?.message ?? 'is not valid'}`,
  );
}
