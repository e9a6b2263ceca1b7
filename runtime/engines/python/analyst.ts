/**
 * The process that reads source without running it, one for an interpreter: started when first asked, asked
 * one question at a time, and replaced when it does not answer. It knows no session.
 */

import type { Logger } from '../../core/logger.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { type LookAnswer, type LookKind, LookLink } from './look-link.ts';
import type { Peer } from './peer.ts';

/** A running analyst, however it was started. */
export interface AnalystProcess {
  readonly peer: Peer;
  kill(): void;
}

export interface AnalystOptions {
  readonly start: () => Promise<AnalystProcess>;
  /** After this it is taken to be stuck, ended and replaced. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

interface Question {
  readonly kind: LookKind;
  readonly params: object;
  /** A newer question of the same key takes the place of one that still waits. */
  readonly supersedes: string | undefined;
  readonly signal: AbortSignal;
  resolve(answer: LookAnswer): void;
  reject(reason: unknown): void;
}

const maxQueued = 64;

export class Analyst {
  readonly #options: AnalystOptions;
  #process: Promise<{ look: LookLink; kill: () => void }> | undefined;
  #queue: Question[] = [];
  #asking = false;
  #disposed = false;

  constructor(options: AnalystOptions) {
    this.#options = options;
  }

  /**
   * Its answer. `supersedes`: names whose question it is; an older one of the same name and kind that still
   * waits is answered with `unknown`. Errors: those of starting the process; the signal's reason.
   */
  ask(kind: LookKind, params: object, signal: AbortSignal, supersedes?: string): Promise<LookAnswer> {
    if (this.#disposed) return Promise.resolve({ kind: 'gone' });
    if (signal.aborted) return Promise.reject(signal.reason);
    const key = supersedes === undefined ? undefined : `${kind} ${supersedes}`;
    if (key !== undefined) this.#drop((waiting) => waiting.supersedes === key);
    if (this.#queue.length >= maxQueued) {
      return Promise.reject(
        new ProtocolError('timeout', 'too many questions wait for the reader of source code; ask again'),
      );
    }
    return new Promise((resolve, reject) => {
      const question: Question = { kind, params, supersedes: key, signal, resolve, reject };
      // To locate what a person sends is more urgent than what an editor asks along the way.
      if (kind === 'locate') this.#queue.unshift(question);
      else this.#queue.push(question);
      void this.#work();
    });
  }

  /** Starts the process, so that the first question finds it ready. */
  warm(): void {
    if (this.#disposed) return;
    this.#start().catch(() => {}); // The first question starts it again and reports.
  }

  dispose(): void {
    this.#disposed = true;
    this.#drop(() => true);
    void this.#process?.then(({ kill }) => kill()).catch(() => {}); // It never started.
    this.#process = undefined;
  }

  async #work(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
      await this.#answer(next);
    this.#asking = false;
  }

  async #answer(question: Question): Promise<void> {
    const { kind, params, signal } = question;
    if (signal.aborted) return question.reject(signal.reason);
    // A caller that gives up does not free the process: the next question waits until it is ready again.
    const abandoned = () => question.reject(signal.reason);
    signal.addEventListener('abort', abandoned, { once: true });
    try {
      const { look, kill } = await this.#start();
      const answer = await look.ask(kind, params, this.#options.timeoutMs, new AbortController().signal);
      if (answer.kind === 'late') {
        this.#options.logger.warn(
          { look: kind, timeoutMs: this.#options.timeoutMs },
          'analyst is stuck and is replaced',
        );
        kill();
      }
      if (answer.kind === 'failed')
        this.#options.logger.warn({ look: kind, error: answer.error }, 'analyst failed');
      question.resolve(answer);
    } catch (error) {
      question.reject(error);
    } finally {
      signal.removeEventListener('abort', abandoned);
    }
  }

  #start(): Promise<{ look: LookLink; kill: () => void }> {
    this.#process ??= this.#run().catch((error: unknown) => {
      this.#process = undefined;
      throw error;
    });
    return this.#process;
  }

  async #run(): Promise<{ look: LookLink; kill: () => void }> {
    const { peer, kill } = await this.#options.start();
    if (this.#disposed) kill();
    const look = new LookLink(peer.link);
    const forget = () => {
      look.onClose();
      this.#process = undefined;
    };
    peer.listen({
      onFrame: (frame) => (frame.type === 'answer' ? look.onAnswer(frame) : undefined),
      onClose: forget,
    });
    const end = () => {
      forget();
      peer.link.close();
      kill();
    };
    return { look, kill: end };
  }

  #drop(which: (question: Question) => boolean): void {
    const dropped = this.#queue.filter(which);
    this.#queue = this.#queue.filter((question) => !which(question));
    for (const question of dropped) question.resolve({ kind: 'unknown' });
  }
}
