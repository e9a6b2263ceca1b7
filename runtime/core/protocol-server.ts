/**
 * The runtime's centre: takes decoded messages of any transport, validates each once, sends it through the
 * middleware, and answers exactly once. It knows no transport, no language and no clock of its own.
 */
import { ProtocolError } from '../protocol/errors.ts';
import type { ResponseHead, StatusWord } from '../protocol/messages.ts';
import { isKnownOp, type RequestHead, validateHead, validateRequest } from '../protocol/validate.ts';
import type { CheckpointStore } from './checkpoints/store.ts';
import {
  Connection,
  type ConnectionLimits,
  type ConnectionTransport,
  defaultConnectionLimits,
} from './connection.ts';
import type { Engine } from './engine.ts';
import type { Logger } from './logger.ts';
import { checkpointsMiddleware } from './middleware/checkpoints.ts';
import { describeMiddleware, type RuntimeDescription } from './middleware/describe.ts';
import { evaluationMiddleware } from './middleware/evaluation.ts';
import { lookingMiddleware } from './middleware/looking.ts';
import { MetricsMiddleware } from './middleware/metrics.ts';
import { navigationMiddleware } from './middleware/navigation.ts';
import { sessionsMiddleware } from './middleware/sessions.ts';
import { statesMiddleware } from './middleware/states.ts';
import { transactionsMiddleware } from './middleware/transactions.ts';
import { type Answer, compose, type Middleware, type Next } from './middleware.ts';
import type { After } from './session/runner.ts';
import type { Session } from './session.ts';
import { SessionRegistry } from './session-registry.ts';

export interface ServerSettings {
  /** The first one is the default. */
  readonly engines: readonly Engine[];
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds on a clock that only goes forward, for durations. */
  readonly monotonicNow: () => number;
  readonly newId: (prefix: string) => string;
  /** Runs a function once the current turn of the event loop is over. */
  readonly defer: (task: () => void) => void;
  /** Calls back after some ms. Default: a timer of the process. */
  readonly after?: After;
  /** Opens the store of durable checkpoints, when it is first needed. Absent: there is none. */
  readonly openStore?: () => Promise<CheckpointStore>;
  /** The text of a file, for `load-file`. */
  readonly readFile: (path: string) => Promise<string>;
  readonly about: RuntimeDescription;
  /** Someone asked the runtime to end. */
  readonly onShutdown: () => void;
  /** The user's own, in front of ours. */
  readonly middleware?: readonly Middleware[];
  readonly limits?: Partial<ServerLimits>;
}

export interface ServerLimits extends ConnectionLimits {
  readonly maxSessions: number;
  /** Evaluations that may wait in one session. */
  readonly maxQueued: number;
  /** Events kept of each session, in bytes. */
  readonly maxLogBytes: number;
  /** Own memory of all live snapshots; 0: none is kept that is not needed at this moment. */
  readonly snapshotMemoryBytes: number;
  readonly maxLiveSnapshots: number;
  /** States that are remembered, held or not. */
  readonly maxStates: number;
}

export const defaultServerLimits: ServerLimits = {
  ...defaultConnectionLimits,
  maxSessions: 64,
  maxQueued: 1000,
  maxLogBytes: 256 * 1024 * 1024,
  snapshotMemoryBytes: 2 * 1024 * 1024 * 1024,
  maxLiveSnapshots: 256,
  maxStates: 10_000,
};

const afterByTimer: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return { dispose: () => clearTimeout(timer) };
};

export class ProtocolServer {
  readonly sessions: SessionRegistry;
  readonly #settings: ServerSettings;
  readonly #limits: ServerLimits;
  readonly #connections = new Set<Connection>();
  readonly #handle: Next;
  #isEnding = false;

