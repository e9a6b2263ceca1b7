/** What the Timeline's page and the extension say to each other. Data only: each side runs in its own world. */
import type { LaneRow } from './lanes.ts';

/** A state as the page draws it. All words are finished. */
export interface TimelineRow extends LaneRow {
  readonly id: string;
  readonly kind: 'run' | 'start';
  readonly count?: number;
  /** First line of its code, or what it is without one. */
  readonly code: string;
  readonly status: 'completed' | 'failed' | 'interrupted';
  /** Of a checkpoint. */
  readonly label?: string;
  readonly createdMs: number;
  readonly tier: 'live' | 'durable' | 'both' | 'none';
  /** `1.2 MB`; absent where it was not measured. */
  readonly memory?: string;
  readonly isPresent: boolean;
  /** False: it is neither the present nor in its past. */
  readonly isPast: boolean;
  /** Names of other sessions that are in this state. */
  readonly others: readonly string[];
  readonly warnings: number;
  /** All of the row in one sentence, but for how long ago it was. */
  readonly spoken: string;
}

export interface TimelineTree {
  readonly kind: 'tree';
  readonly rows: readonly TimelineRow[];
  readonly width: number;
  /** Said to a screen reader when the present has changed. */
  readonly present: string;
  readonly words: TimelineWords;
}

export interface TimelineWords {
  readonly list: string;
  readonly empty: string;
  readonly now: string;
  /** With `{0}` for the number. */
  readonly seconds: string;
  readonly minutes: string;
  readonly hours: string;
  readonly actions: Readonly<Record<TimelineAction, string>>;
  readonly marked: string;
  readonly onDisk: string;
  readonly details: string;
}

/** What can be done with a state. `rewind` is `Redo` where the state is ahead of the present. */
export type TimelineAction = (typeof timelineActions)[number];

/** All of them: below the details of a state. */
export const timelineActions = ['rewind', 'fork', 'compare', 'variables', 'name', 'delete'] as const;

/** Those at hand on a row, of which there is little in a side bar. */
export const rowActions: readonly TimelineAction[] = ['rewind', 'fork', 'compare', 'name'];

export interface TimelineDetails {
  readonly kind: 'details';
  readonly id: string;
  readonly title: string;
  readonly facts: string;
  readonly code: string;
  /** Its outputs, in a few lines. */
  readonly outputs: string;
  readonly sections: readonly DetailSection[];
}

/** A heading with lines below it: what changed, what does not come back. */
export interface DetailSection {
  readonly title: string;
  readonly lines: readonly DetailLine[];
}

export interface DetailLine {
  readonly mark: '+' | '-' | '~' | '!';
  readonly name: string;
  readonly text: string;
}

/** What changed from the parent, in short: `+2 ~1`, by state. */
export interface TimelineBriefs {
  readonly kind: 'briefs';
  readonly briefs: Readonly<Record<string, string>>;
}

export type ToTimeline = TimelineTree | TimelineDetails | TimelineBriefs;

export type FromTimeline =
  | { readonly kind: 'ready' }
  | { readonly kind: 'select'; readonly id: string }
  | { readonly kind: 'visible'; readonly ids: readonly string[] }
  | {
      readonly kind: 'act';
      readonly action: TimelineAction;
      readonly id: string;
      /** With `compare`: the other state; absent: the present. */
      readonly other?: string;
    };
