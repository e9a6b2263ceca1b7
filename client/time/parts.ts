/** What the commands of time travel work with. */
import type { Log } from '../logging/log.ts';
import type { ShownRuns } from '../notebooks/shown-runs.ts';
import type { SessionParts } from '../sessions/session-commands.ts';
import type { Comparisons } from './comparisons.ts';
import type { Rewinder } from './rewind.ts';
import type { States } from './states.ts';

export interface TimeParts extends SessionParts {
  readonly runs: ShownRuns;
  readonly states: States;
  readonly rewinder: Rewinder;
  readonly comparisons: Comparisons;
  readonly log: Log;
}
