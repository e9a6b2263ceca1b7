/** What a table's page and the extension say to each other. Data only: each side runs in its own world. */

/** A rectangle of the table, as it is asked for. */
export interface TableRequest {
  readonly kind: 'fetch';
  /** Comes back with the answer. */
  readonly id: number;
  readonly start: number;
  readonly count: number;
  readonly columnStart: number;
  readonly columnCount: number;
  readonly sort?: Sorting;
  readonly filter: string;
}

export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

export interface TableColumn {
  readonly name: string;
  readonly dtype?: string | undefined;
}

export interface TableRows {
  readonly kind: 'rows';
  readonly id: number;
  readonly columns: readonly TableColumn[];
  readonly index: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly totalRows: number;
  readonly totalColumns: number;
  readonly type: string;
}

export type ToTable =
  | { readonly kind: 'words'; readonly words: TableWords }
  | TableRows
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  /** The variable may have another value now: what is seen is to be fetched again. */
  | { readonly kind: 'changed' };

export type FromTable = { readonly kind: 'ready' } | TableRequest;

/** All finished but for numbers: `{0}`, `{1}`. */
export interface TableWords {
  readonly label: string;
  readonly filter: string;
  readonly index: string;
  readonly size: string;
  readonly filteredSize: string;
  readonly empty: string;
  readonly loading: string;
  readonly sortedUp: string;
  readonly sortedDown: string;
  readonly unsorted: string;
}
