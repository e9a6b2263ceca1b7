/**
 * A moment of a recording as the beginning of a session: a cursor that stands there becomes a worker. The recording that it
 * comes from stays as it is.
 */
import type { Branch } from '../../../core/engine.ts';
import type { Breakpoints } from '../../../protocol/debug.ts';
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Home } from '../home.ts';
import type { Frame } from '../link-messages.ts';
import { type Nursery, promoteCursor } from '../worker-process.ts';
import type { Cursor } from './cursor.ts';
import { ProcessGone } from './debug-link.ts';
import type { Place } from './places.ts';
import type { Recording } from './recording.ts';

export interface BranchParts {
  readonly recording: Recording;
  readonly nursery: Nursery;
  readonly home: Home;
  readonly python: Frame<'hello'>['python'];
  readonly points: Breakpoints;
  /** Stands at `place`; ours from now on. */
  readonly cursor: Cursor;
  readonly place: Place;
}

/** `idle`: waits for evaluations, with the variables of this frame; undefined: runs on. */
export function branchOf(parts: BranchParts, idle: { readonly frame: number } | undefined): Branch {
  const { recording, home, cursor, place, points } = parts;
  const { executionId, code, file, record } = recording.settings;
  const evaluation = { executionId, code, ...(file === undefined ? {} : { file }) };
  const running = { evaluation: { ...evaluation, record }, place };
  let isTaken = false;
  return {
    ...(idle === undefined ? { evaluation } : {}),
    open: (options, host, signal) => {
      isTaken = true;
      const adopted = {
        worker: () => promoted(parts, idle),
        generation: recording.moments[0]?.process?.generation ?? 0,
        points,
        ...(idle === undefined ? { running } : {}),
      };
      return home.adopt(adopted, options, host, signal);
    },
    release: () => {
      if (!isTaken) cursor.end();
    },
  };
}

async function promoted(
  { nursery, cursor, python }: BranchParts,
  idle: { readonly frame: number } | undefined,
) {
  const { signal } = new AbortController();
  const how = idle === undefined ? {} : { idle: true, frame: idle.frame };
  try {
    return await promoteCursor(nursery, cursor.process, python, (paths) =>
      cursor.ask('promote', { ...paths, ...how }, signal),
    );
  } catch (error) {
    if (!(error instanceof ProcessGone)) throw error;
    const message = `the copy of the program that was to go on ended: ${error.message}`;
    throw new ProtocolError('snapshot-failed', message, { cause: error });
  }
}