  constructor(settings: ServerSettings) {
    this.#settings = settings;
    this.#limits = { ...defaultServerLimits, ...settings.limits };
    this.sessions = new SessionRegistry({ after: afterByTimer, ...settings, ...this.#limits });
    const metrics = new MetricsMiddleware(settings.logger, settings.monotonicNow);
    this.#handle = compose([
      metrics,
      ...(settings.middleware ?? []),
      describeMiddleware(this.sessions, settings.about, { ...this.#limits }, () => metrics.snapshot()),
      sessionsMiddleware(this.sessions, settings.onShutdown),
      evaluationMiddleware(this.sessions, settings.readFile, settings.after ?? afterByTimer),
      lookingMiddleware(this.sessions),
      navigationMiddleware(this.sessions, settings.newId),
      statesMiddleware(this.sessions, settings.newId),
      transactionsMiddleware(this.sessions),
      checkpointsMiddleware(this.sessions),
    ]);
  }

  /** How many clients are connected. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** A new client. The transport hands every decoded message to `receive`, and says `drained` and `end`. */
  connect(transport: ConnectionTransport): Connection {
    const connection = new Connection(
      this.#settings.newId('conn'),
      transport,
      this.#limits,
      this.#settings.defer,
    );
    this.#connections.add(connection);
    this.#settings.logger.info({ connection: connection.id, transport: transport.kind }, 'connection opened');
    return connection;
  }

  /** Forgets a client whose transport has ended. Its sessions go on. */
  disconnect(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    connection.end();
    this.#settings.logger.info({ connection: connection.id }, 'connection closed');
  }

  /** Takes a decoded message of a connection. Never throws: what is wrong with it is answered. */
  receive(connection: Connection, value: object): void {
    if (connection.closed) return;
    let head: RequestHead;
    try {
      head = validateHead(value);
      this.#requireNew(connection, head);
    } catch (error) {
      connection.respond(errorResponse(idOf(value), ProtocolError.from(error)));
      return;
    }
    void this.#answer(connection, head);
  }

  /** Ends all sessions, engines and connections. */
  async dispose(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    await this.sessions.dispose('the runtime is ending');
    await new Promise<void>((done) => this.#settings.defer(done)); // Lets the last events leave.
    const reason = new ProtocolError('shutting-down', 'the runtime is ending');
    for (const connection of [...this.#connections]) {
      this.disconnect(connection);
      connection.transport.close(reason);
    }
  }

  async #answer(connection: Connection, head: RequestHead): Promise<void> {
    const controller = new AbortController();
    connection.running.set(head.id, controller);
    let after: { session: Session; seq: number } | undefined;
    const answerAfter = (session: Session, seq: number): void => {
      after = { session, seq };
    };
    let response: ResponseHead;
    try {
      if (this.#isEnding)
        throw new ProtocolError('shutting-down', 'the runtime is ending and takes no more requests');
      const message = isKnownOp(head.op) ? validateRequest({ ...head, op: head.op }) : head;
      response = successResponse(
        head.id,
        await this.#handle({ message, connection, signal: controller.signal, answerAfter }),
      );
    } catch (error) {
      response = this.#failure(head, error);
    }
    connection.running.delete(head.id);
    connection.respond(response, after);
  }

  #failure(head: RequestHead, error: unknown): ResponseHead {
    const known = ProtocolError.from(error);
    if (known.code === 'internal')
      this.#settings.logger.error({ op: head.op, request: head.id, err: error }, 'request failed');
    return errorResponse(head.id, known);
  }

  #requireNew(connection: Connection, { id }: RequestHead): void {
    if (!connection.running.has(id)) return;
    throw new ProtocolError(
      'duplicate-id',
      `a request with the id '${id}' is still running on this connection; choose another id`,
    );
  }
}

function successResponse(id: string, answer: Answer): ResponseHead {
  return { id, status: ['done'], ...answer };
}

function errorResponse(id: string, error: ProtocolError): ResponseHead {
  const status: StatusWord = error.code === 'unknown-op' ? 'unknown-op' : 'error';
  return { id, status: [status], ...error.toShape() };
}

/** The id of something that is no valid request, as far as it has one. */
function idOf(value: object): string {
  return 'id' in value && typeof value.id === 'string' && value.id.length <= 200 ? value.id : '';
}
