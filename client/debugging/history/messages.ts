/** What the page of a history and the extension say to each other. Data only: each side runs in its own world. */

/** One past value. All words are finished. */
export interface HistoryRow {
  /** Names the moment, for going there. */
  readonly at: string;
  /** Where it is on the axis. */
  readonly time: number;
  readonly step: string;
  readonly place: string;
  readonly value: string;
  readonly number?: number;
  /** The value could not be had there. */
  readonly failed: boolean;
  /** It differs from the row before. */
  readonly changed: boolean;
}

export interface HistoryMessage {
  readonly kind: 'history';
  readonly rows: readonly HistoryRow[];
  /** Where one stands now. */
  readonly time: number | undefined;
  /** `12 values; the rest was not searched`, and the like. */
  readonly summary: string;
  readonly words: HistoryWords;
}

export interface HistoryWords {
  readonly title: string;
  readonly step: string;
  readonly place: string;
  readonly value: string;
  readonly picture: string;
  readonly here: string;
}

/** Another moment is the present one of the debugger. */
export interface HereMessage {
  readonly kind: 'here';
  readonly time: number | undefined;
}

export type ToHistory = HistoryMessage | HereMessage;
export type FromHistory = { readonly kind: 'ready' } | { readonly kind: 'goto'; readonly at: string };
