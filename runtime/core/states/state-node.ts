/** One state in the tree of all states, with the forms in which it is held. It knows its parent and no session. */
import type { OutsideEffect, SnapshotNode, StateWarning, Tier } from '../../protocol/states.ts';
import type { EngineSnapshot, SessionOptions } from '../engine.ts';

/** The run that led to a state, with what it did outside. */
export interface Run {
  readonly executionId: string;
  readonly executionCount: number;
  readonly status: 'completed' | 'failed' | 'interrupted';
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
  readonly effects: readonly OutsideEffect[];
}

/** A frozen process, and what it takes. */
export interface LiveForm {
  readonly snapshot: EngineSnapshot;
  /** As last measured; undefined until it was. */
  sizeBytes: number | undefined;
  /** How many use it at this moment: it is not released before they are done. */
  uses: number;
  /** True: nobody wants it any more, and the last user releases it. */
  isGivenUp: boolean;
}

export interface DurableForm {
  readonly bytes: number;
  /** False: it was imported, and nobody has agreed to load it yet. */
  readonly trusted: boolean;
}

/** What a session must be to hold a state. */
export interface StateOrigin {
  readonly engine: string;
  readonly options: Omit<SessionOptions, 'sessionId'>;
  /** Name of its session, as a person called it. */
  readonly sessionName?: string;
  /** Folder that the runtime worked for that made it, where it is another one than ours. */
  readonly workspace?: string;
}

export interface StateNode {
  readonly id: string;
  /** The session that it is, or was, a state of. */
  readonly session: string;
  readonly origin: StateOrigin;
  parent: StateNode | undefined;
  /** The parent as its record names it, where that is not in the tree. */
  readonly parentId: string | undefined;
  readonly children: Set<StateNode>;
  readonly run: Run | undefined;
  /** Unix seconds. */
  readonly created: number;
  label: string | undefined;
  /** True: a client asked for it, named or not. It is not given up before it is on disk. */
  isRequested: boolean;
  live: LiveForm | undefined;
  durable: DurableForm | undefined;
  warnings: readonly StateWarning[];
}

/** The number of the last counted evaluation in the past of a state; 0 where there is none. */
export function executionCountAt(node: StateNode): number {
  return [...pastOf(node)].find(({ run }) => run !== undefined)?.run?.executionCount ?? 0;
}

/** The state and those that it came from, newest first. */
export function* pastOf(node: StateNode | undefined): Generator<StateNode> {
  for (let at = node; at !== undefined; at = at.parent) yield at;
}

export function tierOf({ live, durable }: StateNode): Tier {
  if (live !== undefined) return durable === undefined ? 'live' : 'both';
  return durable === undefined ? 'none' : 'durable';
}

export function isHeld(node: StateNode): boolean {
  return node.live !== undefined || node.durable !== undefined;
}

/** A state as the protocol tells it. */
export function describeState(node: StateNode): SnapshotNode {
  const { live, durable } = node;
  return {
    ...factsOf(node),
    ...(node.origin.workspace === undefined ? {} : { workspace: node.origin.workspace }),
    tier: tierOf(node),
    ...(live?.sizeBytes === undefined ? {} : { size_bytes: live.sizeBytes }),
    ...(durable === undefined ? {} : { durable_bytes: durable.bytes, trusted: durable.trusted }),
  };
}

/** What does not depend on how it is held. */
export function factsOf(
  node: StateNode,
): Omit<SnapshotNode, 'tier' | 'durable_bytes' | 'size_bytes' | 'trusted' | 'workspace'> {
  const parent = node.parent?.id ?? node.parentId;
  return {
    id: node.id,
    session: node.session,
    ...(parent === undefined ? {} : { parent }),
    ...(node.run === undefined ? {} : { run: describeRun(node.run) }),
    ...(node.label === undefined ? {} : { label: node.label }),
    created: node.created,
    warnings: [...node.warnings],
  };
}

function describeRun(run: Run): NonNullable<SnapshotNode['run']> {
  return {
    execution_id: run.executionId,
    execution_count: run.executionCount,
    status: run.status,
    code: run.code.slice(0, 200),
    ...(run.file === undefined ? {} : { file: run.file }),
    ...(run.line === undefined ? {} : { line: run.line }),
  };
}
