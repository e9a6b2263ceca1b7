/**
 * The durable checkpoints of a user: records in SQLite, objects in a folder beside it (docs/checkpoint-format.md). It
 * outlives the runtime, and several runtimes may use it at once. It knows no tree, no session and no engine: what an
 * engine wrote is opaque to it, save for the names of its objects.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ProtocolError } from '../../protocol/errors.ts';
import type { ObjectFolder, SavedState } from '../engine.ts';
import { exportCheckpoint } from './export.ts';
import { importCheckpoint } from './import.ts';
import { Objects } from './objects.ts';
import type { CheckpointFacts, CheckpointRecord, ListedCheckpoint } from './record.ts';
import { Records } from './records.ts';

export interface StoreOptions {
  /** Absolute; made when it is not there. */
  readonly folder: string;
  readonly pid: number;
  /** What the runtime works for; remembered with each checkpoint. */
  readonly workspace?: string;
}

export class CheckpointStore {
  readonly folder: ObjectFolder;
  /** Of the runtime that uses it. */
  readonly workspace: string | undefined;
  readonly #records: Records;
  readonly #objects: Objects;

  private constructor(records: Records, objects: Objects, workspace: string | undefined) {
    this.#records = records;
    this.#objects = objects;
    this.folder = { path: objects.path };
    this.workspace = workspace;
  }

  /** Errors: `store-unavailable`, `checkpoint-version` when a newer version of Hindsight wrote it. */
  static async open({ folder, pid, workspace }: StoreOptions): Promise<CheckpointStore> {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const objects = new Objects(path.join(folder, 'objects'));
      const records = await Records.open(path.join(folder, 'store.sqlite'), pid);
      return new CheckpointStore(records, objects, workspace);
    } catch (error) {
      throw storeError(error, 'the store of checkpoints cannot be opened');
    }
  }

  /** All records, oldest first. */
  list(): readonly ListedCheckpoint[] {
    return this.#use(() => this.#records.list(this.folder));
  }

  /** Errors: `snapshot-not-found`, `checkpoint-damaged`. */
  read(snapshotId: string): CheckpointRecord {
    return this.#use(() => this.#records.read(snapshotId, this.folder));
  }

  /**
   * Has the engine write a state, and records it when that is done: at once and as a whole, or not at all. Replaces
   * an earlier record of the same snapshot. Errors: `checkpoint-failed`, `store-unavailable`.
   */
  async save(
    facts: CheckpointFacts,
    write: (objects: ObjectFolder) => Promise<SavedState>,
  ): Promise<CheckpointRecord> {
    const release = this.#use(() => this.#records.lease());
    try {
      const saved = await write(this.folder);
      const record = { ...facts, ...this.#ofWorkspace(), saved, trusted: true };
      this.#use(() => this.#records.insert(record));
      return record;
    } finally {
      release();
    }
  }

  /** Errors: `snapshot-not-found`. */
  rename(snapshotId: string, label: string | undefined): void {
    const record = this.read(snapshotId);
    const { label: _label, ...node } = record.node;
    this.#use(() =>
      this.#records.insert({ ...record, node: label === undefined ? node : { ...node, label } }),
    );
  }

  /** A person agreed to load an imported one. Errors: `snapshot-not-found`. */
  trust(snapshotId: string): void {
    const record = this.read(snapshotId);
    this.#use(() => this.#records.insert({ ...record, trusted: true }));
  }

  /** Forgets a record, damaged or not, and sweeps. Answers the bytes that this gave back; 0 when there was none. */
  delete(snapshotId: string): number {
    return this.#use(() => {
      this.#records.delete(snapshotId);
      return this.sweep();
    });
  }

  /** Removes objects that no record names, unless a save is under way. Answers their bytes. */
  sweep(): number {
    return this.#use(() => this.#records.exclusively((isNamed) => this.#objects.removeUnless(isNamed)) ?? 0);
  }

  /** One file that holds everything of a checkpoint; answers its bytes. Errors: `snapshot-not-found`, `checkpoint-damaged`, `checkpoint-failed`. */
  async exportTo(snapshotId: string, file: string): Promise<number> {
    return exportCheckpoint(this.read(snapshotId), this.#objects, file);
  }

  /**
   * Takes a checkpoint from a file, under a new id, not trusted. Nothing in it is run. Errors:
   * `checkpoint-damaged`, `checkpoint-version`, `checkpoint-failed`.
   */
  async importFrom(file: string, snapshotId: string): Promise<CheckpointRecord> {
    const release = this.#use(() => this.#records.lease());
    try {
      const imported = await importCheckpoint(file, snapshotId, this.#objects);
      const record = { ...imported, ...this.#ofWorkspace() };
      this.#use(() => this.#records.insert(record));
      return record;
    } finally {
      release();
    }
  }

  close(): void {
    this.#records.close();
  }

  #ofWorkspace(): Pick<CheckpointFacts, 'workspace'> {
    return this.workspace === undefined ? {} : { workspace: this.workspace };
  }

  #use<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw storeError(error, 'the store of checkpoints cannot be used');
    }
  }
}

function storeError(error: unknown, what: string): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ProtocolError('store-unavailable', `${what}: ${reason}`, { cause: error });
}
