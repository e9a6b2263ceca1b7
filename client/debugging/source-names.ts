/**
 * Messages of the debug adapter protocol with other names for sources: an editor knows the cells of notebooks by address,
 * the runtime by their numbers. Messages are not changed but copied. Knows neither VS Code nor what the names mean.
 */

export interface SourceNames {
  /** Address of a cell; undefined for what is none, or is not in a notebook that is open. */
  readonly addressOf: (name: string) => string | undefined;
  /** The reverse. */
  readonly nameOf: (address: string) => string | undefined;
  /** What a person calls a cell; undefined for what is none. */
  readonly titleOf: (address: string) => string | undefined;
}

interface Source {
  readonly name?: string;
  readonly path?: string;
  readonly sourceReference?: number;
}

/** Only these are looked through: answers with variables can be long. */
const withSources: ReadonlySet<unknown> = new Set([
  'stackTrace',
  'setBreakpoints',
  'loadedSources',
  'gotoTargets',
  'exceptionInfo',
  'output',
  'breakpoint',
  'loadedSource',
]);

/** A message of the adapter as the editor gets it. */
export function forEditor(message: object, names: SourceNames): object {
  const { command, event } = message as { command?: unknown; event?: unknown };
  if (!withSources.has(command ?? event)) return message;
  return rename(message, (source) => {
    const address = source.name === undefined ? undefined : names.addressOf(source.name);
    const title = names.titleOf(address ?? source.path ?? '');
    const titled = title === undefined ? source : { ...source, name: title };
    if (address === undefined) return titled;
    const { sourceReference: _, ...rest } = titled;
    return { ...rest, path: address };
  }) as object; // What goes in as an object comes out as one.
}

/** A message of the editor as the adapter gets it. */
export function forAdapter(message: object, names: SourceNames): object {
  return rename(message, (source) => {
    const name = source.path === undefined ? undefined : names.nameOf(source.path);
    if (name === undefined) return source;
    const { path: _, ...rest } = source;
    return { ...rest, name };
  }) as object; // As above.
}

function rename(value: unknown, to: (source: Source) => Source): unknown {
  if (Array.isArray(value)) return value.map((each) => rename(each, to));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => {
    if (key === 'source' && isSource(inner)) return [key, to(inner)];
    if (key === 'sources' && Array.isArray(inner))
      return [key, inner.map((each: unknown) => (isSource(each) ? to(each) : each))];
    return [key, rename(inner, to)];
  });
  return Object.fromEntries(entries);
}

function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && ('path' in value || 'name' in value);
}
