/** Renders docs/protocol.md from the tables of operations, events and errors. */
import type { TSchema } from 'typebox';
import { errorCodes } from './errors.ts';
import { events } from './events.ts';
import { operations, opNames } from './operations.ts';
import { formatVersion, protocolVersion } from './version.ts';

/** The whole reference page, Markdown, ending in a newline. */
export function renderProtocolReference(): string {
  return [
    `# The Hindsight protocol, version ${formatVersion(protocolVersion)}`,
    'Generated from `runtime/protocol` by `npm run docs`; do not edit. How messages travel, and what order they keep, is told in [architecture.md](architecture.md).',
    head,
    '## Operations',
    ...opNames.map(renderOperation),
    '## Events',
    'Every event also has `id`, `type`, `session`, `seq` (from 1, without holes), `timestamp` (Unix seconds) and, inside an evaluation, `execution_id`: the id of the request that caused it.',
    ...Object.entries(events).map(
      ([name, { doc, fields }]) =>
        `### ${name}\n\n${doc}\n\n${renderFields(fields.properties, fields.required)}`,
    ),
    '## Errors',
    'An error response has `error` (the message), `code`, `class`, `retryable` and sometimes `details`. Decide on `code`, never on the message.',
    renderErrors(),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

const head = [
  '**Request** `{id, op, …}`. **Response** `{id, session?, status: […], …}`: exactly one per request holds a terminal word, `done`, `error` or `unknown-op`.',
  '**Event** `{id, type, session, seq, timestamp, execution_id?, …}`. A frame with `status` is a response, one with `type` and `seq` an event.',
].join('\n');

function renderOperation(name: (typeof opNames)[number]): string {
  const { doc, access, params, returns } = operations[name];
  return [
    `### ${name}`,
    access === 'owner' ? `${doc} Owners only.` : doc,
    `Takes:\n\n${renderFields(params.properties, params.required)}`,
    `Answers:\n\n${renderFields(returns.properties, returns.required)}`,
  ].join('\n\n');
}

function renderFields(properties: Record<string, TSchema>, required: readonly string[] | undefined): string {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const shown = required?.includes(name) ? `\`${name}\`` : `\`${name}\`?`;
    return `| ${shown} | ${escapeCell(renderType(schema))} | ${escapeCell(readString(schema, 'description') ?? '')} |`;
  });
  return rows.length === 0
    ? 'Nothing more.'
    : ['| field | type | |', '| --- | --- | --- |', ...rows].join('\n');
}

function renderType(schema: object): string {
  const values = read(schema, 'enum');
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(' | ');
  const items = read(schema, 'items');
  if (isObject(items)) return `array of ${renderType(items)}`;
  const properties = read(schema, 'properties');
  if (isObject(properties)) {
    const fields = Object.entries(properties).map(
      ([name, value]) => `${name}: ${isObject(value) ? renderType(value) : ''}`,
    );
    return `{${fields.join(', ')}}`;
  }
  return readString(schema, 'type') ?? 'any';
}

function renderErrors(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { class: errorClass, retryable, doc }]) =>
      `| \`${code}\` | ${errorClass} | ${retryable ? 'yes' : 'no'} | ${escapeCell(doc)} |`,
  );
  return ['| code | class | retryable | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function read(schema: object, key: string): unknown {
  return Reflect.get(schema, key);
}

function readString(schema: object, key: string): string | undefined {
  const value = read(schema, key);
  return typeof value === 'string' ? value : undefined;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
