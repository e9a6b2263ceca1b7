/** The rows of the bench: what was measured, what the goal is, and how many times faster than the peer. */
import type { Samples } from './ours.ts';
import { type Summary, summarize } from './statistics.ts';

interface RowKind {
  readonly title: string;
  readonly ours: string;
  /** The same task of the peer; absent where it cannot do it. */
  readonly peer?: string;
  /** Median in ms that we want to stay under. */
  readonly goal?: number;
}

export interface Row extends RowKind {
  readonly oursMs: Summary;
  readonly peerMs?: Summary;
  /** How many times faster than the peer, by medians. */
  readonly ratio?: number;
  readonly reached?: boolean;
}

const kinds: readonly RowKind[] = [
  { title: 'new session, pool warm', ours: 'session', peer: 'session', goal: 3 },
  { title: 'new session, pool empty', ours: 'sessionCold', peer: 'session', goal: 10 },
  { title: 'new session and its first answer', ours: 'sessionUsable', peer: 'session', goal: 10 },
  { title: 'first session of a runtime', ours: 'sessionFirst', peer: 'session' },
  { title: 'eval 1+1', ours: 'eval', peer: 'eval', goal: 1 },
  { title: 'eval 1+1 right after another, with its state', ours: 'evalAtOnce', peer: 'evalAtOnce', goal: 4 },
  { title: 'complete', ours: 'complete', peer: 'complete', goal: 1.5 },
  { title: 'info', ours: 'info', peer: 'info', goal: 1 },
  { title: 'complete, session busy', ours: 'completeBusy', goal: 1.5 },
  { title: 'info, session busy', ours: 'infoBusy', goal: 1 },
  { title: '100,000 printed lines', ours: 'lines', peer: 'lines', goal: 120 },
  { title: 'one 10 MB write', ours: 'write', peer: 'write' },
  { title: 'interrupt of an endless loop', ours: 'interrupt', peer: 'interrupt', goal: 10 },
];

export function toRows(ours: Samples, peer: Samples): readonly Row[] {
  return kinds.map((kind) => toRow(kind, ours, peer));
}

/** A table for a terminal. Times in ms. */
export function toTable(rows: readonly Row[]): string {
  const head = ['', 'ours', 'p99', 'goal', '', 'ipykernel', 'p99', 'ratio', 'n'];
  const body = rows.map(({ title, oursMs, goal, reached, peerMs, ratio }) => [
    title,
    shown(oursMs.median),
    shown(oursMs.p99),
    goal === undefined ? '' : `≤ ${goal}`,
    reached === undefined ? '' : reached ? '✔' : '✘',
    peerMs === undefined ? 'never' : shown(peerMs.median),
    peerMs === undefined ? '' : shown(peerMs.p99),
    ratio === undefined ? '' : `${shown(ratio)} ×`,
    String(oursMs.n),
  ]);
  return align([head, ...body]);
}

/** Columns padded to the widest cell, the first to the left, the others to the right. */
export function align(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return table.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

function toRow(kind: RowKind, ours: Samples, peer: Samples): Row {
  const oursMs = summarize(ours[kind.ours] ?? []);
  const reached = kind.goal === undefined ? {} : { reached: oursMs.median <= kind.goal };
  if (kind.peer === undefined) return { ...kind, ...reached, oursMs };
  const peerMs = summarize(peer[kind.peer] ?? []);
  return { ...kind, ...reached, oursMs, peerMs, ratio: peerMs.median / oursMs.median };
}

/** Three digits that mean something. */
function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
