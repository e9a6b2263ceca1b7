/** Work that may take only so long. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { After } from '../session/runner.ts';

/** Undefined: as long as it takes. Errors: `timeout`; those of the work. */
export async function withinTime<Result>(
  timeoutMs: number | undefined,
  { signal, after }: { readonly signal: AbortSignal; readonly after: After },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (timeoutMs === undefined) return work(signal);
  const tooLong = new AbortController();
  const timer = after(timeoutMs, () => tooLong.abort());
  try {
    return await work(AbortSignal.any([signal, tooLong.signal]));
  } catch (error) {
    if (!tooLong.signal.aborted) throw error;
    throw new ProtocolError('timeout', `the code ran longer than ${timeoutMs} ms`, { cause: error });
  } finally {
    timer.dispose();
  }
}
