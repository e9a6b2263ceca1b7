/**
 * A captured state as core sees it: gone back to, looked into and written to disk, through processes that
 * are forked from its frozen one. It knows no tree and no name.
 */
import type {
  AsideOutcome,
  EngineHost,
  EngineSession,
  EngineSnapshot,
  Evaluation,
  ObjectFolder,
  SavedState,
  SessionOptions,
} from '../../core/engine.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Params, Returns } from '../../protocol/messages.ts';
import type { StateWarning } from '../../protocol/states.ts';
import { asideOutcome } from './aside.ts';
import { differences } from './differences.ts';
import type { FrozenState } from './frozen-state.ts';
import type { Home, SnapshotPolicy } from './home.ts';
import { type LookAnswer, type LookKind, LookLink } from './look-link.ts';
import { Looks } from './looks.ts';
import { askState } from './questions.ts';
import { savedState } from './saved-state.ts';
import type { ShadowProcess } from './shadow.ts';

export interface SnapshotParts {
  readonly state: FrozenState;
  readonly after: string | undefined;
  readonly policy: SnapshotPolicy;
  readonly home: Home;
  /** Called once, when it is released. */
  readonly letGo: () => void;
}

export class PythonSnapshot implements EngineSnapshot {
  readonly after: string | undefined;
  readonly warnings: readonly StateWarning[];
  readonly tookMs: number;
  readonly lost: Promise<string>;
  readonly #parts: SnapshotParts;
  readonly #looks: Looks;
  #released = false;

  constructor(parts: SnapshotParts) {
    const { state, after, home } = parts;
    this.#parts = parts;
    this.after = after;
    this.warnings = state.process.warnings;
    this.tookMs = state.process.hello.took_ms ?? 0;
    this.lost = state.process.lost;
    this.#looks = new Looks({
      name: state.id,
      whom: () => Promise.resolve(this.#released ? undefined : state.quick),
      analyst: home.analyst,
      liveTimeoutMs: home.limits.lookTimeoutMs,
      logger: home.logger,
    });
  }

  async measure(): Promise<number> {
    return this.#released ? 0 : this.#parts.state.process.measure();
  }

  async open(options: SessionOptions, host: EngineHost, signal: AbortSignal): Promise<EngineSession> {
    const state = this.#state();
    const { policy, home } = this.#parts;
    return home.reopen({ worker: () => state.worker(), policy, state }, options, host, signal);
  }

  async complete(request: Params<'complete'>, signal: AbortSignal): Promise<Returns<'complete'>> {
    return (await this.#looks.look('complete', request, signal)) ?? { completions: [] };
  }

  info(request: Params<'info'>, signal: AbortSignal): Promise<Returns<'info'> | undefined> {
    return this.#looks.look('info', request, signal);
  }

  async inspect(request: Params<'inspect'>, signal: AbortSignal): Promise<Returns<'inspect'>> {
    return askState('inspect', request, this.#asking(signal));
  }

  async table(request: Params<'table'>, signal: AbortSignal): Promise<Returns<'table'>> {
    return askState('table', request, this.#asking(signal));
  }

  async diff(later: EngineSnapshot, request: Params<'diff'>, signal: AbortSignal): Promise<Returns<'diff'>> {
    if (!(later instanceof PythonSnapshot))
      throw new ProtocolError(
        'unsupported-op',
        'these two states cannot be compared: they are held in different ways',
      );
    const { whom: earlier, ...asking } = this.#asking(signal);
    const { folder } = this.#parts.home;
    const brief = request.brief === true;
    return differences({ ...asking, earlier, later: later.#asking(signal).whom, folder, brief });
  }

  async evaluate(evaluation: Evaluation, signal: AbortSignal): Promise<AsideOutcome> {
    const { code, file, line } = evaluation;
    const params = { code, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
    return asideOutcome(await this.#askAlone('evaluate', params, signal));
  }

  async save(objects: ObjectFolder, signal: AbortSignal): Promise<SavedState> {
    return savedState(objects, await this.#askAlone('save', { objects: objects.path }, signal));
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#parts.letGo();
  }

  // In a shadow of its own, which the signal ends: it may run for long, and it may run anything.
  async #askAlone(kind: LookKind, params: object, signal: AbortSignal): Promise<LookAnswer> {
    signal.throwIfAborted();
    const shadow = await this.#state().shadow();
    try {
      return await lookOf(shadow).ask(kind, params, Number.POSITIVE_INFINITY, signal);
    } finally {
      shadow.end();
    }
  }

  #asking(signal: AbortSignal) {
    const { logger, limits } = this.#parts.home;
    return { whom: this.#state().slow, timeoutMs: limits.stateTimeoutMs, logger, signal };
  }

  #state(): FrozenState {
    if (!this.#released && this.#parts.state.held) return this.#parts.state;
    throw new ProtocolError('snapshot-gone', 'this state is not held any more');
  }
}

function lookOf({ peer }: ShadowProcess): LookLink {
  const look = new LookLink(peer.link);
  peer.listen({
    onFrame: (frame) => (frame.type === 'answer' ? look.onAnswer(frame) : undefined),
    onClose: () => look.onClose(),
  });
  return look;
}
