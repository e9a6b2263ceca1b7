/**
 * An engine in this very process whose sessions hold a small mutable state, with snapshots in full: it shows that core
 * needs nothing of Python for time travel, and lets tests say by the code what happens. A line of code is one step:
 * `set NAME TEXT`, `push NAME TEXT` (changes in place), `delete NAME`, `print TEXT`, `write FILE` (an outside effect),
 * `fail TEXT`, `wait` (until interrupted), `deaf` (ends well when interrupted), `die CAUSE`. The value is the state, as JSON.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type {
  AsideOutcome,
  Engine,
  EngineHost,
  EngineSession,
  EngineSnapshot,
  Evaluation,
  LoadedState,
  ObjectFolder,
  Outcome,
  SavedState,
  SessionOptions,
} from '../../runtime/core/engine.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Params, Returns } from '../../runtime/protocol/messages.ts';
import type { Difference, KeepReport, OutsideEffect, Variable } from '../../runtime/protocol/states.ts';

type Data = Map<string, string[]>;

/** First byte of an object that is not compressed (docs/checkpoint-format.md). */
const uncompressed = Buffer.from([0]);

export interface StateEngineOptions {
  /** When a state is captured without being asked for. `late`: when the test calls `captureLate`. Default: `idle`. */
  readonly capture?: 'idle' | 'late' | 'never';
  /** Own memory of a snapshot. Default: 1000 bytes. */
  readonly sizeOf?: (data: Readonly<Record<string, readonly string[]>>) => number;
}

export class StateEngine implements Engine {
  readonly name = 'state';
  readonly sessions: StateSession[] = [];
  readonly snapshots: StateSnapshot[] = [];
  readonly options: StateEngineOptions;
  /** What goes wrong next: each entry fails one call, with its message. */
  readonly faults = { open: [] as string[], capture: [] as string[], save: [] as string[] };
  #gate: Promise<void> | undefined;

  constructor(options: StateEngineOptions = {}) {
    this.options = options;
  }

  describe = (): Record<string, unknown> => ({ language: 'state' });

  openSession(options: SessionOptions, host: EngineHost): Promise<StateSession> {
    return Promise.resolve(this.start(options, host, new Map()));
  }

  load(saved: SavedState, options: SessionOptions, host: EngineHost): Promise<LoadedState> {
    const [name = ''] = saved.objectNames;
    const text = readFileSync(fileOf(saved.objects, name)).subarray(1).toString();
    const session = this.start(options, host, new Map(Object.entries(JSON.parse(text))));
    return Promise.resolve({ session, report: saved.report });
  }

  async dispose(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.dispose()));
  }

  /** From now on every `open` of a snapshot waits, until the function that is answered is called. */
  close(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  /** What an `open` waits for. */
  get opened(): Promise<void> | undefined {
    return this.#gate;
  }

  /** The newest session of this id that has not ended. */
  session(id: string): StateSession {
    const found = this.sessions.findLast((session) => session.id === id && !session.isDisposed);
    if (found === undefined) throw new Error(`no session ${id}`);
    return found;
  }

  /** How many snapshots are neither released nor lost. */
  get held(): number {
    return this.snapshots.filter(({ isGone }) => !isGone).length;
  }

  start(options: SessionOptions, host: EngineHost, data: Data): StateSession {
    const session = new StateSession(this, options.sessionId, host, data);
    this.sessions.push(session);
    session.captureSoon();
    return session;
  }
}

export class StateSession implements EngineSession {
  readonly about = { language: 'state' };
  readonly id: string;
  readonly host: EngineHost;
  readonly data: Data;
  isDisposed = false;
  paused = false;
  readonly #engine: StateEngine;
  #after: string | undefined;
  #isRunning = false;
  #captured: StateSnapshot | undefined;
  #stop: ((why: 'interrupted' | 'died') => void) | undefined;

  constructor(engine: StateEngine, id: string, host: EngineHost, data: Data) {
    this.#engine = engine;
    this.id = id;
    this.host = host;
    this.data = data;
  }

