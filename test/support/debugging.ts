/**
 * A recorded program of a real Python session, walked through with `navigate`: what the tests of the debugger say. Knows no
 * program and expects nothing of one.
 */
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { DebugFrame, DebugVariable, Stop, Trace } from '../../runtime/protocol/debug.ts';
import type { NavigateAction } from '../../runtime/protocol/debug-operations.ts';
import type { Disposable } from '../../runtime/protocol/disposable.ts';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Event, EventType } from '../../runtime/protocol/events.ts';
import type { Params, Returns } from '../../runtime/protocol/messages.ts';

/** How a program ended, and what it printed. */
export interface Ended {
  /** As Python prints it. */
  readonly value?: string;
  /** Class of the exception that ended it. */
  readonly error?: string;
  readonly stdout: string;
  readonly stderr: string;
}

export type RecordOptions = NonNullable<Params<'eval'>['record']>;
export type Arguments = Omit<Params<'navigate'>, 'action' | 'session'>;

/** What is said of a replay that differs; that addresses do is said once, and is so with the recorders in Python. */
export function differenceIn({ warning }: Stop, recorder: string): string | undefined {
  return recorder !== 'native' && warning?.startsWith('Objects have other addresses') ? undefined : warning;
}

/** No movement of these small programs takes longer, however busy the machine is. */
const patienceMs = 60_000;

/** One session. Everything that is asked without naming a trace is asked of the last one. */
export class Debugging {
  readonly client: RuntimeClient;
  readonly session: string;
  readonly events: Event[] = [];
  readonly #listening: Disposable;

  private constructor(client: RuntimeClient, session: string) {
    this.client = client;
    this.session = session;
    this.#listening = client.onEvent((event) => {
      if (event.session === session) this.events.push(event);
    });
  }

  static async open(client: RuntimeClient, options: Params<'clone'>): Promise<Debugging> {
    const { session } = await client.request('clone', options);
    return new Debugging(client, session);
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.client.request('close', { session: this.session });
    this.#listening.dispose();
  }

  /** Runs a program to its end; without `record` it is not recorded. */
  async run(
    program: { readonly code: string; readonly path: string },
    record?: RecordOptions,
    limitMs = patienceMs,
  ): Promise<Ended> {
    const id = this.client.newId();
    const evaluation = {
      session: this.session,
      code: program.code,
      file: program.path,
      ...(record === undefined ? {} : { record }),
    };
    const answer = await this.client
      .request('eval', evaluation, { id, signal: AbortSignal.timeout(limitMs) })
      .catch((error: unknown) => {
        if (error instanceof ProtocolError && error.code === 'eval-failed') return undefined;
        throw error;
      });
    const failed = this.said('error').find((event) => event.execution_id === id);
    return {
      ...(answer?.value === undefined ? {} : { value: await this.#whole(id, answer.value) }),
      ...(failed === undefined ? {} : { error: failed.exception_type }),
      stdout: this.#printed(id, 'stdout'),
      stderr: this.#printed(id, 'stderr'),
    };
  }

  /** Events of one type, in order. */
  said<T extends EventType>(type: T): Event<T>[] {
    const found: unknown = this.events.filter((event) => event.type === type);
    return found as Event<T>[]; // `type` was compared.
  }

  /** Asks; an error is thrown with what was asked. */
  async navigate(action: NavigateAction, more: Arguments = {}): Promise<Returns<'navigate'>> {
    const asked = { session: this.session, action, ...more };
    try {
      return await this.client.request('navigate', asked, { signal: AbortSignal.timeout(patienceMs) });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${action} ${JSON.stringify(more)}: ${why}`, { cause });
    }
  }

  /** Moves, and says where it stands then. */
  async move(action: NavigateAction, more: Arguments = {}): Promise<Stop> {
    const { stop } = await this.navigate(action, more);
    if (stop === undefined) throw new Error(`${action} ${JSON.stringify(more)} answered no stop`);
    return stop;
  }

  goTo(step: number): Promise<Stop> {
    return this.move('goto', { step });
  }

  /** Resolves when the program stands, for the first time or already. */
  stopped(): Promise<void> {
    return new Promise((resolve) => {
      if (this.said('stopped').length > 0) return resolve();
      const listening = this.client.onEvent((event) => {
        if (event.type !== 'stopped' || event.session !== this.session) return;
        listening.dispose();
        resolve();
      });
    });
  }

  /** The newest trace. */
  async trace(): Promise<Trace> {
    const trace = (await this.navigate('list-traces', { limit: 1 })).traces?.[0];
    if (trace === undefined) throw new Error('there is no trace');
    return trace;
  }

  /** The same, when all its lines have been counted. Nothing says when, so it asks every few milliseconds. */
  async counted(): Promise<Trace> {
    const end = Date.now() + patienceMs;
    for (;;) {
      const trace = await this.trace();
      if (trace.counted) return trace;
      if (Date.now() > end) throw new Error(`the lines are not counted: ${JSON.stringify(trace)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The frames of the user's own code, innermost first. */
  async frames(): Promise<readonly DebugFrame[]> {
    return ((await this.navigate('call-stack')).frames ?? []).filter(({ mine }) => mine);
  }

  /** The innermost frame's variables: its own, and what it closes over; at the top of a module its globals. */
  async variables(isModule: boolean): Promise<readonly DebugVariable[]> {
    const scopes = (await this.navigate('scopes', { frame: 0 })).scopes?.map(({ name }) => name) ?? [];
    const shown = scopes.filter((name) => name !== 'Globals' || isModule);
    const pages = await Promise.all(
      shown.map((scope) => this.navigate('variables', { frame: 0, scope, count: 10_000 })),
    );
    return pages.flatMap(({ variables }) => variables ?? []);
  }

  /** The value of an expression, in the innermost frame: in a line, or whole for the clipboard. */
  async evaluate(expression: string, context?: 'clipboard'): Promise<string> {
    const more = context === undefined ? {} : { context };
    const { variable } = await this.navigate('evaluate', { frame: 0, expression, ...more });
    return variable?.value ?? '';
  }

  /** What statements print, in the innermost frame. */
  async printed(statements: string): Promise<string> {
    const { output } = await this.navigate('evaluate', { frame: 0, expression: statements, context: 'repl' });
    return output ?? '';
  }

  #printed(id: string, stream: 'stdout' | 'stderr'): string {
    return this.said('output')
      .filter((event) => event.execution_id === id && event.stream === stream)
      .map(({ data }) => data)
      .join('');
  }

  /** An answer holds the beginning of a long value, its event all of it. */
  async #whole(id: string, value: string): Promise<string> {
    return this.said('result').find((event) => event.execution_id === id)?.repr ?? value;
  }
}
