/** How long each operation takes until its answer: logged one by one, and summed up for `describe`. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Logger } from '../logger.ts';
import type { Answer, IncomingRequest, Middleware, Next } from '../middleware.ts';

interface OperationMetrics {
  readonly micros: RecordableHistogram;
  errors: number;
}

/** Operations are counted by name up to this many names: clients choose names of unknown ones. */
const maxNames = 100;

export class MetricsMiddleware implements Middleware {
  readonly name = 'metrics';
  readonly handles = ['*'];
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #byOp = new Map<string, OperationMetrics>();

  /** `now`: milliseconds on a clock that only goes forward. */
  constructor(logger: Logger, now: () => number) {
    this.#logger = logger;
    this.#now = now;
  }

  async handler(request: IncomingRequest, next: Next): Promise<Answer> {
    const start = this.#now();
    try {
      const answer = await next(request);
      this.#record(request, start, answer.status?.includes('error') === true);
      return answer;
    } catch (error) {
      this.#record(request, start, true);
      throw error;
    }
  }

  /** By operation: `count`, `errors`, `p50Ms`, `p99Ms`, `maxMs`. */
  snapshot(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#byOp].map(([op, metrics]) => [op, summarize(metrics)]));
  }

  #record({ message, connection }: IncomingRequest, start: number, failed: boolean): void {
    const durationMs = this.#now() - start;
    const metrics = this.#metricsOf(message.op);
    metrics.micros.record(Math.max(1, Math.round(durationMs * 1000)));
    if (failed) metrics.errors += 1;
    this.#logger.debug(
      { op: message.op, request: message.id, connection: connection.id, durationMs, failed },
      'request',
    );
  }

  #metricsOf(op: string): OperationMetrics {
    const name = this.#byOp.has(op) || this.#byOp.size < maxNames ? op : 'other';
    let metrics = this.#byOp.get(name);
    if (metrics === undefined) {
      metrics = { micros: createHistogram(), errors: 0 };
      this.#byOp.set(name, metrics);
    }
    return metrics;
  }
}

function summarize({ micros, errors }: OperationMetrics): Record<string, number> {
  const ms = (value: number): number => value / 1000;
  return {
    count: micros.count,
    errors,
    p50Ms: ms(micros.percentile(50)),
    p99Ms: ms(micros.percentile(99)),
    maxMs: ms(micros.max),
  };
}
