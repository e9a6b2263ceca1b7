/** Takes a checkpoint out of a file that may come from anywhere: everything in it is checked, nothing is run. */
import { buffer } from 'node:stream/consumers';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ProtocolError } from '../../protocol/errors.ts';
import { type ExportedCheckpoint, readExported, recordEntry } from './exported.ts';
import { isObjectName, maxObjectBytes, type Objects } from './objects.ts';
import type { CheckpointRecord } from './record.ts';

const maxRecordBytes = 64 * 1024 * 1024;

/** Stores its objects and answers its record, under the given id, not trusted. */
export async function importCheckpoint(
  file: string,
  snapshotId: string,
  objects: Objects,
): Promise<CheckpointRecord> {
  try {
    const exported = await unpack(file, objects);
    const missing = exported.saved.objectNames.find((name) => !objects.has(name));
    if (missing !== undefined)
      throw new ProtocolError('checkpoint-damaged', `${file} lacks the object ${missing}`);
    return recordOf(exported, snapshotId, objects);
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProtocolError('checkpoint-damaged', `${file} is not a checkpoint that can be read: ${reason}`, {
      cause: error,
    });
  }
}

async function unpack(file: string, objects: Objects): Promise<ExportedCheckpoint> {
  const zip = await openPromise(file, { lazyEntries: true, validateEntrySizes: true });
  let exported: ExportedCheckpoint | undefined;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === recordEntry) {
        exported = readExported(String(await read(zip, entry, maxRecordBytes)), file);
        continue;
      }
      const name = entry.fileName.replace(/^objects\//, '');
      if (!isObjectName(name))
        throw new ProtocolError(
          'checkpoint-damaged',
          `${file} holds '${entry.fileName}', which is no object`,
        );
      // Compressed by us it is smaller than its content, save for the byte in front.
      await objects.write(name, await read(zip, entry, maxObjectBytes + 1024));
    }
  } finally {
    zip.close();
  }
  if (exported === undefined)
    throw new ProtocolError('checkpoint-damaged', `${file} is no checkpoint: it has no ${recordEntry}`);
  return exported;
}

async function read(zip: ZipFile, entry: Entry, maxBytes: number): Promise<Buffer> {
  if (entry.uncompressedSize > maxBytes)
    throw new ProtocolError('checkpoint-damaged', `'${entry.fileName}' is larger than ${maxBytes} bytes`);
  return buffer(await zip.openReadStreamPromise(entry));
}

function recordOf(exported: ExportedCheckpoint, snapshotId: string, objects: Objects): CheckpointRecord {
  const { node, engine, interpreter, sessionName, saved } = exported;
  const { parent: _parent, ...rest } = node;
  return {
    // What it followed is in another store.
    node: { ...rest, id: snapshotId },
    options: interpreter === undefined ? {} : { interpreter },
    ...(sessionName === undefined ? {} : { sessionName }),
    saved: { ...saved, engine, objects: { path: objects.path }, addedBytes: 0 },
    trusted: false,
  };
}
