/** The operations that look without changing anything. They pass no queue and wait for no running code. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { EngineSession, EngineSnapshot } from '../engine.ts';
import { type Answer, type IncomingRequest, type Middleware, middlewareOf } from '../middleware.ts';
import type { SessionRegistry } from '../session-registry.ts';
import { sessionOrOwn } from './access.ts';

/** What answers a look: the present of a session, or a state of the past. */
type Seen = Pick<EngineSession & EngineSnapshot, 'complete' | 'info' | 'inspect' | 'table'>;

interface Look {
  readonly session?: string;
  readonly at?: string;
}

export function lookingMiddleware(sessions: SessionRegistry): Middleware {
  /** Looks with what there is; `nothing` while a session starts. */
  async function look(
    op: keyof Seen,
    { session: name, at }: Look,
    { connection, signal }: IncomingRequest,
    ask: (seen: Seen) => Promise<Answer | undefined> | undefined,
    nothing: Answer,
  ): Promise<Answer> {
    if (at !== undefined) {
      const node = await sessions.states.find(at);
      const found = await sessions.states.use(node, signal, async (snapshot) => {
        if (snapshot[op] === undefined) throw unsupported(`${op} with at`, node.origin.engine);
        return ask(snapshot);
      });
      return { session: node.session, ...(found ?? nothing) };
    }
    const session = await sessionOrOwn(sessions, connection, name);
    const seen = session.engineSession();
    if (seen !== undefined && seen[op] === undefined) throw unsupported(op, session.engineName);
    return { session: session.id, ...((seen && (await ask(seen))) ?? nothing) };
  }

  return middlewareOf('looking', {
    complete: (params, request) =>
      look('complete', params, request, (seen) => seen.complete?.(params, request.signal), {
        completions: [],
      }),
    info: (params, request) =>
      look('info', params, request, (seen) => seen.info?.(params, request.signal), {
        status: ['done', 'no-info'],
      }),
    inspect: (params, request) =>
      look('inspect', params, request, (seen) => seen.inspect?.(params, request.signal), {
        variables: [],
        total: 0,
      }),
    table: (params, request) =>
      look('table', params, request, (seen) => seen.table?.(params, request.signal), {
        columns: [],
        index: [],
        rows: [],
        total_rows: 0,
        total_columns: 0,
        type: '',
      }),
    async diff(params, { connection, signal }) {
      const { states } = sessions;
      const earlier = await states.find(params.from);
      const later =
        params.to === undefined
          ? (await sessionOrOwn(sessions, connection, params.session)).present
          : await states.find(params.to);
      if (later === undefined) throw unsupported('diff', earlier.origin.engine);
      const found = await states.use(earlier, signal, (before) =>
        states.use(later, signal, async (after) => {
          if (before.diff === undefined) throw unsupported('diff', earlier.origin.engine);
          return before.diff(after, params, signal);
        }),
      );
      return { session: later.session, ...found };
    },
    async locate(params, { signal }) {
      const engine = sessions.engine(params.engine);
      if (engine.locate === undefined) throw unsupported('locate', engine.name);
      return engine.locate(params, signal);
    },
  });
}

export function unsupported(op: string, engine: string): ProtocolError {
  return new ProtocolError('unsupported-op', `the engine '${engine}' cannot do '${op}'`, {
    details: { op, engine },
  });
}
