/**
 * Which lane each state of a tree stands in, so that branches can be drawn side by side, as a git graph does. Pure;
 * knows neither what a state is nor how a lane looks.
 */

export interface LaneNode {
  readonly id: string;
  readonly parent?: string | undefined;
}

/** A row of the picture. Lanes count from 0, left to right. */
export interface LaneRow {
  /** Where the state stands. */
  readonly lane: number;
  /** Lanes of other branches that go on below. */
  readonly through: readonly number[];
  /** Lanes that come from above and end in this state: those of its children. */
  readonly joins: readonly number[];
  /** True when its own lane goes on below, to its parent. */
  readonly goesOn: boolean;
}

export interface Layout {
  readonly rows: readonly LaneRow[];
  /** How many lanes there are side by side at most. */
  readonly width: number;
}

/**
 * Lays out states, newest first. The way from `present` to its root stays in the leftmost lane. A parent that is not
 * below its child in the list is not drawn.
 */
export function layOut(nodes: readonly LaneNode[], present: string | undefined): Layout {
  const place = new Map(nodes.map(({ id }, index) => [id, index] as const));
  const parentOf = (node: LaneNode, index: number): string | undefined =>
    node.parent !== undefined && (place.get(node.parent) ?? -1) > index ? node.parent : undefined;
  const main = wayDown(nodes, present ?? nodes[0]?.id, place, parentOf);
  /** By lane: the state that it leads to. */
  const lanes: Array<string | undefined> = [];
  let mainIsBelow = main.size;
  let width = 0;
  const rows = nodes.map((node, index): LaneRow => {
    const joins = lanes.flatMap((awaited, lane) => (awaited === node.id ? [lane] : []));
    const isMain = main.has(node.id);
    if (isMain) mainIsBelow -= 1;
    const lane = isMain ? 0 : (joins[0] ?? firstFree(lanes, mainIsBelow > 0 ? 1 : 0));
    for (const joined of joins) lanes[joined] = undefined;
    const parent = parentOf(node, index);
    const through = lanes.flatMap((awaited, other) =>
      awaited === undefined || other === lane ? [] : [other],
    );
    lanes[lane] = parent;
    width = Math.max(width, lane + 1, ...through.map((other) => other + 1), ...joins.map((join) => join + 1));
    return { lane, through, joins, goesOn: parent !== undefined };
  });
  return { rows, width };
}

function wayDown(
  nodes: readonly LaneNode[],
  from: string | undefined,
  place: ReadonlyMap<string, number>,
  parentOf: (node: LaneNode, index: number) => string | undefined,
): ReadonlySet<string> {
  const way = new Set<string>();
  for (let id = from; id !== undefined; ) {
    const index = place.get(id);
    const node = index === undefined ? undefined : nodes[index];
    if (node === undefined || index === undefined) break;
    way.add(id);
    id = parentOf(node, index);
  }
  return way;
}

function firstFree(lanes: ReadonlyArray<string | undefined>, from: number): number {
  let lane = from;
  while (lanes[lane] !== undefined) lane += 1;
  return lane;
}
