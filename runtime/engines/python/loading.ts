/** A saved state on its way into a fresh worker: the frame `load`, and what the worker says of it. */
import type { SavedState } from '../../core/engine.ts';
import { type ErrorCode, errorCodes, ProtocolError } from '../../protocol/errors.ts';
import type { KeepReport } from '../../protocol/states.ts';
import { deferred } from './deferred.ts';
import type { Link } from './link.ts';
import type { Frame } from './link-messages.ts';
import { withinMs } from './within.ts';

/** Unpickling runs what it runs; this is only against waiting for ever. */
const loadWithinMs = 600_000;

export class Loading {
  readonly #loaded = deferred<Frame<'loaded'>>();

  constructor() {
    // Awaited by `load`, where there is one.
    this.#loaded.promise.catch(() => {});
  }

  /** What came back. Errors: `checkpoint-damaged`, `checkpoint-version`, `checkpoint-failed`; the signal's reason. */
  async load(link: Link, saved: SavedState, signal: AbortSignal): Promise<KeepReport> {
    link.send({ type: 'load', n: 1, objects: saved.objects.path, manifest: saved.manifest });
    if (!(await withinMs(this.#loaded.promise, loadWithinMs, signal))) {
      signal.throwIfAborted();
      throw new ProtocolError('timeout', 'the checkpoint was not loaded in time');
    }
    const { ok, report, error } = await this.#loaded.promise;
    if (ok && report !== undefined) return report;
    const { code = 'checkpoint-damaged', message = 'the worker gave no reason' } = error ?? {};
    throw new ProtocolError(isCode(code) ? code : 'checkpoint-failed', message);
  }

  onLoaded(frame: Frame<'loaded'>): void {
    this.#loaded.resolve(frame);
  }

  fail(error: ProtocolError): void {
    this.#loaded.reject(error);
  }
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
