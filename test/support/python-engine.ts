/**
 * The Python engine as it is built, in a test: an engine that ends with the test, and a host that records
 * what a session says and can be waited on.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Engine, EngineEvent, EngineHost, EngineSession, Outcome } from '../../runtime/core/engine.ts';
import { silentLogger } from '../../runtime/core/logger.ts';
import { createPythonEngine, type PythonEngineOptions } from '../../runtime/engines/python/engine.ts';
import { dist } from '../tools/paths.ts';

/** The interpreter of the tests' own environment, with numpy, pandas and matplotlib; else any. */
export const testPython = process.env['HINDSIGHT_TEST_PYTHON'];

export const never: AbortSignal = new AbortController().signal;

/** On a busy machine a look takes as long as it takes; what is late there says nothing about the engine. */
const patience = { lookTimeoutMs: 60_000, shadowWaitMs: 60_000 };

/** Ends with the test. */
export function openEngine(t: TestContext, options: Partial<PythonEngineOptions> = {}): Engine {
  const workerPath = join(dist, 'python', 'hindsight_worker');
  if (!existsSync(workerPath)) throw new Error(`${workerPath} is missing: run npm run build`);
  const engine = createPythonEngine({
    workerPath,
    env: process.env,
    logger: silentLogger,
    ...patience,
    ...options,
  });
  t.after(() => engine.dispose());
  return engine;
}

/** A session with its host. */
export async function openSession(
  engine: Engine,
  options: {
    interpreter?: string;
    cwd?: string;
    env?: Record<string, string>;
    snapshots?: 'always' | 'cheap' | 'never';
  } = {},
  host = new RecordingHost(),
): Promise<TestSession> {
  const interpreter = options.interpreter ?? testPython;
  const chosen = interpreter === undefined ? {} : { interpreter };
  const session = await engine.openSession(
    { sessionId: `sess-${nextId()}`, ...options, ...chosen },
    host,
    never,
  );
  return new TestSession(session, host);
}

export class TestSession {
  readonly engineSession: EngineSession;
  readonly host: RecordingHost;
  #count = 0;

  constructor(engineSession: EngineSession, host: RecordingHost) {
    this.engineSession = engineSession;
    this.host = host;
  }

  /** Starts an evaluation. */
  evaluate(
    code: string,
    more: { file?: string; line?: number; executionId?: string; silent?: boolean } = {},
  ): Promise<Outcome> {
    this.#count += 1;
    return this.engineSession.evaluate({
      executionId: `eval-${nextId()}`,
      code,
      executionCount: this.#count,
      silent: false,
      ...more,
    });
  }

  /** The value of code that ends well; an error of the program fails the test with its traceback. */
  async value(code: string): Promise<string | undefined> {
    const outcome = await this.evaluate(code);
    if (outcome.kind === 'error') throw new Error(outcome.traceback.join('\n'));
    return outcome.value;
  }
}

/** What core would log. */
export class RecordingHost implements EngineHost {
  readonly events: EngineEvent[] = [];
  readonly deaths: string[] = [];
  readonly #watchers = new Set<() => void>();

  emit(event: EngineEvent): void {
    this.events.push(event);
    this.wake();
  }

  died(cause: string): void {
    this.deaths.push(cause);
    this.wake();
  }

  /** All that was written, in order; of one stream, or of both. */
  text(stream?: 'stdout' | 'stderr'): string {
    return this.events
      .map((event) =>
        event.type === 'output' && (stream === undefined || event.stream === stream) ? event.data : '',
      )
      .join('');
  }

  /** Resolves when `is` answers something other than undefined or false, asked again after each event. */
  until<Value>(is: (host: RecordingHost) => Value | undefined | false): Promise<Value> {
    return new Promise((resolve) => {
      const ask = () => {
        const value = is(this);
        if (value === undefined || value === false) return;
        this.#watchers.delete(ask);
        resolve(value);
      };
      this.#watchers.add(ask);
      ask();
    });
  }

  /** Resolves when so much has been written that it contains the text. */
  async wrote(text: string): Promise<void> {
    await this.until((host) => host.text().includes(text));
  }

  /** The next input that is asked for and was not returned before. */
  async asked(index = 0): Promise<Extract<EngineEvent, { type: 'input' }>> {
    return this.until((host) => host.events.filter((event) => event.type === 'input')[index]);
  }

  protected wake(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

let lastId = 0;

function nextId(): number {
  lastId += 1;
  return lastId;
}
