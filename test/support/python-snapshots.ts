/** Captured states of the Python engine in a test: taken, gone back to, and released when the test ends. */
import type { EngineSnapshot } from '../../runtime/core/engine.ts';
import { never, RecordingHost, TestSession } from './python-engine.ts';

/** A host that wants the states that come by themselves. */
export class CapturingHost extends RecordingHost {
  readonly snapshots: EngineSnapshot[] = [];

  captured(snapshot: EngineSnapshot): void {
    this.snapshots.push(snapshot);
    this.wake();
  }

  /** Resolves with the state after an evaluation; undefined: with the one that the session began with. */
  after(executionId: string | undefined): Promise<EngineSnapshot> {
    return this.until(() => this.snapshots.findLast((snapshot) => snapshot.after === executionId));
  }
}

export async function snapshotOf(session: TestSession): Promise<EngineSnapshot> {
  const snapshot = await session.engineSession.snapshot?.(never);
  if (snapshot === undefined) throw new Error('the session has no snapshots');
  return snapshot;
}

/** A session that goes on from the state; it ends with its engine. */
export async function goOnFrom(
  snapshot: EngineSnapshot,
  host: RecordingHost = new RecordingHost(),
): Promise<TestSession> {
  restored += 1;
  return new TestSession(await snapshot.open({ sessionId: `restored-${restored}` }, host, never), host);
}

let restored = 0;

/** The pid of the process that a session runs in. */
export function pidOf(session: TestSession): number {
  return Number(session.engineSession.about['pid']);
}
