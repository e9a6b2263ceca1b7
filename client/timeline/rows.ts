/** The rows of the Timeline as a function of the tree of states. Knows neither VS Code nor the page. */
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import { layOut } from './lanes.ts';
import type { TimelineRow } from './messages.ts';

/** A tree of states, parents before children, as `ls-snapshots` answers it. */
export interface Tree {
  readonly snapshots: readonly SnapshotNode[];
  readonly present: Readonly<Record<string, string>>;
}

/** Whose Timeline it is. `names`: of sessions, by id. */
export interface Viewer {
  readonly session: string | undefined;
  readonly names: ReadonlyMap<string, string>;
}

/** How things are said; words are the editor's to translate. */
export interface RowWords {
  readonly firstLine: (code: string) => string;
  readonly size: (bytes: number) => string;
  readonly start: string;
  readonly spoken: (row: Omit<TimelineRow, 'spoken'>) => string;
}

/** Newest first. Of other trees only this workspace's checkpoints are there, below. */
export function toRows(
  tree: Tree,
  own: ReadonlySet<string>,
  viewer: Viewer,
  words: RowWords,
): { readonly rows: readonly TimelineRow[]; readonly width: number } {
  const newestFirst = tree.snapshots.toReversed();
  const shown = [
    ...newestFirst.filter(({ id }) => own.has(id)),
    ...newestFirst.filter((node) => !own.has(node.id) && isCheckpointHere(node)),
  ];
  const present = viewer.session === undefined ? undefined : tree.present[viewer.session];
  const past = pastOf(present, tree.snapshots);
  const { rows, width } = layOut(shown, present);
  const others = othersAt(tree, viewer);
  return {
    width,
    rows: rows.map((lanes, index) => {
      const node = shown[index] as SnapshotNode; // There is a row for each state.
      const row = {
        ...lanes,
        ...toRow(node, words),
        isPresent: node.id === present,
        isPast: past.has(node.id),
        others: others.get(node.id) ?? [],
      };
      return { ...row, spoken: words.spoken(row) };
    }),
  };
}

function isCheckpointHere({ label, tier, workspace }: SnapshotNode): boolean {
  return label !== undefined && tier !== 'none' && workspace === undefined;
}

function toRow(
  node: SnapshotNode,
  words: RowWords,
): Pick<
  TimelineRow,
  'id' | 'kind' | 'count' | 'code' | 'status' | 'label' | 'createdMs' | 'tier' | 'memory' | 'warnings'
> {
  const { id, run, label, created, tier, size_bytes: size, durable_bytes: onDisk, warnings } = node;
  const bytes = size ?? onDisk;
  return {
    id,
    kind: run === undefined ? 'start' : 'run',
    code: run === undefined ? words.start : words.firstLine(run.code),
    status: run?.status ?? 'completed',
    createdMs: created * 1000,
    tier,
    warnings: warnings.length,
    ...(run?.execution_count === undefined ? {} : { count: run.execution_count }),
    ...(label === undefined ? {} : { label }),
    ...(bytes === undefined || tier === 'none' ? {} : { memory: words.size(bytes) }),
  };
}

function pastOf(present: string | undefined, nodes: readonly SnapshotNode[]): ReadonlySet<string> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent] as const));
  const past = new Set<string>();
  for (let id = present; id !== undefined && !past.has(id); id = parents.get(id)) past.add(id);
  return past;
}

function othersAt({ present }: Tree, { session, names }: Viewer): ReadonlyMap<string, readonly string[]> {
  const others = new Map<string, string[]>();
  for (const [id, state] of Object.entries(present)) {
    const name = names.get(id);
    if (id === session || name === undefined) continue;
    others.set(state, [...(others.get(state) ?? []), name]);
  }
  return others;
}
