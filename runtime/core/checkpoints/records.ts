/**
 * The records of durable checkpoints in SQLite, and the leases that keep objects from being swept while somebody
 * writes. A record is inserted in one transaction with the names of its objects. It knows no object's content.
 */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ProtocolError } from '../../protocol/errors.ts';
import type { ObjectFolder, SavedState } from '../engine.ts';
import type { CheckpointRecord, ListedCheckpoint } from './record.ts';

/** `PRAGMA user_version`; a larger one was written by a newer Hindsight. */
export const storeVersion = 1;

const schema = `
  CREATE TABLE checkpoints (
    id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    record TEXT NOT NULL,
    checksum TEXT NOT NULL
  ) STRICT;
  CREATE TABLE named_objects (
    checkpoint TEXT NOT NULL REFERENCES checkpoints(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (checkpoint, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX object_names ON named_objects(name);
  CREATE TABLE leases (id INTEGER PRIMARY KEY, pid INTEGER NOT NULL) STRICT;
`;

export class Records {
  readonly #database: DatabaseSync;
  readonly #pid: number;

  private constructor(database: DatabaseSync, pid: number) {
    this.#database = database;
    this.#pid = pid;
  }

  /** Rejects with SQLite's own error, or `checkpoint-version`. Node 22.5 or newer has the library. */
  static async open(file: string, pid: number): Promise<Records> {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(file, { timeout: 5000 });
    try {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      prepareSchema(database);
    } catch (error) {
      database.close();
      throw error;
    }
    return new Records(database, pid);
  }

  list(objects: ObjectFolder): readonly ListedCheckpoint[] {
    const rows = this.#database.prepare('SELECT id FROM checkpoints ORDER BY created, id').all();
    return rows.map((row) => {
      const snapshotId = String(row['id']);
      try {
        return { kind: 'whole', record: this.read(snapshotId, objects) };
      } catch (error) {
        return {
          kind: 'damaged',
          snapshotId,
          problem: error instanceof Error ? error.message : String(error),
        };
      }
    });
  }

  /** Throws `snapshot-not-found`, `checkpoint-damaged`. */
  read(snapshotId: string, objects: ObjectFolder): CheckpointRecord {
    const row = this.#database
      .prepare('SELECT record, checksum FROM checkpoints WHERE id = ?')
      .get(snapshotId);
    if (row === undefined)
      throw new ProtocolError('snapshot-not-found', `no checkpoint '${snapshotId}' is in the store`);
    const text = String(row['record']);
    if (checksumOf(text) !== row['checksum'])
      throw new ProtocolError('checkpoint-damaged', `the record of checkpoint '${snapshotId}' is damaged`, {
        details: { snapshotId },
      });
    return recordOf(text, objects);
  }

  insert(record: CheckpointRecord): void {
    const { objects: _objects, ...saved } = record.saved;
    const text = JSON.stringify({ ...record, saved });
    const { id, created } = record.node;
    this.#transaction(() => {
      this.#database.prepare('DELETE FROM checkpoints WHERE id = ?').run(id);
      this.#database
        .prepare('INSERT INTO checkpoints (id, created, record, checksum) VALUES (?, ?, ?, ?)')
        .run(id, created, text, checksumOf(text));
      const insert = this.#database.prepare(
        'INSERT OR IGNORE INTO named_objects (checkpoint, name) VALUES (?, ?)',
      );
      for (const name of saved.objectNames) insert.run(id, name);
    });
  }

  delete(snapshotId: string): void {
    this.#database.prepare('DELETE FROM checkpoints WHERE id = ?').run(snapshotId);
  }

  /** While a lease is held, nothing is swept. Answers what releases it; twice is harmless. */
  lease(): () => void {
    const { lastInsertRowid } = this.#database.prepare('INSERT INTO leases (pid) VALUES (?)').run(this.#pid);
    return () => void this.#database.prepare('DELETE FROM leases WHERE id = ?').run(lastInsertRowid);
  }

  /** Runs an action while nobody can write records or take a lease; undefined when somebody holds one. */
  exclusively<Result>(action: (isNamed: (object: string) => boolean) => Result): Result | undefined {
    return this.#transaction(() => {
      this.#forgetLeasesOfTheDead();
      if (this.#database.prepare('SELECT 1 FROM leases LIMIT 1').get() !== undefined) return undefined;
      const named = this.#database.prepare('SELECT 1 FROM named_objects WHERE name = ? LIMIT 1');
      return action((object) => named.get(object) !== undefined);
    });
  }

  close(): void {
    this.#database.close();
  }

  #forgetLeasesOfTheDead(): void {
    for (const row of this.#database.prepare('SELECT DISTINCT pid FROM leases').all()) {
      const pid = Number(row['pid']);
      if (!isAlive(pid)) this.#database.prepare('DELETE FROM leases WHERE pid = ?').run(pid);
    }
  }

  #transaction<Result>(action: () => Result): Result {
    return transaction(this.#database, action);
  }
}

/** Makes the tables in a new store. Throws `checkpoint-version` for one that a newer Hindsight wrote. */
function prepareSchema(database: DatabaseSync): void {
  transaction(database, () => {
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (version > storeVersion)
      throw new ProtocolError(
        'checkpoint-version',
        `the store of checkpoints was written by a newer version of Hindsight (its format is ${version}, this one knows ${storeVersion}); update Hindsight, or choose another store`,
        { details: { version, known: storeVersion } },
      );
    if (version === 0) database.exec(`${schema}; PRAGMA user_version = ${storeVersion}`);
  });
}

function transaction<Result>(database: DatabaseSync, action: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The record in a JSON text that was checked to be what was written. */
function recordOf(text: string, objects: ObjectFolder): CheckpointRecord {
  const record = JSON.parse(text) as Omit<CheckpointRecord, 'saved'> & { saved: Omit<SavedState, 'objects'> }; // `insert` wrote it.
  return { ...record, saved: { ...record.saved, objects } };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
