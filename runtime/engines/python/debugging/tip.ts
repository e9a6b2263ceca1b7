/** What the program itself can be asked where it stands. It does not know who asks. */
import type { Goal } from './cursor.ts';

/** The program itself, where it stands at the tip. */
export interface TipDriver {
  /** Lets it go on: with a step, in the thread that stands, or in the one that is named. */
  go(goal: Goal, thread?: number): Promise<void>;
  pause(): void;
  ask(what: string, fields: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
}
