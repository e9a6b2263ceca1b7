/**
 * What going back and forth in time does to the cells of a panel: which are undone, and the one line that says where
 * the session is. A function of the events, as all of the model is. Knows neither VS Code nor how a cell looks.
 */
import type { Event } from '../../runtime/protocol/events.ts';
import type { DividerKind, PanelCell } from './cells.ts';

/** The line that a move through time leaves between the cells. */
export interface TravelLine {
  readonly kind: DividerKind;
  readonly text: string;
}

export interface Travelled {
  /** The cells that are undone now, or are not any more. */
  readonly changed: readonly PanelCell[];
  /** The line that stands for all moves since the last run; undefined where they cancel each other out. */
  readonly line: TravelLine | undefined;
}

export class Travel {
  readonly #find: (executionId: string) => PanelCell | undefined;
  /** What the moves since the last run have undone and redone, all in all. */
  readonly #undone = new Map<string, PanelCell>();
  readonly #redone = new Map<string, PanelCell>();
  /** By snapshot id: the run that led to that state. */
  readonly #leadingTo = new Map<string, PanelCell>();

  constructor(find: (executionId: string) => PanelCell | undefined) {
    this.#find = find;
  }

  /** Something runs: the moves before it are history. */
  settle(): void {
    this.#undone.clear();
    this.#redone.clear();
  }

  /** A run has ended. */
  ended(cell: PanelCell, { snapshot_id: state }: Event<'result' | 'error'>): void {
    if (state !== undefined) this.#leadingTo.set(state, cell);
  }

  restored({ checkpoint_id: state, undone, redone }: Event<'restored'>): Travelled {
    const back = this.#cells(undone);
    const forth = this.#cells(redone);
    for (const cell of back) mark(cell, 'rewound', this.#undone, this.#redone);
    for (const cell of forth) mark(cell, undefined, this.#redone, this.#undone);
    const isForeign = undone.length + redone.length === 0;
    return { changed: [...back, ...forth], line: isForeign ? this.#returned(state) : this.#line() };
  }

  rolledBack({ undone, reason }: Event<'rolled_back'>): Travelled {
    const changed = this.#cells(undone);
    for (const cell of changed) setUndone(cell, 'rolled-back');
    this.settle();
    const [only] = changed.length === 1 ? changed : [];
    return { changed, line: { kind: 'rolled-back', text: failureOf(only) ?? reason } };
  }

  // Such as after a crash, which leads to no state: nothing is undone or redone by going to the last one.
  #returned(state: string): TravelLine {
    const count = this.#leadingTo.get(state)?.executionCount;
    return count === undefined ? { kind: 'returned', text: '' } : { kind: 'forth', text: String(count) };
  }

  #line(): TravelLine | undefined {
    const redone = counts(this.#redone);
    if (redone.length > 0) return { kind: 'forth', text: String(Math.max(...redone)) };
    const undone = counts(this.#undone);
    return undone.length > 0 ? { kind: 'back', text: String(Math.min(...undone)) } : undefined;
  }

  #cells(executionIds: readonly string[]): readonly PanelCell[] {
    return executionIds.map(this.#find).filter((cell) => cell !== undefined);
  }
}

function mark(
  cell: PanelCell,
  undone: PanelCell['undone'],
  done: Map<string, PanelCell>,
  reversed: Map<string, PanelCell>,
): void {
  setUndone(cell, undone);
  if (!reversed.delete(cell.key)) done.set(cell.key, cell);
}

function setUndone(cell: PanelCell, undone: PanelCell['undone']): void {
  cell.undone = undone;
  cell.version++;
  // What stands below an error offers to undo the run, unless it is undone.
  for (const output of cell.outputs) if (output.kind === 'error') output.version++;
}

/**
 * What a run failed with, in the words in which the runtime says it; undefined where nothing was raised. Who rolls back
 * what has failed is a client where a transaction was begun for it, and of that the runtime knows no reason.
 */
function failureOf(cell: PanelCell | undefined): string | undefined {
  const error = cell?.outputs.findLast((output) => output.kind === 'error');
  if (error?.code !== 'eval-failed') return undefined;
  const { name, message } = error;
  return `it failed with ${[name, message].filter((part) => part !== '').join(': ')}`;
}

function counts(cells: ReadonlyMap<string, PanelCell>): readonly number[] {
  return [...cells.values()].map(({ executionCount }) => executionCount ?? 0);
}
