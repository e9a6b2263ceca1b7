/**
 * Asks the runtime what the objects at a place in a document are, and is silent rather than late: no runtime,
 * no session, too slow and gone wrong are all the same answer, undefined. It does not know what the answers
 * are shown as.
 */
import type { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Params, Returns } from '../runtime/protocol/messages.ts';
import { type Clock, within } from './deadline.ts';
import type { OpenDocument } from './documents.ts';
import type { AskLocate } from './locate.ts';
import type { Log } from './log.ts';
import type { RuntimeLink } from './runtime-link.ts';
import type { DocumentSessions, ServingSession } from './sessions.ts';

/** After this a person has moved on, and a late answer only flickers. */
export const lookDeadlineMs = 300;

export interface LookingOptions {
  readonly link: RuntimeLink;
  readonly sessions: DocumentSessions;
  /** Whether the runtime may also read the source, where the live objects do not know. */
  readonly static: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** An answer with the session that gave it. */
export interface Looked<T> {
  readonly answer: T;
  readonly session: ServingSession;
}

export class Looking {
  readonly #options: LookingOptions;

  constructor(options: LookingOptions) {
    this.#options = options;
  }

  async complete(
    document: OpenDocument,
    params: Omit<Params<'complete'>, 'session'>,
    signal: AbortSignal,
  ): Promise<Looked<Returns<'complete'>> | undefined> {
    return this.#look('complete', document, signal, (client, session, deadline) =>
      client.request('complete', { ...params, static: this.#options.static, session }, { signal: deadline }),
    );
  }

  async info(
    document: OpenDocument,
    params: Omit<Params<'info'>, 'session'>,
    signal: AbortSignal,
  ): Promise<Looked<Returns<'info'>> | undefined> {
    const looked = await this.#look('info', document, signal, (client, session, deadline) =>
      client.request('info', { ...params, static: this.#options.static, session }, { signal: deadline }),
    );
    return looked?.answer.status.includes('no-info') ? undefined : looked;
  }

  /** As {@link AskLocate}; needs no session, and waits for a runtime that is still starting. */
  locate(signal: AbortSignal): AskLocate {
    const { clock, link } = this.#options;
    return (request, waitMs) =>
      within(clock, waitMs, signal, async (deadline) => {
        const client = await link.waitForClient(deadline);
        return client?.request('locate', request, { signal: deadline });
      });
  }

  async #look<T>(
    op: string,
    document: OpenDocument,
    signal: AbortSignal,
    ask: (client: RuntimeClient, session: string, signal: AbortSignal) => Promise<T>,
  ): Promise<Looked<T> | undefined> {
    const { clock, link, log } = this.#options;
    try {
      return await within(clock, lookDeadlineMs, signal, async (deadline) => {
        const client = await link.client();
        return client && this.#lookWith(client, document, (session) => ask(client, session, deadline));
      });
    } catch (error) {
      log.debug('look-failed', { op, code: ProtocolError.from(error).code });
      return undefined;
    }
  }

  async #lookWith<T>(
    client: RuntimeClient,
    document: OpenDocument,
    ask: (session: string) => Promise<T>,
  ): Promise<Looked<T> | undefined> {
    const { sessions } = this.#options;
    const session = await sessions.sessionOf(document, client);
    if (session === undefined) return undefined;
    try {
      return { answer: await ask(session.id), session };
    } catch (error) {
      const { code } = ProtocolError.from(error);
      if (code === 'session-not-found' || code === 'session-dead') sessions.forget(client);
      throw error;
    }
  }
}
