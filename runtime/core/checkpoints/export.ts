/** Writes a checkpoint to one file, a zip archive (docs/checkpoint-format.md, "One file"). */
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { ProtocolError } from '../../protocol/errors.ts';
import { type ExportedCheckpoint, exportedFormat, recordEntry } from './exported.ts';
import type { Objects } from './objects.ts';
import type { CheckpointRecord } from './record.ts';

/** Answers the bytes of the file. What was at `file` stays until the new one is whole. */
export async function exportCheckpoint(
  record: CheckpointRecord,
  objects: Objects,
  file: string,
): Promise<number> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const zip = new ZipFile();
    const written = pipeline(zip.outputStream, createWriteStream(temporary, { mode: 0o600, flush: true }));
    written.catch(() => {}); // Awaited below; it may fail while objects are read.
    zip.addBuffer(Buffer.from(JSON.stringify(describe(record), undefined, 2)), recordEntry, {
      compress: true,
    });
    for (const name of record.saved.objectNames)
      zip.addBuffer(await objects.read(name), `objects/${name}`, { compress: false });
    zip.end();
    await written;
    await rename(temporary, file);
    return (await stat(file)).size;
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof ProtocolError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProtocolError('checkpoint-failed', `the checkpoint cannot be written to ${file}: ${reason}`, {
      cause: error,
    });
  }
}

function describe({ node, options, sessionName, saved }: CheckpointRecord): ExportedCheckpoint {
  const { objects: _objects, addedBytes: _added, objectNames, ...rest } = saved;
  return {
    hindsightCheckpoint: exportedFormat,
    node,
    // Paths and variables of this machine stay here.
    engine: saved.engine,
    ...(options.interpreter === undefined ? {} : { interpreter: options.interpreter }),
    ...(sessionName === undefined ? {} : { sessionName }),
    saved: { ...rest, objectNames: [...objectNames] },
  };
}
