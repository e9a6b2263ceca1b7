/** What `checkpoint.json` holds in an exported checkpoint, and the one place where it is checked: it comes from outside. */
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { ProtocolError } from '../../protocol/errors.ts';
import { keepReport, stateWarning } from '../../protocol/states.ts';

/** Of the file; a later one is refused with `checkpoint-version`. */
export const exportedFormat = 1;
export const recordEntry = 'checkpoint.json';

const exported = Type.Object({
  hindsightCheckpoint: Type.Integer({ minimum: 1 }),
  node: Type.Object({
    id: Type.String(),
    session: Type.String(),
    parent: Type.Optional(Type.String()),
    run: Type.Optional(
      Type.Object({
        execution_id: Type.String(),
        execution_count: Type.Optional(Type.Integer()),
        status: Type.Enum(['completed', 'failed', 'interrupted']),
        code: Type.String(),
        file: Type.Optional(Type.String()),
        line: Type.Optional(Type.Integer()),
      }),
    ),
    label: Type.Optional(Type.String({ maxLength: 200 })),
    created: Type.Number(),
    warnings: Type.Array(stateWarning),
  }),
  engine: Type.String(),
  interpreter: Type.Optional(Type.String()),
  sessionName: Type.Optional(Type.String()),
  saved: Type.Object({
    engine: Type.String(),
    format: Type.Integer(),
    objectNames: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    totalBytes: Type.Number(),
    manifest: Type.Record(Type.String(), Type.Unknown()),
    report: keepReport,
  }),
});

export type ExportedCheckpoint = Static<typeof exported>;

let validator: ReturnType<typeof Compile<typeof exported>> | undefined;

/** The record in a text from outside. Throws `checkpoint-damaged`, `checkpoint-version`. */
export function readExported(text: string, file: string): ExportedCheckpoint {
  const value = parse(text, file);
  const version = typeof value === 'object' && value !== null ? versionOf(value) : undefined;
  if (version !== undefined && version > exportedFormat)
    throw new ProtocolError(
      'checkpoint-version',
      `${file} was written by a newer version of Hindsight (its format is ${version}, this one knows ${exportedFormat})`,
    );
  validator ??= Compile(exported);
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new ProtocolError(
    'checkpoint-damaged',
    `${recordEntry} in ${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`,
  );
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProtocolError('checkpoint-damaged', `${recordEntry} in ${file} is not JSON`, { cause: error });
  }
}

function versionOf(value: object): number | undefined {
  const version = (value as Record<string, unknown>)['hindsightCheckpoint']; // Looked at on the next line.
  return typeof version === 'number' ? version : undefined;
}
