/**
 * How the variables of two states differ: both say what they hold in short, and what differs is handed from
 * the earlier to the later, which compares it. It knows nothing of values: the states' shadows do.
 */
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Returns } from '../../protocol/messages.ts';
import { operations } from '../../protocol/operations.ts';
import type { Difference } from '../../protocol/states.ts';
import type { Askable } from './look-link.ts';
import { type Asking, fieldsOf } from './questions.ts';

const digests = Type.Record(
  Type.String(),
  Type.Object({
    type: Type.String(),
    digest: Type.String(),
    size_bytes: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
);
type Digests = Static<typeof digests>;

export interface DiffRequest extends Omit<Asking, 'whom'> {
  readonly earlier: Askable;
  readonly later: Askable;
  /** Only for this user: what is handed over lies there for a moment. */
  readonly folder: string;
  readonly brief: boolean;
}

/** Errors: `timeout`, `snapshot-gone`, `internal`; the signal's reason. */
export async function differences(request: DiffRequest): Promise<Returns<'diff'>> {
  const [before, after] = await Promise.all([
    digestsOf(request.earlier, request),
    digestsOf(request.later, request),
  ]);
  const names = differing(before, after);
  if (names.length === 0) return { added: [], removed: [], changed: [], truncated: false };
  return request.brief ? inShort(names, before, after) : compared(names, request);
}

async function digestsOf(whom: Askable, { timeoutMs, signal }: DiffRequest): Promise<Digests> {
  return checkedAs('digest', digests, fieldsOf('diff', await whom.ask('digest', {}, timeoutMs, signal)));
}

function differing(before: Digests, after: Digests): string[] {
  const all = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...all].filter((name) => {
    const [earlier, later] = [of(before, name), of(after, name)];
    return earlier?.digest !== later?.digest || earlier?.type !== later?.type;
  });
}

function inShort(names: readonly string[], before: Digests, after: Digests): Returns<'diff'> {
  const added: Difference[] = [];
  const removed: Difference[] = [];
  const changed: Difference[] = [];
  let truncated = false;
  for (const name of names) {
    const [earlier, later] = [of(before, name), of(after, name)];
    const shown = later ?? earlier;
    if (shown === undefined) continue;
    if (earlier !== undefined && later !== undefined && isUnknown(earlier, later)) {
      truncated = true;
      continue;
    }
    const { digest: _digest, ...facts } = shown;
    const summary =
      earlier !== undefined && later !== undefined && earlier.type !== later.type
        ? `${earlier.type} → ${later.type}`
        : shown.type;
    const into = earlier === undefined ? added : later === undefined ? removed : changed;
    into.push({ name, ...facts, summary });
  }
  return { added, removed, changed, truncated };
}

/** One of the two was too large to be looked at in time; then its digest begins with `?` and is unlike any other. */
function isUnknown(earlier: Digests[string], later: Digests[string]): boolean {
  return earlier.type === later.type && (earlier.digest.startsWith('?') || later.digest.startsWith('?'));
}

async function compared(names: readonly string[], request: DiffRequest): Promise<Returns<'diff'>> {
  const { earlier, later, folder, timeoutMs, signal } = request;
  const path = join(folder, `handed-${randomBytes(8).toString('hex')}`);
  // Made here, so that nobody else can read it for a moment.
  await writeFile(path, '', { flag: 'wx', mode: 0o600 });
  try {
    const handed = fieldsOf('diff', await earlier.ask('hand_over', { names, path }, timeoutMs, signal));
    const answer = await later.ask('compare', { names, path }, timeoutMs, signal);
    const found = checkedAs('diff', operations.diff.returns, fieldsOf('diff', answer)) as Returns<'diff'>; // Checked so.
    return { ...found, truncated: found.truncated || handed['truncated'] === true };
  } finally {
    await rm(path, { force: true });
  }
}

// A variable may be called as something of every object is.
function of(all: Digests, name: string): Digests[string] | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

const validators = new Map<string, Validator>();

function checkedAs<Schema extends TSchema>(
  name: string,
  schema: Schema,
  fields: Readonly<Record<string, unknown>>,
): Static<Schema> {
  const validator = validators.get(name) ?? Compile(schema);
  validators.set(name, validator);
  if (validator.Check(fields)) return fields as Static<Schema>; // Checked on this very line.
  const [first] = validator.Errors(fields);
  const problem = `${first?.instancePath ?? ''} ${first?.message ?? ''}`;
  throw new ProtocolError('internal', `diff was answered wrongly by a shadow: ${name}${problem}`);
}