  async evaluate({ executionId, code }: Evaluation): Promise<Outcome> {
    if ((this.#engine.options.capture ?? 'idle') === 'idle') this.captureLate(); // At the latest before the next one.
    this.#captured = undefined;
    this.#isRunning = true;
    const stopped = new Promise<'interrupted' | 'died'>((resolve) => (this.#stop = resolve));
    const effects: OutsideEffect[] = [];
    for (const line of code.split('\n')) {
      const failure = this.#step(line, effects);
      if (failure !== undefined) return this.#ended(executionId, failure);
      const isWaiting = line === 'wait' || line === 'deaf';
      const end = await Promise.race([stopped, isWaiting ? stopped : 'done']);
      if (end === 'died') throw new ProtocolError('worker-died', 'it was told to');
      if (end === 'interrupted' && line !== 'deaf')
        return this.#ended(executionId, failed('interrupted', true, effects));
    }
    const value = JSON.stringify(Object.fromEntries(this.data));
    return this.#ended(executionId, {
      kind: 'result',
      value,
      repr: value,
      execution_time: 0,
      ...effectsOf(effects),
    });
  }

  interrupt(): Promise<void> {
    this.#stop?.('interrupted');
    return Promise.resolve();
  }

  provideInput(): void {}

  snapshot(): Promise<StateSnapshot> {
    const fault = this.#engine.faults.capture.shift();
    if (fault !== undefined) return Promise.reject(new ProtocolError('snapshot-failed', fault));
    if (this.isDisposed) return Promise.reject(new ProtocolError('worker-died', 'it has ended'));
    this.#captured = this.#current() ?? this.#take();
    return Promise.resolve(this.#captured);
  }

  complete = ({ prefix = '' }: Params<'complete'>): Promise<Returns<'complete'>> =>
    Promise.resolve(completeIn(this.data, prefix));
  inspect = (): Promise<Returns<'inspect'>> => Promise.resolve(inspectIn(this.data));

  /** Captures the present unless that was done, and says so. */
  captureLate(): void {
    const isAway = this.#isRunning || this.isDisposed;
    if (isAway || this.#current() !== undefined || this.host.captured === undefined) return;
    this.#captured = this.#take();
    this.host.captured(this.#captured);
  }

  /** As an engine does in the idle moment after an evaluation. */
  captureSoon(): void {
    if ((this.#engine.options.capture ?? 'idle') === 'idle') setImmediate(() => this.captureLate());
  }

  pause = (): void => void (this.paused = true);
  resume = (): void => void (this.paused = false);

  dispose(): Promise<void> {
    this.isDisposed = true;
    this.#stop?.('died');
    return Promise.resolve();
  }

  /** The process ends by itself. */
  die(cause: string): void {
    this.isDisposed = true;
    this.host.died(cause);
    this.#stop?.('died');
  }

  #current(): StateSnapshot | undefined {
    return this.#captured?.isGone === false ? this.#captured : undefined;
  }

  #take(): StateSnapshot {
    const snapshot = new StateSnapshot(this.#engine, this.#after, this.data);
    this.#engine.snapshots.push(snapshot);
    return snapshot;
  }

  #ended(executionId: string, outcome: Outcome): Outcome {
    this.#after = executionId;
    this.#isRunning = false;
    this.#stop = undefined;
    this.captureSoon();
    return outcome;
  }

  #step(line: string, effects: OutsideEffect[]): Outcome | undefined {
    const [, word, name = '', text = ''] = /^(\S*) ?(\S*) ?(.*)$/.exec(line) ?? [];
    if (word === 'set') this.data.set(name, [text]);
    if (word === 'push') this.data.get(name)?.push(text);
    if (word === 'delete') this.data.delete(name);
    if (word === 'print') this.host.emit({ type: 'output', stream: 'stdout', data: `${name}\n` });
    if (word === 'write') effects.push({ kind: 'file-written', target: name });
    if (word === 'die') this.die(`${name} ${text}`.trim());
    return word === 'fail' ? failed(name, false, effects) : undefined;
  }
}

export class StateSnapshot implements EngineSnapshot {
  readonly after: string | undefined;
  readonly warnings = [];
  readonly tookMs = 0;
  readonly lost: Promise<string>;
  isGone = false;
  readonly #engine: StateEngine;
  readonly #data: string;
  #lose: (cause: string) => void = () => undefined;

  constructor(engine: StateEngine, after: string | undefined, data: Data) {
    this.#engine = engine;
    this.after = after;
    this.#data = JSON.stringify([...data]);
    this.lost = new Promise((resolve) => (this.#lose = resolve));
  }

  get data(): Data {
    return new Map(JSON.parse(this.#data));
  }

  measure(): Promise<number> {
    const { sizeOf } = this.#engine.options;
    return Promise.resolve(sizeOf === undefined ? 1000 : sizeOf(Object.fromEntries(this.data)));
  }

  async open(options: SessionOptions, host: EngineHost): Promise<StateSession> {
    await this.#engine.opened;
    const fault = this.#engine.faults.open.shift();
    if (fault !== undefined) throw new ProtocolError('snapshot-failed', fault);
    if (this.isGone) throw new ProtocolError('snapshot-gone', 'it was released');
    return this.#engine.start(options, host, this.data);
  }

  complete = ({ prefix = '' }: Params<'complete'>): Promise<Returns<'complete'>> =>
    Promise.resolve(completeIn(this.data, prefix));

  info = ({ symbol = '' }: Params<'info'>): Promise<Returns<'info'> | undefined> => {
    const value = this.data.get(symbol);
    return Promise.resolve(value === undefined ? undefined : { name: symbol, preview: value.join() });
  };

  inspect = (): Promise<Returns<'inspect'>> => Promise.resolve(inspectIn(this.data));

  table({ path: [name] }: Params<'table'>): Promise<Returns<'table'>> {
    const rows = (this.data.get(String(name)) ?? []).map((text) => [text]);
    const size = { total_rows: rows.length, total_columns: 1, type: 'list' };
    return Promise.resolve({
      columns: [{ name: '0' }],
      index: rows.map((_, row) => `${row}`),
      rows,
      ...size,
    });
  }

  diff(later: EngineSnapshot): Promise<Returns<'diff'>> {
    if (!(later instanceof StateSnapshot)) throw new TypeError('a snapshot of another engine');
    const before = this.data;
    const after = later.data;
    const of = (names: Iterable<string>): Difference[] =>
      [...names].map((name) => ({
        name,
        summary: `${before.get(name)?.join() ?? ''} → ${after.get(name)?.join() ?? ''}`,
      }));
    return Promise.resolve({
      added: of([...after.keys()].filter((name) => !before.has(name))),
      removed: of([...before.keys()].filter((name) => !after.has(name))),
      changed: of(
        [...after].filter(([name, value]) => before.get(name)?.join() !== value.join()).map(([name]) => name),
      ).filter(({ name }) => before.has(name)),
      truncated: false,
    });
  }

  async evaluate(evaluation: Evaluation, signal: AbortSignal): Promise<AsideOutcome> {
    const output: { stream: 'stdout' | 'stderr'; data: string }[] = [];
    const host: EngineHost = {
      emit: (event) => {
        if (event.type === 'output') output.push({ stream: event.stream, data: event.data });
      },
      died() {},
    };
    const session = new StateSession(this.#engine, `aside-${randomUUID()}`, host, this.data);
    signal.addEventListener('abort', () => void session.dispose(), { once: true });
    return { outcome: await session.evaluate(evaluation), output };
  }

  save(objects: ObjectFolder): Promise<SavedState> {
    const fault = this.#engine.faults.save.shift();
    if (fault !== undefined) return Promise.reject(new ProtocolError('checkpoint-failed', fault));
    const text = JSON.stringify(Object.fromEntries(this.data));
    const name = createHash('sha256').update(text).digest('hex');
    const file = fileOf(objects, name);
    const isNew = !existsSync(file);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, Buffer.concat([uncompressed, Buffer.from(text)]));
    return Promise.resolve({
      engine: 'state',
      format: 1,
      objects,
      objectNames: [name],
      addedBytes: isNew ? text.length : 0,
      totalBytes: text.length,
      manifest: {},
      report: reportOf(this.data),
    });
  }

  release(): Promise<void> {
    this.isGone = true;
    return Promise.resolve();
  }

  /** It ends without having been released. */
  vanish(cause: string): void {
    this.isGone = true;
    this.#lose(cause);
  }
}

function fileOf(objects: ObjectFolder, name: string): string {
  return path.join(objects.path, name.slice(0, 2), name.slice(2));
}

function completeIn(data: Data, prefix: string): Returns<'complete'> {
  const names = [...data.keys()].filter((name) => name.startsWith(prefix));
  return { completions: names.map((candidate) => ({ candidate, type: 'instance' })) };
}

function inspectIn(data: Data): Returns<'inspect'> {
  const variables = [...data].map(
    ([name, value]): Variable => ({
      name,
      path: [name],
      type: 'list',
      value: value.join(),
      children: value.length,
      table: true,
      kind: 'data',
    }),
  );
  return { variables, total: variables.length };
}

function reportOf(data: Data): KeepReport {
  return { kept: [...data.keys()].map((name) => ({ name, type: 'list' })), lost: [], warnings: [] };
}

function failed(message: string, interrupted: boolean, effects: OutsideEffect[]): Outcome {
  const exception = { exception_type: 'StateError', exception_message: message };
  return {
    kind: 'error',
    interrupted,
    ...exception,
    traceback: [message],
    frames: [],
    execution_time: 0,
    ...effectsOf(effects),
  };
}

function effectsOf(effects: OutsideEffect[]): { effects?: OutsideEffect[] } {
  return effects.length === 0 ? {} : { effects };
}
