/**
 * The program from its first line to its end, and what the editor is told of the end: an exit code as Python's, then `terminated`,
 * unless one stays to look back. Also how it is ended from outside.
 */
import { exitCodeOf } from '../runtime/protocol/client/exit-code.ts';
import type { Stop } from '../runtime/protocol/debug.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Event } from '../runtime/protocol/events.ts';
import type { Params } from '../runtime/protocol/messages.ts';
import type { Debuggee } from './debuggee.ts';
import type { Editor } from './editor.ts';
import type { Program } from './programs.ts';
import type { Departure, Standing } from './standing.ts';

export interface RunOptions {
  /** `failed`: only when it ends with another exit code than 0. */
  readonly stopAtEnd: boolean | 'failed';
  readonly record: Params<'eval'>['record'] | undefined;
  /** The session was opened for this run. */
  readonly isOwn: boolean;
}

/** Errors of an evaluation that its event tells as well. */
const toldByEvent: ReadonlySet<string> = new Set([
  'eval-failed',
  'eval-interrupted',
  'eval-dropped',
  'worker-died',
]);

export class ProgramRun {
  readonly #editor: Editor;
  readonly #debuggee: Debuggee;
  readonly #standing: () => Standing;
  readonly #options: RunOptions;
  /** Sessions that were opened for it: branches of its past among them. */
  readonly #sessions = new Set<string>();
  /** Those whose past was changed: there the program still stands where it stood. */
  readonly #left = new Set<string>();
  #ended: Promise<number>;
  #setEnded: (exitCode: number) => void = () => {};
  /** Undefined: nothing of ours runs, as after `attach`. */
  #executionId: string | undefined;
  #exitCode: number | undefined;
  /** The editor wants it to end, wherever one stands. */
  #isInterrupted = false;
  #isOver = false;

  constructor(editor: Editor, debuggee: Debuggee, standing: () => Standing, options: RunOptions) {
    this.#editor = editor;
    this.#debuggee = debuggee;
    this.#standing = standing;
    this.#options = options;
    this.#ended = new Promise((resolve) => (this.#setEnded = resolve));
    if (options.isOwn) this.#sessions.add(debuggee.session);
  }

  get hasEnded(): boolean {
    return this.#exitCode !== undefined;
  }

  /** Runs it; its end is told by the events of the session. */
  begin({ code, file, line }: Program): void {
    const { client, session } = this.#debuggee;
    this.#executionId = client.newId();
    const { record } = this.#options;
    const evaluation = {
      session,
      code,
      origin: 'file' as const,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(record === undefined ? {} : { record }),
    };
    client.request('eval', evaluation, { id: this.#executionId }).catch((error: unknown) => {
      const known = ProtocolError.from(error);
      if (toldByEvent.has(known.code) || known.code === 'disconnected') return;
      this.#editor.print(known.message, 'stderr');
      void this.#end(1);
    });
  }

  onEvent(event: Event): void {
    if (event.type === 'closed') this.terminated();
    // In a branch nothing else can run before the program has ended.
    const isOurs = event.execution_id === this.#executionId || this.#left.size > 0;
    if (event.execution_id === undefined || !isOurs) return;
    if (event.type === 'result') void this.#end(0);
    if (event.type === 'error') void this.#end(exitCodeOf(event));
  }

  /** The past was changed: what runs from now on runs in another session, and has not ended. */
  branchedOff(from: string, to: string): void {
    this.#left.add(from);
    this.#sessions.add(to);
    this.#exitCode = undefined;
    this.#ended = new Promise((resolve) => (this.#setEnded = resolve));
  }

  /** A movement came to the end of the program: true when the editor was told that it is over, false to stand there. */
  async cameToEnd(stop: Stop, { stop: before, hadEnded }: Departure): Promise<boolean> {
    if (!this.#runs) return false;
    const exitCode = await this.#ended;
    const staysAtEnd =
      (this.#stopsAtEnd(exitCode) || hadEnded) && stop.reason === 'end' && !this.#isInterrupted;
    if (staysAtEnd && before?.reason !== 'end') return false;
    this.#sayEnd(exitCode);
    return true;
  }

  /** Interrupts what runs; where nothing does, it is over. */
  async interrupt(): Promise<void> {
    this.#isInterrupted = true;
    await this.#endLeft();
    if (this.#exitCode !== undefined || !this.#runs) return this.terminated();
    await this.#debuggee.client.request('interrupt', { session: this.#debuggee.session });
  }

  /** The editor goes without saying what is to become of it: what was launched ends, its recording stays; what was there before runs on. */
  async abandon(): Promise<void> {
    if (!this.#runs) return this.letGo().catch(() => {}); // There may be no recording to let go.
    if (this.#exitCode === undefined) await this.interrupt();
    else await this.#endLeft();
  }

  /** Lets it run on without a debugger. */
  async letGo(): Promise<void> {
    await this.#endLeft();
    await this.#debuggee.navigate('set-breakpoints', { breakpoints: {} });
    if (this.#exitCode !== undefined) return;
    const { position } = await this.#debuggee.navigate('position');
    const { present } = this.#standing();
    // It is let go from where it really stands.
    const isThere =
      position?.live === true ||
      (present !== undefined && present.trace === position?.trace && (await this.#isLiveAt(present.at)));
    // Answered when it stands again, which nobody waits for.
    if (isThere) this.#debuggee.navigate('continue').catch(() => {});
  }

  async #isLiveAt(at: string): Promise<boolean> {
    const { stop } = await this.#debuggee.navigate('goto', { at });
    return stop?.position.live === true;
  }

  /** Ends what was opened for it, recordings and all. */
  async close(): Promise<void> {
    for (const session of this.#sessions)
      await this.#debuggee.client.request('close', { session }).catch(() => {}); // A person may have closed it.
    if (!this.#options.isOwn && this.#exitCode === undefined && this.#runs) await this.interrupt();
  }

  /** Tells the editor that nothing more comes. Twice is harmless. */
  terminated(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#editor.say('terminated', {});
  }

  /** Something that we began, or branched off, has an end. */
  get #runs(): boolean {
    return this.#executionId !== undefined || this.#left.size > 0;
  }

  /** Programs that stand where their past was changed are of no more use; what they recorded stays. */
  async #endLeft(): Promise<void> {
    const { client } = this.#debuggee;
    const execution_id = this.#executionId;
    if (execution_id === undefined) return; // It is somebody else's.
    for (const session of this.#left)
      await client.request('interrupt', { session, execution_id }).catch(() => {}); // It may be closed.
  }

  async #end(exitCode: number): Promise<void> {
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode;
    this.#setEnded(exitCode);
    const standing = this.#standing();
    if (!this.#isInterrupted) {
      // The movement's answer comes, or one is in the past and stays there.
      if (standing.isMoving || standing.position?.live === false) return;
      if (this.#stopsAtEnd(exitCode) && (await this.#standAtEnd(standing))) return;
    }
    this.#sayEnd(exitCode);
  }

  #stopsAtEnd(exitCode: number): boolean {
    const { stopAtEnd } = this.#options;
    return stopAtEnd === 'failed' ? exitCode !== 0 : stopAtEnd;
  }

  /** False when nothing was recorded to stand in. */
  async #standAtEnd(standing: Standing): Promise<boolean> {
    try {
      const { position } = await this.#debuggee.navigate('position');
      if (position === undefined) return false;
      standing.stand({ reason: 'end', position });
      return true;
    } catch {
      return false;
    }
  }

  #sayEnd(exitCode: number): void {
    if (this.#isOver) return;
    this.#editor.say('exited', { exitCode });
    this.terminated();
  }
}
