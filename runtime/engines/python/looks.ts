/**
 * Answers `complete` and `info` of one session: first from its live objects, by its shadow (or by the idle
 * worker itself where there is no fork), then, where they do not know, by reading the source. It runs
 * nothing in the session and never waits for running code.
 */
import { Compile, type Validator } from 'typebox/compile';
import type { Logger } from '../../core/logger.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import { operations } from '../../protocol/operations.ts';
import type { Analyst } from './analyst.ts';
import type { LookAnswer, LookLink } from './look-link.ts';
import type { ShadowKeeper } from './shadow-keeper.ts';

export interface LooksOptions {
  readonly sessionId: string;
  /** Undefined without fork. */
  readonly shadows: ShadowKeeper | undefined;
  /** The worker itself; asked only while it is idle, and only without fork. */
  readonly worker: LookLink | undefined;
  readonly isIdle: () => boolean;
  readonly analyst: Analyst;
  /** For the live part of one look. */
  readonly liveTimeoutMs: number;
  /** How long a fresh shadow is waited for; a large process takes longer to fork. */
  readonly shadowWaitMs: number;
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
    const answer = await this.#options.analyst.ask(kind, params, signal, this.#options.sessionId);
    return this.#returns(kind, answer, 'static');
  }

  async #askLive(kind: Kind, params: object, signal: AbortSignal): Promise<LookAnswer> {
    const { shadows, liveTimeoutMs } = this.#options;
    const look = await this.#whomToAsk(signal);
    if (look === undefined) return { kind: 'gone' };
    const answer = await look.ask(kind, params, liveTimeoutMs, signal);
    // Retired between the choice and the question: its successor is there.
    if (answer.kind === 'gone' && shadows !== undefined && !signal.aborted)
      return this.#askSuccessor(look, kind, params, signal);
    if (answer.kind === 'late') shadows?.discard(look);
    return answer;
  }

  async #askSuccessor(
    former: LookLink,
    kind: Kind,
    params: object,
    signal: AbortSignal,
  ): Promise<LookAnswer> {
    const look = await this.#whomToAsk(signal);
    if (look === undefined || look === former) return { kind: 'gone' };
    return look.ask(kind, params, this.#options.liveTimeoutMs, signal);
  }

  async #whomToAsk(signal: AbortSignal): Promise<LookLink | undefined> {
    const { shadows, worker, isIdle, shadowWaitMs } = this.#options;
    if (shadows !== undefined) return shadows.best(isIdle(), shadowWaitMs, signal);
    return isIdle() ? worker : undefined;
  }

  #returns<K extends Kind>(kind: K, answer: LookAnswer, source: 'live' | 'static'): Returns<K> | undefined {
    if (answer.kind !== 'found') return undefined;
    const fields = withSource(kind, answer.fields, source);
    const validator = validatorOf(kind);
    if (validator.Check(fields)) return fields as Returns<K>; // Checked by the validator of this very operation.
    const [first] = validator.Errors(fields);
    this.#options.logger.error(
      { look: kind, source, path: first?.instancePath, problem: first?.message },
      'a look was answered wrongly',
    );
    return undefined;
  }
}

function withSource(
  kind: Kind,
  fields: Readonly<Record<string, unknown>>,
  source: 'live' | 'static',
): Record<string, unknown> {
  return kind === 'info' && fields['source'] === undefined ? { ...fields, source } : { ...fields };
}

const validators = new Map<Kind, Validator>();

function validatorOf(kind: Kind): Validator {
  let validator = validators.get(kind);
  if (validator === undefined) {
    validator = Compile(operations[kind].returns);
    validators.set(kind, validator);
  }
  return validator;
}
