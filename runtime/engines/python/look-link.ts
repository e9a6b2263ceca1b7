/**
 * Questions to a process that only looks (a shadow, the analyst, an idle worker without fork) and the answers
 * that come back, each within a time. It does not choose whom to ask.
 */
import { deferred } from './deferred.ts';
import type { Link } from './link.ts';
import type { Frame } from './link-messages.ts';

export type LookKind =
  | 'complete'
  | 'info'
  | 'locate'
  | 'lines'
  | 'inspect'
  | 'table'
  | 'digest'
  | 'hand_over'
  | 'compare'
  | 'evaluate'
  | 'save';

/** `unknown`: it does not know. `failed`: it could not answer. `late`: no answer within the time. `gone`: the link closed. */
export type LookAnswer =
  | { readonly kind: 'found'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'late' }
  | { readonly kind: 'gone' };

/** Somebody who can be asked; see `LookLink.ask`. */
export interface Askable {
  ask(kind: LookKind, params: object, timeoutMs: number, signal: AbortSignal): Promise<LookAnswer>;
}

let lastId = 0;

export class LookLink implements Askable {
  readonly #link: Link;
  readonly #pending = new Map<string, (answer: LookAnswer) => void>();

  constructor(link: Link) {
    this.#link = link;
  }

  get closed(): boolean {
    return this.#link.closed;
  }

  /** How many questions have no answer yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** `timeoutMs` may be Infinity. Never rejects, except when the signal fires: then with its reason. */
  ask(kind: LookKind, params: object, timeoutMs: number, signal: AbortSignal): Promise<LookAnswer> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#link.closed) return Promise.resolve({ kind: 'gone' });
    lastId += 1;
    const id = `l${lastId}`;
    const answer = deferred<LookAnswer>();
    const settle = (then: () => void) => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', aborted);
      this.#pending.delete(id);
      then();
    };
    const aborted = () => settle(() => answer.reject(signal.reason));
    const late = () => settle(() => answer.resolve({ kind: 'late' }));
    const deadline = Number.isFinite(timeoutMs) ? setTimeout(late, timeoutMs) : undefined;
    signal.addEventListener('abort', aborted, { once: true });
    this.#pending.set(id, (value) => settle(() => answer.resolve(value)));
    this.#link.send({ ...params, type: 'look', id, kind });
    return answer.promise;
  }

  /** Takes an `answer` frame; one to a question that is over is dropped. */
  onAnswer(frame: Frame<'answer'>): void {
    this.#pending.get(frame.id)?.(answerOf(frame));
  }

  /** Every open question is answered with `gone`. */
  onClose(): void {
    for (const settle of [...this.#pending.values()]) settle({ kind: 'gone' });
  }
}

function answerOf(frame: Frame<'answer'>): LookAnswer {
  const { ok, found, error, fields = '{}' } = frame;
  if (!ok) return { kind: 'failed', error: typeof error === 'string' ? error : JSON.stringify(error) };
  if (found === false) return { kind: 'unknown' };
  const read = parsed(fields);
  return read === undefined
    ? { kind: 'failed', error: 'the answer is not JSON' }
    : { kind: 'found', fields: read };
}

// A shadow is a copy of the user's process: what it says is checked like all that comes from there.
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
