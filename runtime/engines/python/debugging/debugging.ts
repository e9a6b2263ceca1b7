/**
 * The debugger of one session: its recordings, its breakpoints, and which process is asked what. It takes the frames of the
 * worker that belong to it. It does not know how one moves in a recording.
 */
import { randomBytes } from 'node:crypto';
import type { Branch, EngineHost, Evaluation, Outcome } from '../../../core/engine.ts';
import type { Breakpoints, StopReason } from '../../../protocol/debug.ts';
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Params, Returns } from '../../../protocol/messages.ts';
import { FrozenProcess } from '../frozen-process.ts';
import type { Home, RunningEvaluation } from '../home.ts';
import type { Frame } from '../link-messages.ts';
import type { Peer } from '../peer.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { missing, reasonOf, stopOf } from './answers.ts';
import { BreakpointStates, movedBy, withProblems } from './breakpoint-states.ts';
import type { RecordingBudget } from './budget.ts';
import type { Goal } from './cursor.ts';
import { DebugLink } from './debug-link.ts';
import { type Said, said, saidObject } from './messages.ts';
import type { Place } from './places.ts';
import { Points } from './points.ts';
import { Recording } from './recording.ts';
import { TraceView } from './traces.ts';

type Answer = Returns<'navigate'>;

export interface DebuggingParts {
  readonly worker: WorkerProcess;
  readonly host: EngineHost;
  readonly home: Home;
  readonly budget: RecordingBudget;
}

const megabyte = 1024 * 1024;
const nudgeEveryMs = 50;
/** A program that does not stand by then, paused, is in code in which it cannot stop. */
const pausedWithinMs = 1000;

export class Debugging {
  readonly #parts: DebuggingParts;
  readonly #link: DebugLink;
  readonly #points = new Points();
  readonly #states: BreakpointStates;
  /** Newest last. */
  readonly #traces: TraceView[] = [];
  /** Whose evaluation runs. */
  #running: TraceView | undefined;
  #lookedAt: TraceView | undefined;

  constructor(parts: DebuggingParts) {
    this.#parts = parts;
    this.#link = new DebugLink(parts.worker.peer.link);
    this.#states = new BreakpointStates(parts.home.analyst);
  }

  /** It begins in the middle of an evaluation, which stands: the past begins here. */
  async goOn(evaluation: RunningEvaluation, place: Place, points: Breakpoints): Promise<void> {
    this.#points.replace(points);
    const trace = this.#record(evaluation);
    if (trace === undefined) return;
    // Without one it can go on, and not be gone back in.
    await this.#link.ask('moment', {}).catch(() => {});
    this.#stands(trace, 'goto', { place }, place);
  }

