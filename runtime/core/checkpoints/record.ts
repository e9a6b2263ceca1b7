/** What the store remembers of one checkpoint. */
import type { SnapshotNode } from '../../protocol/states.ts';
import type { SavedState, SessionOptions } from '../engine.ts';

/** What is remembered of a checkpoint beside what its engine wrote. */
export interface CheckpointFacts {
  /** `tier`, `durable_bytes` and the like are the store's to say. */
  readonly node: Omit<SnapshotNode, 'tier' | 'durable_bytes' | 'size_bytes' | 'trusted' | 'workspace'>;
  /** How a session is opened to hold it. */
  readonly options: Omit<SessionOptions, 'sessionId'>;
  /** Name of its session, as a person called it. */
  readonly sessionName?: string;
  /** Folder that its runtime worked for. */
  readonly workspace?: string;
}

export interface CheckpointRecord extends CheckpointFacts {
  readonly saved: SavedState;
  /** False: it was imported, and nobody has agreed to load it yet. */
  readonly trusted: boolean;
}

/** A record as far as it can be read; a damaged one is listed, so that it can be named and deleted. */
export type ListedCheckpoint =
  | { readonly kind: 'whole'; readonly record: CheckpointRecord }
  | { readonly kind: 'damaged'; readonly snapshotId: string; readonly problem: string };
