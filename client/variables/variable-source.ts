/** Asks the runtime for the variables of a session's present or of another state, page by page. Shows nothing. */
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { Variable, VariablePath } from '../../runtime/protocol/states.ts';
import type { Session } from '../sessions/session.ts';

/** How many are asked for at once. */
export const pageSize = 200;

/** What is looked at: the present of a session, or one of its states. */
export interface Viewpoint {
  readonly session: Session;
  /** Snapshot id; undefined for the present. */
  readonly at: string | undefined;
}

export interface VariablesPage {
  readonly variables: readonly Variable[];
  readonly total: number;
}

export interface Question {
  /** Empty for the variables themselves. */
  readonly path: VariablePath;
  /** How many at most, from the first. */
  readonly most: number;
  readonly filter: string;
}

/** The first `most` variables, in as many requests as it takes. Undefined while the session is not open. */
export async function readVariables(
  { session, at }: Viewpoint,
  { path, most, filter }: Question,
  signal: AbortSignal,
): Promise<VariablesPage | undefined> {
  const { connected } = session;
  if (connected === undefined) return undefined;
  const { client, id } = connected;
  const found: Variable[] = [];
  for (;;) {
    const { variables, total } = await client.request(
      'inspect',
      {
        session: id,
        ...(at === undefined ? {} : { at }),
        ...(path.length === 0 ? {} : { path: [...path] }),
        ...(filter === '' ? {} : { filter }),
        start: found.length,
        count: Math.min(pageSize, most - found.length),
      },
      { signal },
    );
    found.push(...variables);
    if (variables.length === 0 || found.length >= Math.min(most, total)) return { variables: found, total };
  }
}

export type Marks = ReadonlyMap<string, 'added' | 'changed'>;

/** Which variables the step from one state to another added or changed, by name. */
export async function readMarks(
  client: RuntimeClient,
  session: string,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<Marks> {
  const { added, changed } = await client.request('diff', { session, from, to, brief: true }, { signal });
  return new Map([
    ...added.map(({ name }) => [name, 'added'] as const),
    ...changed.map(({ name }) => [name, 'changed'] as const),
  ]);
}
