/** A client of a server with the state engine: says what a test of time travel says, and checks every log it has seen. */
import assert from 'node:assert/strict';
import { validateLog } from '../../runtime/core/flow.ts';
import type { ServerSettings } from '../../runtime/core/protocol-server.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import { validateEvent } from '../../runtime/protocol/validate.ts';
import { FakeConnection } from './fake-connection.ts';
import { createTestServer } from './runtime.ts';
import { StateEngine, type StateEngineOptions, type StateSession } from './state-engine.ts';

export interface Answered extends Record<string, unknown> {
  readonly id: string;
  readonly status: readonly string[];
}

export class TimeTraveller {
  readonly engine: StateEngine;
  readonly server: ReturnType<typeof createTestServer>;
  readonly client: FakeConnection;
  session = '';
  #requests = 0;

  private constructor(engine: StateEngine, settings: Partial<ServerSettings>) {
    this.engine = engine;
    this.server = createTestServer([engine], settings);
    this.client = new FakeConnection(this.server);
  }

  /** With one open session. */
  static async open(
    options: StateEngineOptions = {},
    settings: Partial<ServerSettings> = {},
  ): Promise<TimeTraveller> {
    const traveller = new TimeTraveller(new StateEngine(options), settings);
    await traveller.clone();
    return traveller;
  }

  /** Opens a session; those that are named by nothing mean this one from now on. */
  async clone(params: Record<string, unknown> = {}): Promise<string> {
    this.session = String((await this.ask('clone', params))['session']);
    return this.session;
  }

  /** Sends a request, and resolves with its answer, whatever it is. */
  ask(op: string, params: Record<string, unknown> = {}): Promise<Answered> {
    this.#requests += 1;
    return this.client.request({ id: `r${this.#requests}`, op, ...params });
  }

  /** The same, and the answer must not be an error. */
  async get(op: string, params: Record<string, unknown> = {}): Promise<Answered> {
    const answer = await this.ask(op, params);
    assert.deepEqual([answer.status[0], answer['error']], ['done', undefined]);
    return answer;
  }

  run(code: string, params: Record<string, unknown> = {}): Promise<Answered> {
    return this.ask('eval', { session: this.session, code, ...params });
  }

  /** What the session holds, looked up without running anything. */
  held(session = this.session): Record<string, string> {
    const { data } = this.engine.session(session);
    return Object.fromEntries([...data].map(([name, value]) => [name, value.join()]));
  }

  engineSession(session = this.session): StateSession {
    return this.engine.session(session);
  }

  async nodes(session?: string): Promise<SnapshotNode[]> {
    const { snapshots } = await this.get('ls-snapshots', session === undefined ? {} : { session });
    return snapshots as SnapshotNode[]; // As the schema says.
  }

  async node(id: unknown): Promise<SnapshotNode> {
    const found = (await this.nodes()).find((node) => node.id === id);
    assert.ok(found !== undefined, `no state ${String(id)}`);
    return found;
  }

  events<T extends Event['type']>(type: T, session = this.session): Event<T>[] {
    const found: unknown = this.client.events.filter(
      (event) => event.type === type && event.session === session,
    );
    return found as Event<T>[]; // `type` was compared.
  }

  state(session = this.session): string | undefined {
    return this.events('status', session).at(-1)?.state;
  }

  /** Of the session, each state and each event in a word. */
  story(session = this.session): string[] {
    return this.client.events
      .filter((event) => event.session === session)
      .map((event) => (event.type === 'status' ? event.state : event.type));
  }

  /** Resolves when all that was captured is measured, and what is too much was given up. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((done) => setImmediate(done));
    await this.server.sessions.states.memory.settled();
  }

  /** Ends everything; every log must have kept the rules. */
  async end(): Promise<void> {
    await this.server.dispose();
    for (const session of new Set(this.client.events.map((event) => event.session))) {
      const events = this.client.events.filter((event) => event.session === session);
      assert.deepEqual(validateLog(events, { finished: true }), []);
      for (const event of events) validateEvent(event);
    }
    assert.equal(this.engine.held, 0, 'every snapshot is released in the end');
  }
}
