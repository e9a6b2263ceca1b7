/**
 * One engine session behind a session, and what it says. A session has several of them, one after the other: a restart
 * and a restore each begin a new one. What a life says before it counts is kept until then; what it says afterwards is
 * told as late, save for states that it captured: they stay true. It knows no queue and no log.
 */
import type { EngineEvent, EngineHost, EngineSession, EngineSnapshot } from '../engine.ts';
import type { StateNode } from '../states/state-node.ts';

/** Who hears what the current life says. Must not throw. */
export interface LifeListener {
  emit(event: EngineEvent): void;
  died(cause: string): void;
  captured(life: EngineLife, snapshot: EngineSnapshot): void;
  /** Something came too late. */
  late(what: string): void;
}

export class EngineLife {
  readonly host: EngineHost;
  /** The state that each evaluation of this life led to; under undefined, the one that the life began in. */
  readonly states = new Map<string | undefined, StateNode>();
  /** The states that came to be in this life. */
  readonly made = new Set<StateNode>();
  readonly #listener: LifeListener;
  #phase: 'opening' | 'current' | 'over';
  #session: EngineSession | undefined;
  #earlyWords: (() => void)[] = [];
  #earlyStates: EngineSnapshot[] = [];

  /** `phase`: `opening` when another life is current until this one begins. */
  constructor(listener: LifeListener, phase: 'opening' | 'current', wantsStates: boolean) {
    this.#listener = listener;
    this.#phase = phase;
    this.host = {
      emit: (event) => this.#hear(`event ${event.type}`, () => listener.emit(event)),
      died: (cause) => this.#hear(`death: ${cause}`, () => listener.died(cause)),
      ...(wantsStates ? { captured: (snapshot) => this.#captured(snapshot) } : {}),
    };
  }

  /** Undefined while it is opened. */
  get session(): EngineSession | undefined {
    return this.#session;
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  /** It counts from now on. `catchUp` is called when it has its place in the tree. */
  begin(session: EngineSession): void {
    this.#session = session;
    this.#phase = 'current';
  }

  /** Tells what it said before it began. */
  catchUp(): void {
    for (const snapshot of this.#earlyStates.splice(0)) this.#listener.captured(this, snapshot);
    for (const say of this.#earlyWords.splice(0)) say();
  }

  /** It does not count any more. */
  end(): void {
    this.#phase = 'over';
    for (const snapshot of this.#earlyStates.splice(0)) this.#listener.captured(this, snapshot);
  }

  async dispose(): Promise<void> {
    this.end();
    await this.#session?.dispose();
  }

  /** The same, where another life goes on in its place. */
  async abandon(): Promise<void> {
    this.end();
    await (this.#session?.abandon ?? this.#session?.dispose)?.call(this.#session);
  }

  #captured(snapshot: EngineSnapshot): void {
    if (this.#session === undefined && !this.isOver) this.#earlyStates.push(snapshot);
    else this.#listener.captured(this, snapshot);
  }

  #hear(what: string, say: () => void): void {
    if (this.#phase === 'opening') this.#earlyWords.push(say);
    else if (this.#phase === 'current') say();
    else this.#listener.late(what);
  }
}
