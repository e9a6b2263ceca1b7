/**
 * The engine sessions of a session, one after the other: opens a fresh one, or one that goes on from a state, and puts it
 * in the place of the one before. What is said of it, and when it may happen, others decide.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import type { Branch, Engine, EngineSession, Outcome, SessionOptions } from '../engine.ts';
import type { Logger } from '../logger.ts';
import type { StateNode } from '../states/state-node.ts';
import type { OpenedState, States } from '../states/states.ts';
import { EngineLife, type LifeListener } from './engine-life.ts';
import type { Present } from './present.ts';

export interface LivesSettings {
  readonly engine: Engine;
  readonly options: SessionOptions;
  readonly states: States;
  readonly present: Present;
  readonly listener: LifeListener;
  readonly logger: Logger;
  /** Another life has taken the place of the one before, if there was one. */
  readonly onDidReplace: () => void;
}

export class Lives {
  readonly #settings: LivesSettings;
  #current: EngineLife | undefined;

  constructor(settings: LivesSettings) {
    this.#settings = settings;
  }

  get current(): EngineLife | undefined {
    return this.#current;
  }

  get session(): EngineSession | undefined {
    return this.#current?.session;
  }

  /** A fresh process. Errors: as `Engine.openSession`; `cancelled` by the signal. */
  async openFresh(signal: AbortSignal): Promise<void> {
    const { engine, options, present } = this.#settings;
    const life = this.#newLife('current');
    this.#current = life;
    const session = await engine.openSession(options, life.host, signal);
    await this.#requireWanted(signal, session, life);
    life.begin(session);
    present.plant(life);
    life.catchUp();
  }

  /** A moment of a recorded program goes on here; answers how its evaluation ends. Errors: those of `Branch.open`; `cancelled`. */
  async openBranch(branch: Branch, signal: AbortSignal): Promise<{ outcome?: Promise<Outcome> }> {
    const { options, present } = this.#settings;
    const life = this.#newLife('current');
    this.#current = life;
    const { session, outcome } = await branch.open(options, life.host, signal);
    outcome?.catch(() => {}); // Whoever waits for it is told.
    await this.#requireWanted(signal, session, life);
    life.begin(session);
    present.plant(life);
    life.catchUp();
    return outcome === undefined ? {} : { outcome };
  }

  /**
   * Goes on from a state, in place of what there is; that ends in the background. Rejects before anything has
   * changed. `ready`: what must have been done before, and is waited for while the state is opened. Errors: as
   * `States.open`; those of `ready`; `cancelled` by the signal.
   */
  async goTo(
    node: StateNode,
    signal: AbortSignal,
    announce: (opened: OpenedState) => void,
    ready: Promise<void> = Promise.resolve(),
  ): Promise<OpenedState> {
    const { states, options, present } = this.#settings;
    const life = this.#newLife('opening');
    const opening = states.open(node, options, life.host, signal);
    // Both are waited for, whatever comes of the other: nothing is under way when this has failed.
    const [wanted] = await Promise.allSettled([opening, ready]);
    let opened: OpenedState;
    try {
      opened = await opening;
      await ready;
    } catch (error) {
      life.end();
      if (wanted.status === 'fulfilled') await leave(wanted.value.session);
      throw error;
    }
    await this.#requireWanted(signal, opened.session, life);
    this.#abandon();
    this.#current = life;
    life.begin(opened.session);
    present.enter(life, node);
    this.#settings.onDidReplace();
    announce(opened);
    life.catchUp();
    return opened;
  }

  /** Ends the current life; resolves when its process has ended. */
  async end(): Promise<void> {
    const life = this.#current;
    this.#current = undefined;
    await life?.dispose();
  }

  /** Ends the current life, in whose place another goes on, and does not wait for its process. */
  #abandon(): void {
    const life = this.#current;
    this.#current = undefined;
    life
      ?.abandon()
      .catch((error: unknown) =>
        this.#settings.logger.warn(
          { session: this.#settings.options.sessionId, err: error },
          'process not ended',
        ),
      );
  }

  #newLife(phase: 'opening' | 'current'): EngineLife {
    const { options, states, listener } = this.#settings;
    return new EngineLife(listener, phase, states.keepsLive && options.snapshots !== 'never');
  }

  async #requireWanted(signal: AbortSignal, session: EngineSession, life: EngineLife): Promise<void> {
    if (!signal.aborted) return;
    life.end();
    await session.dispose();
    throw new ProtocolError('cancelled', 'the session was restarted or closed meanwhile');
  }
}

/** Ends an engine session in whose place another goes on. */
async function leave(session: EngineSession | undefined): Promise<void> {
  await (session?.abandon ?? session?.dispose)?.call(session);
}
