/**
 * Questions to a process under the debugger (`debug`) and its answers (`debugged`), on the link that it has anyhow. It
 * knows neither what is asked nor whether a program runs there.
 */
import { ProtocolError } from '../../../protocol/errors.ts';
import { type Deferred, deferred } from '../deferred.ts';
import type { Link } from '../link.ts';
import type { Frame } from '../link-messages.ts';

/** The process ended before it answered. */
export class ProcessGone extends Error {
  override readonly name = 'ProcessGone';
}

export class DebugLink {
  readonly #link: Link;
  readonly #asked = new Map<number, Deferred<string>>();
  #last = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  get closed(): boolean {
    return this.#link.closed;
  }

  /** The fields of the answer, JSON. Errors: those of the process; `ProcessGone`. */
  ask(what: string, fields: Readonly<Record<string, unknown>>): Promise<string> {
    if (this.#link.closed) return Promise.reject(new ProcessGone('it had ended'));
    this.#last += 1;
    const answer = deferred<string>();
    this.#asked.set(this.#last, answer);
    this.#link.send({ ...fields, type: 'debug', n: this.#last, do: what });
    return answer.promise;
  }

  onDebugged({ n, ok, fields, error }: Frame<'debugged'>): void {
    const asked = this.#asked.get(n);
    this.#asked.delete(n);
    if (ok) asked?.resolve(fields ?? '{}');
    else asked?.reject(ProtocolError.fromShape({ error: error?.message, code: error?.code }));
  }

  onClose(): void {
    for (const asked of this.#asked.values()) asked.reject(new ProcessGone('it ended meanwhile'));
    this.#asked.clear();
  }
}
