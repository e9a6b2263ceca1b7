/** The open sessions of a runtime and the engines that can open more. Knows no connection. */
import { ProtocolError } from '../protocol/errors.ts';
import type { Params } from '../protocol/messages.ts';
import type { Engine } from './engine.ts';
import { MemoryEventLog } from './event-log.ts';
import type { Logger } from './logger.ts';
import { Session, sessionNotFound } from './session.ts';

export interface RegistrySettings {
  /** The first one is the default. */
  readonly engines: readonly Engine[];
  readonly logger: Logger;
  readonly now: () => number;
  /** A fresh id: `newId('sess')` is `sess-…`. */
  readonly newId: (prefix: string) => string;
  readonly maxSessions: number;
  readonly maxQueued: number;
  readonly maxLogBytes: number;
}

export class SessionRegistry {
  readonly #settings: RegistrySettings;
  readonly #sessions = new Map<string, Session>();

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
  }

  get engines(): readonly Engine[] {
    return this.#settings.engines;
  }

  /** The open sessions, oldest first. */
  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** Throws `session-not-found`. */
  get(id: string): Session {
    const session = this.#sessions.get(id);
    if (session === undefined) throw sessionNotFound(id);
    return session;
  }

  /** The engine of this name, the default one without. Throws `engine-not-found`. */
  engine(name: string | undefined): Engine {
    const engine =
      name === undefined ? this.engines[0] : this.engines.find((candidate) => candidate.name === name);
    if (engine !== undefined) return engine;
    const known = this.engines.map((candidate) => candidate.name);
    throw new ProtocolError(
      'engine-not-found',
      `no engine '${name ?? ''}' is installed; there is ${known.join(', ')}`,
      { details: { known } },
    );
  }

  /** A new session, in state `idle`. Throws `session-limit`, `engine-not-found`, and what `Engine.openSession` does. */
  async open(params: Params<'clone'>): Promise<Session> {
    const engine = this.engine(params.engine);
    this.#requireRoom();
    const session = this.#create(engine, params);
    this.#sessions.set(session.id, session);
    try {
      await session.open();
    } catch (error) {
      await this.close(session, ProtocolError.from(error).message);
      throw error;
    }
    if (session.closed) throw sessionNotFound(session.id);
    return session;
  }

  /** Ends a session; resolves when its process has ended. */
  async close(session: Session, reason: string): Promise<void> {
    this.#sessions.delete(session.id);
    await session.close(reason);
  }

  /** Ends all sessions and engines. */
  async dispose(reason: string): Promise<void> {
    await Promise.allSettled(this.all().map((session) => this.close(session, reason)));
    await Promise.allSettled(this.engines.map((engine) => engine.dispose()));
  }

  #create(engine: Engine, params: Params<'clone'>): Session {
    const { newId, now, logger, maxQueued, maxLogBytes } = this.#settings;
    const { name, cwd, env, interpreter } = params;
    const sessionId = newId('sess');
    return new Session({
      engine,
      options: {
        sessionId,
        ...(cwd === undefined ? {} : { cwd }),
        ...(env === undefined ? {} : { env }),
        ...(interpreter === undefined ? {} : { interpreter }),
      },
      ...(name === undefined ? {} : { name }),
      log: new MemoryEventLog({ epoch: newId('epoch'), maxBytes: maxLogBytes }),
      logger,
      now,
      maxQueued,
    });
  }

  #requireRoom(): void {
    const { maxSessions } = this.#settings;
    if (this.#sessions.size < maxSessions) return;
    throw new ProtocolError('session-limit', `${maxSessions} sessions are open already; close one first`, {
      details: { maxSessions },
    });
  }
}
