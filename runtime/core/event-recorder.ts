/**
 * Turns what happens in a session into events of its log: numbers them, dates them, and keeps out what
 * is against the flow. What it keeps out is a fault of an engine (or of core), logged and not sent.
 */
import type { Event, EventBody } from '../protocol/events.ts';
import type { EventLog } from './event-log.ts';
import { SessionFlow } from './flow.ts';
import type { Logger } from './logger.ts';

export interface RecorderSettings {
  readonly sessionId: string;
  readonly log: EventLog;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called after each event that was logged. */
  readonly onDidAppend: () => void;
}

export class EventRecorder {
  readonly #settings: RecorderSettings;
  readonly #flow = new SessionFlow();

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
  }

  /** Logs an event, attributed to an evaluation where it belongs to one. */
  append(body: EventBody, executionId?: string): void {
    const { log, logger, sessionId, now, onDidAppend } = this.#settings;
    const seq = log.lastSeq + 1;
    const head = { id: String(seq), session: sessionId, seq, timestamp: now() / 1000 };
    const attribution = executionId === undefined ? {} : { execution_id: executionId };
    // The head first, for people who read the wire; and again, since an engine has no say in it.
    const event: Event = { ...head, ...body, ...head, ...attribution };
    const problem = this.#flow.advance(event);
    if (problem === undefined) {
      log.append(event);
      onDidAppend();
    } else {
      const fields = { session: sessionId, type: event.type, execution: executionId, problem };
      logger.warn(fields, 'event against the flow dropped');
    }
  }
}
