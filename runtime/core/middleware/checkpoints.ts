/** The operations that take a checkpoint to a file, and from one. */
import path from 'node:path';
import { ProtocolError } from '../../protocol/errors.ts';
import { type Middleware, middlewareOf } from '../middleware.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { ownedState } from './access.ts';

export function checkpointsMiddleware(sessions: SessionRegistry): Middleware {
  const { states } = sessions;
  return middlewareOf('checkpoints', {
    async export({ snapshotId, file }, { connection, signal }) {
      requireAbsolute('export', file);
      const node = await ownedState(sessions, connection, snapshotId);
      const isNew = node.durable === undefined;
      const report = await states.save(node, signal);
      if (isNew) await states.announce(node);
      return { file, size_bytes: await states.durable.exportTo(node, file), report };
    },
    async import({ file }) {
      requireAbsolute('import', file);
      const { node, report } = await states.durable.importFrom(file);
      return { snapshotId: node.id, ...(node.label === undefined ? {} : { label: node.label }), report };
    },
  });
}

function requireAbsolute(op: string, file: string): void {
  if (path.isAbsolute(file)) return;
  throw new ProtocolError('invalid-request', `${op}: field 'file' must be an absolute path, not '${file}'`, {
    details: { field: 'file' },
  });
}
