/**
 * Answers `complete` and `info` of one state: first from live objects, then, where they do not know, by
 * reading the source. It runs nothing in the session and never waits for running code.
 */
import type { Logger } from '../../core/logger.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import type { Analyst } from './analyst.ts';
import type { Askable, LookAnswer } from './look-link.ts';
import { checked } from './questions.ts';

export interface LooksOptions {
  /** Whose looks these are: an older question of the same name that still waits gives way to a newer. */
  readonly name: string;
  /** Who knows the live objects at the moment; undefined: nobody. Rejects with the signal's reason. */
  readonly whom: (signal: AbortSignal) => Promise<Askable | undefined>;
  readonly analyst: Analyst;
  /** For the live part of one look. */
  readonly liveTimeoutMs: number;
  readonly logger: Logger;
}

type Kind = 'complete' | 'info';

export class Looks {
  readonly #options: LooksOptions;

  constructor(options: LooksOptions) {
    this.#options = options;
  }

  /** What is known, or undefined. Rejects with the signal's reason when it fires. */
  async look<K extends Kind>(
    kind: K,
    request: Params<K>,
    signal: AbortSignal,
  ): Promise<Returns<K> | undefined> {
    signal.throwIfAborted();
    const { session: _session, static: alsoStatic, ...params } = request;
    const live = this.#returns(
      kind,
      await this.#askLive(kind, { ...params, static: alsoStatic !== false }, signal),
      'live',
    );
    if (live !== undefined || alsoStatic === false || params.code === undefined) return live;
    const answer = await this.#options.analyst.ask(kind, params, signal, this.#options.name);
    return this.#returns(kind, answer, 'static');
  }

  async #askLive(kind: Kind, params: object, signal: AbortSignal): Promise<LookAnswer> {
    const answer = await this.#ask(kind, params, signal);
    // Ended between the choice and the answer: its successor is there, or can be made.
    return answer.kind === 'gone' && !signal.aborted ? this.#ask(kind, params, signal) : answer;
  }

  async #ask(kind: Kind, params: object, signal: AbortSignal): Promise<LookAnswer> {
    const { whom, liveTimeoutMs } = this.#options;
    return (await whom(signal))?.ask(kind, params, liveTimeoutMs, signal) ?? { kind: 'gone' };
  }

  #returns<K extends Kind>(kind: K, answer: LookAnswer, source: 'live' | 'static'): Returns<K> | undefined {
    if (answer.kind !== 'found') return undefined;
    return checked(kind, withSource(kind, answer.fields, source), this.#options.logger);
  }
}

function withSource(
  kind: Kind,
  fields: Readonly<Record<string, unknown>>,
  source: 'live' | 'static',
): Record<string, unknown> {
  return kind === 'info' && fields['source'] === undefined ? { ...fields, source } : { ...fields };
}
