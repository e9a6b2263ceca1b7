/** What the page of the Time view and the extension say to each other. Data only: each side runs in its own world. */
import type { Timeline } from '../../runtime/protocol/debug.ts';

export type { Timeline };
export type TimelineMark = Timeline['marks'][number];
export type MarkKind = TimelineMark['kind'];

/** A recorded run, or none; all that is shown goes with it when it changes. */
export interface RunMessage {
  readonly kind: 'run';
  /** Id of the trace; undefined: nothing is debugged. */
  readonly trace: string | undefined;
  readonly words: TimeWords;
}

/** A piece of the picture, as it was asked for; the first one of a run is the whole. */
export interface PictureMessage {
  readonly kind: 'picture';
  readonly trace: string;
  readonly timeline: Timeline;
  /** Where the whole run ends so far, where that is known; else 0. */
  readonly end: number;
}

/** Where it stands now. All words are finished. */
export interface PositionMessage {
  readonly kind: 'position';
  readonly trace: string;
  readonly time: number;
  readonly live: boolean;
  /** `step 1,204,331 of 9,870,112, in normalize, line 42` */
  readonly text: string;
}

/** The program runs on: there is no position until it stands again. */
export interface RunningMessage {
  readonly kind: 'running';
  readonly text: string;
}

export type ToTimeView = RunMessage | PictureMessage | PositionMessage | RunningMessage;

export interface TimeWords {
  readonly strip: string;
  readonly empty: string;
  readonly help: string;
  readonly live: string;
  /** What is marked in all, with `{0}` for the list. */
  readonly marked: string;
  /** By kind, with `{0}` where several are in one place. */
  readonly marks: Readonly<Record<MarkKind, { readonly one: string; readonly many: string }>>;
  /** `{0}` is the function's depth. */
  readonly depth: string;
}

/** What the keys of the strip ask for, besides a place. */
export type TimeMove = 'step-back' | 'step' | 'reverse-continue' | 'continue';

/** A time, or more exactly a moment or a step of it. */
export interface Destination {
  readonly time: number;
  readonly at?: string;
  readonly step?: number;
}

export type FromTimeView =
  | { readonly kind: 'ready' }
  /** What of the run is in view, in so many columns; without a span, all of it. */
  | {
      readonly kind: 'look';
      readonly span?: { readonly from: number; readonly to: number };
      readonly columns: number;
    }
  | ({ readonly kind: 'goto' } & Destination)
  | { readonly kind: 'move'; readonly move: TimeMove };
