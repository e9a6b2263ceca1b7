/** The open sessions of a runtime and the engines that can open more. Knows no connection. */
import { ProtocolError } from '../protocol/errors.ts';
import type { Params } from '../protocol/messages.ts';
import type { Branch, Engine, SessionOptions } from './engine.ts';
import { MemoryEventLog } from './event-log.ts';
import type { Logger } from './logger.ts';
import type { After } from './session/runner.ts';
import { Session, sessionNotFound } from './session.ts';
import type { StateNode } from './states/state-node.ts';
import { type StateSettings, States } from './states/states.ts';

export interface RegistrySettings extends StateSettings {
  /** The first one is the default. */
  readonly engines: readonly Engine[];
  readonly logger: Logger;
  readonly now: () => number;
  /** A fresh id: `newId('sess')` is `sess-…`. */
  readonly newId: (prefix: string) => string;
  readonly after: After;
  readonly maxSessions: number;
  readonly maxQueued: number;
  readonly maxLogBytes: number;
}

export class SessionRegistry {
  readonly states: States;
  readonly #settings: RegistrySettings;
  readonly #sessions = new Map<string, Session>();

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
    this.states = new States(settings);
    this.states.host = {
      say: (session, event) => this.#sessions.get(session)?.say(event),
      capture: (node) => this.#capture(node),
    };
  }

  get engines(): readonly Engine[] {
    return this.#settings.engines;
  }

  /** The open sessions, oldest first. */
  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** The session of this id, if it is open. */
  find(id: string): Session | undefined {
    return this.#sessions.get(id);
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
  open(params: Params<'clone'>): Promise<Session> {
    const { name, cwd, env, interpreter, snapshots } = params;
    const options = {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(interpreter === undefined ? {} : { interpreter }),
      ...(snapshots === undefined ? {} : { snapshots }),
    };
    return this.#open(this.engine(params.engine), options, { ...(name === undefined ? {} : { name }) });
  }

  /** A new session that goes on from a state. Throws `session-limit`, `engine-not-found`, and what `States.open` does. */
  openFrom(from: StateNode, name: string | undefined): Promise<Session> {
    const { engine, options } = from.origin;
    return this.#open(this.engine(engine), options, { from, ...(name === undefined ? {} : { name }) });
  }

  /** A new session that goes on from a moment of another. Throws `session-limit`, and what `Branch.open` does. */
  openBranch({ origin }: Session, branch: Branch, name: string | undefined): Promise<Session> {
    const rest = { branch, ...(name === undefined ? {} : { name }) };
    return this.#open(this.engine(origin.engine), origin.options, rest);
  }

  /** Ends a session; resolves when its process has ended. */
  async close(session: Session, reason: string): Promise<void> {
    this.#sessions.delete(session.id);
    await session.close(reason);
  }

  /** Ends all sessions and engines. */
  async dispose(reason: string): Promise<void> {
    await Promise.allSettled(this.all().map((session) => this.close(session, reason)));
    await this.states.dispose();
    await Promise.allSettled(this.engines.map((engine) => engine.dispose()));
  }

  async #open(
    engine: Engine,
    options: Omit<SessionOptions, 'sessionId'>,
    rest: { readonly name?: string; readonly from?: StateNode; readonly branch?: Branch },
  ): Promise<Session> {
    this.#requireRoom();
    const { newId, maxLogBytes } = this.#settings;
    const session = new Session({
      ...this.#settings,
      ...rest,
      engine,
      options: { ...options, sessionId: newId('sess') },
      states: this.states,
      log: new MemoryEventLog({ epoch: newId('epoch'), maxBytes: maxLogBytes }),
    });
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

  /** Has a session that is in this state capture it; false where none can at this moment. */
  async #capture(node: StateNode): Promise<boolean> {
    const session = this.all().find(({ present }) => present === node);
    return session === undefined ? false : session.captureNow();
  }

  #requireRoom(): void {
    const { maxSessions } = this.#settings;
    if (this.#sessions.size < maxSessions) return;
    throw new ProtocolError('session-limit', `${maxSessions} sessions are open already; close one first`, {
      details: { maxSessions },
    });
  }
}
