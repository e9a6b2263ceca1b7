/** The tables of the bench about states: live ones beside picklers of the same namespace, durable ones beside picklers to a file. */
import { align } from './report.ts';
import type { StateFigures, StateOperation } from './states.ts';
import { summarize } from './statistics.ts';

const goalsMs: Readonly<Record<StateOperation, number>> = {
  snapshot: 4,
  restore: 8,
  'in place': 8,
  rollback: 10,
};

/** Medians in ms. A pickler's dump is the peer of a snapshot, its load that of a restore. */
export function toStateTable({ ours, peers }: StateFigures): string {
  const head = ['', 'ours', 'p99', 'goal', '', 'pickle', 'cloudpickle', 'dill'];
  const rows = Object.entries(ours).flatMap(([namespace, operations]) =>
    Object.entries(operations).map(([operation, samples]) => {
      const { median, p99 } = summarize(samples);
      const goal = goalsMs[operation as StateOperation]; // The keys of `ours`.
      const peer = (library: string): string => {
        const kind = operation === 'snapshot' ? 'dump' : operation === 'restore' ? 'load' : undefined;
        const found = kind === undefined ? undefined : peers[namespace]?.[`${library} ${kind}`];
        return found === undefined
          ? ''
          : `${shown(summarize(found).median)} (${shown(summarize(found).median / median)} ×)`;
      };
      const title = `${operation}, ${namespace}`;
      return [
        title,
        shown(median),
        shown(p99),
        `≤ ${goal}`,
        median <= goal ? '✔' : '✘',
        ...libraries.map(peer),
      ];
    }),
  );
  return align([head, ...rows]);
}

const libraries = ['pickle', 'cloudpickle', 'dill'];

export function toFigures(figures: StateFigures): readonly (readonly string[])[] {
  const diff = summarize(figures.diffMs).median;
  return [
    [
      'automatic snapshots, ms a cell (goal ≤ 3)',
      shown(figures.overheadPerCellMs),
      mark(figures.overheadPerCellMs <= 3),
    ],
    [
      'memory of 100 snapshots, times the state (goal ≤ 2)',
      shown(figures.chainTimesState),
      mark(figures.chainTimesState <= 2),
    ],
    ['diff of two states with 1,000 variables, ms (goal ≤ 300)', shown(diff), mark(diff <= 300)],
  ];
}

/** What namespaces.py says of one namespace. */
export interface DurableFigures {
  readonly namespace: string;
  readonly hindsight: Readonly<Record<'save' | 'again' | 'load', Cost>> & {
    readonly lost: readonly string[];
  };
  readonly rivals: Readonly<
    Record<string, { readonly save: Cost; readonly load: Cost } | { readonly failed: string }>
  >;
}

interface Cost {
  readonly seconds: number;
  readonly bytes: number;
}

/** Seconds and megabytes; `again` is the second checkpoint after a change of about 1 %. */
export function toDurableTable(figures: readonly DurableFigures[]): string {
  const head = ['', 'save', 'again', 'again %', 'load', 'cloudpickle save', 'load', 'dill save', 'load'];
  const rows = figures.map(({ namespace, hindsight, rivals }) => {
    const { save, again, load } = hindsight;
    const share = `${percent(again.seconds / save.seconds)} / ${percent(again.bytes / save.bytes)}`;
    const others = ['cloudpickle', 'dill'].flatMap((name) => {
      const rival = rivals[name];
      return rival === undefined || 'failed' in rival ? ['failed', ''] : [cost(rival.save), cost(rival.load)];
    });
    return [namespace, cost(save), cost(again), share, cost(load), ...others];
  });
  return align([head, ...rows]);
}

function cost({ seconds, bytes }: Cost): string {
  return `${shown(seconds)} s ${shown(bytes / 1e6)} MB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function mark(reached: boolean): string {
  return reached ? '✔' : '✘';
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