  /** What its `eval` frame says beside `record`; nothing where it is not to be recorded, or cannot. */
  begin(evaluation: Evaluation): { readonly trace?: string; readonly points?: unknown } {
    const trace = this.#record(evaluation);
    return trace === undefined ? {} : { trace: trace.recording.id, points: this.#points.all };
  }

  #record({ executionId, code, file, record }: RunningEvaluation): TraceView | undefined {
    const { worker, home, budget } = this.#parts;
    if (record === undefined || worker.nursery === undefined) return undefined;
    const recording = new Recording({
      id: `tr-${randomBytes(6).toString('hex')}`,
      executionId,
      code,
      file,
      record,
      memoryBytes: record.memoryMb === undefined ? undefined : record.memoryMb * megabyte,
    });
    budget.add(recording);
    const tip = {
      go: (goal: Goal, thread?: number) => this.#go(recording, goal, thread),
      pause: () => void this.#pause(recording), // It never rejects.
      ask: async (what: string, fields: object) => saidObject(await this.#link.ask(what, { ...fields })),
    };
    const { logger } = home;
    this.#running = new TraceView({ recording, nursery: worker.nursery, points: this.#points, tip, logger });
    this.#lookedAt = this.#running;
    this.#traces.push(this.#running);
    return this.#running;
  }

  /** Takes a frame of the worker; throws `BadFrame`. */
  onFrame(
    frame: Frame<'debugged' | 'stopped' | 'logged' | 'breakpoint_changed' | 'moment' | 'recorded'>,
  ): void {
    const { host } = this.#parts;
    switch (frame.type) {
      case 'debugged':
        this.#link.onDebugged(frame);
        break;
      case 'stopped':
        this.#stopped(frame);
        break;
      case 'logged':
      case 'breakpoint_changed':
        host.emit(frame);
        break;
      case 'moment':
        this.#running?.recording.addMoment(frame.id, said('moment', frame.fields), this.#points.version);
        break;
      case 'recorded':
        this.#running?.recording.recorded(said('recorded', frame.fields));
        break;
    }
  }

  /** A frozen process of the worker said hello; true when it is a snapshot of a trace. */
  takeFrozen(peer: Peer): boolean {
    const { nursery } = this.#parts.worker;
    if (!/\.m\d+$/.test(peer.hello.id) || nursery === undefined) return false;
    const process = new FrozenProcess(peer, nursery.zygote);
    const last = this.#running ?? this.#traces.at(-1);
    if (last === undefined) process.release();
    else last.recording.addProcess(process);
    return true;
  }

  /** The evaluation has ended. The id of its trace. */
  ended(outcome: Outcome): string | undefined {
    const trace = this.#running;
    this.#running = undefined;
    if (trace === undefined) return undefined;
    const failed = outcome.kind === 'error' && outcome.interrupted ? 'interrupted' : 'failed';
    trace.recording.ended(outcome.kind === 'result' ? 'completed' : failed);
    trace.stands();
    return trace.recording.id;
  }

  /** The worker has ended by itself; what it recorded stays. */
  died(): void {
    this.#link.onClose();
    this.#running?.recording.ended('failed');
    this.#running = undefined;
  }

  /** Ends all its processes. Twice is harmless. */
  dispose(): void {
    for (const trace of this.#traces.splice(0)) this.#close(trace);
  }

  async navigate(request: Params<'navigate'>, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    switch (request.action) {
      case 'list-traces':
        return {
          traces: this.#traces
            .toReversed()
            .slice(0, request.limit)
            .map((trace) => trace.describe()),
        };
      case 'set-breakpoints':
        return this.#setBreakpoints(request, signal);
      case 'breakpoint-locations':
        return this.#locations(request, signal);
      case 'close-trace':
        this.#closeTrace(this.#find(request.trace));
        return {};
      default:
        this.#lookedAt = this.#find(request.trace);
        return this.#lookedAt.answer(request, signal);
    }
  }

  /** See `EngineSession.branch`. */
  async branch(
    request: Params<'navigate'>,
    signal: AbortSignal,
  ): Promise<{ readonly branch: Branch; readonly answer: Answer } | undefined> {
    const trace = this.#find(request.trace);
    const { home, worker } = this.#parts;
    return trace.branch(request, { home, python: worker.python }, signal);
  }

  #find(id: string | undefined): TraceView {
    const wanted = id ?? this.#running?.recording.id ?? this.#lookedAt?.recording.id;
    const trace =
      this.#traces.find(({ recording }) => recording.id === wanted) ??
      (id === undefined ? this.#traces.at(-1) : undefined);
    if (trace !== undefined) return trace;
    const message = id === undefined ? 'nothing was recorded in this session' : `no trace ${id} is held`;
    throw new ProtocolError('trace-not-found', message);
  }

  async #setBreakpoints({ breakpoints = {} }: Params<'navigate'>, signal: AbortSignal): Promise<Answer> {
    const states = await this.#states.of(breakpoints, signal);
    this.#points.replace(movedBy(states, breakpoints));
    if (this.#running === undefined) return { breakpoints: states };
    const told = this.#tell('points', { points: this.#points.all });
    return { breakpoints: await withProblems(states, told) };
  }

  async #locations({ file, line, endLine }: Params<'navigate'>, signal: AbortSignal): Promise<Answer> {
    if (file === undefined) throw missing('file', 'breakpoint-locations');
    if (line === undefined) throw missing('line', 'breakpoint-locations');
    const lines = await this.#states.lines(file, signal);
    const last = endLine ?? line;
    return { locations: lines.filter((one) => one >= line && one <= last).map((one) => ({ line: one })) };
  }

  #closeTrace(trace: TraceView): void {
    if (trace === this.#running)
      throw new ProtocolError('not-stopped', 'this evaluation has not ended; its trace cannot be closed');
    this.#traces.splice(this.#traces.indexOf(trace), 1);
    if (this.#lookedAt === trace) this.#lookedAt = undefined;
    this.#close(trace);
  }

  #close(trace: TraceView): void {
    this.#parts.budget.remove(trace.recording);
    trace.close();
  }

  #stopped({ reason, fields }: Frame<'stopped'>): void {
    const trace = this.#running;
    if (trace === undefined) return;
    const told = said('stopped', fields);
    if (told.place !== undefined) this.#stands(trace, reasonOf(reason), told, told.place);
    // It has ended with an exception: where that came from is found in the recording.
    else void trace.placeOfFailure().then((place) => this.#stands(trace, reasonOf(reason), told, place));
  }

  #stands(trace: TraceView, reason: StopReason, told: Said<'stopped'>, place: Place): void {
    const { recording, present } = trace;
    if (recording.isClosed || recording.tip.kind !== 'running') return;
    present.followTip();
    recording.stopped(reason, { ...told, place });
    trace.stands();
    this.#parts.host.emit({ type: 'stopped', stop: stopOf(reason, present.describe(place), told) });
  }

  async #pause(recording: Recording): Promise<void> {
    let where = 'in code that does not return to Python';
    this.#tell('pause', {}).then(
      (fields) => ({ where = where } = saidObject(fields) as { where?: string }), // Ours says where it is.
      () => {}, // It stands, or it ended: both are said.
    );
    const isLate = await recording.stands(AbortSignal.timeout(pausedWithinMs)).then(
      () => false,
      () => !recording.isClosed,
    );
    if (!isLate) return;
    const message = `The program is still ${where}; it stops when it comes to a line of your own code. It can be interrupted, too.`;
    this.#parts.host.emit({ type: 'notice', level: 'info', message });
  }

  async #go(recording: Recording, goal: Goal, thread: number | undefined): Promise<void> {
    const { tip } = recording;
    recording.resumed();
    this.#parts.host.emit({ type: 'resumed', trace: recording.id });
    try {
      await this.#link.ask('go', { goal, ...(thread === undefined ? {} : { thread }) });
    } catch (error) {
      if (tip.kind === 'stopped' && recording.tip.kind === 'running') recording.stopped(tip.reason, tip.said);
      throw error;
    }
  }

  /** Asks a program that may run: it has to be told that there is something to read. */
  #tell(what: string, fields: Readonly<Record<string, unknown>>): Promise<string> {
    const answer = this.#link.ask(what, fields);
    this.#nudge();
    // It may not have begun to run when the first one came, and then nobody looks.
    const again = setInterval(() => this.#nudge(), nudgeEveryMs).unref();
    const answered = () => clearInterval(again);
    answer.then(answered, answered);
    return answer;
  }

  #nudge(): void {
    if (this.#running?.recording.tip.kind !== 'running') return;
    try {
      process.kill(this.#parts.worker.pid, 'SIGURG');
    } catch {
      // It has ended; its link says so.
    }
  }
}
