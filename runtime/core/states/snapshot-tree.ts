/**
 * The tree of all states of a runtime: which there are, what led to each, and in which one each session is. Pure: it
 * calls no engine and no store, and what becomes of a form that leaves it is the caller's to say.
 */
import type { StateWarning } from '../../protocol/states.ts';
import { isHeld, pastOf, type Run, type StateNode, type StateOrigin } from './state-node.ts';

/** What a new node is made of. */
export interface NewState {
  readonly id: string;
  readonly session: string;
  readonly origin: StateOrigin;
  readonly parent?: StateNode | undefined;
  readonly parentId?: string | undefined;
  readonly run?: Run | undefined;
  readonly created: number;
  readonly label?: string | undefined;
  readonly warnings?: readonly StateWarning[];
}

/** How the past of a session differs when it goes from one state to another. */
export interface Move {
  /** Ids of the evaluations that are left, newest first. */
  readonly undone: string[];
  /** Ids of those that are entered, oldest first. */
  readonly redone: string[];
  /** The states of the runs that are left, newest first. */
  readonly left: readonly StateNode[];
}

export class SnapshotTree {
  readonly #nodes = new Map<string, StateNode>();
  readonly #presents = new Map<string, StateNode>();
  readonly #maxNodes: number;

  /** With more nodes than `maxNodes`, the oldest of which nothing is held leave the tree. */
  constructor(maxNodes: number) {
    this.#maxNodes = maxNodes;
  }

  get(id: string): StateNode | undefined {
    return this.#nodes.get(id);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** All nodes in the order in which they were added; a parent that was added is before its children. */
  all(): StateNode[] {
    return [...this.#nodes.values()];
  }

  add(state: NewState): StateNode {
    const node: StateNode = {
      id: state.id,
      session: state.session,
      origin: state.origin,
      parent: state.parent,
      parentId: state.parentId,
      children: new Set(),
      run: state.run,
      created: state.created,
      label: state.label,
      isRequested: state.label !== undefined,
      live: undefined,
      durable: undefined,
      warnings: state.warnings ?? [],
    };
    state.parent?.children.add(node);
    this.#nodes.set(node.id, node);
    if (this.#nodes.size > this.#maxNodes) this.#shrink(node);
    return node;
  }

  /** The state that a session is in; while it is busy, the one before the running evaluation. */
  present(session: string): StateNode | undefined {
    return this.#presents.get(session);
  }

  presents(): ReadonlyMap<string, StateNode> {
    return this.#presents;
  }

  /** True when another session than this one is in the state. */
  isShared(node: StateNode, session: string): boolean {
    for (const [other, present] of this.#presents) if (present === node && other !== session) return true;
    return false;
  }

  setPresent(session: string, node: StateNode): void {
    this.#presents.set(session, node);
  }

  /** Forgets a session that is closed. Its states stay as long as one of them can be reached. */
  removeSession(session: string): void {
    this.#presents.delete(session);
    this.prune();
  }

  /** What a session would leave and enter on its way from one state to another. */
  move(from: StateNode | undefined, to: StateNode): Move {
    const target = new Set(pastOf(to));
    const left = [...pastOf(from)].filter((node) => !target.has(node));
    const origin = new Set(pastOf(from));
    const entered = [...target].filter((node) => !origin.has(node)).reverse();
    return { undone: runsOf(left), redone: runsOf(entered), left };
  }

  /** The nearest state in the past of this one that is held. */
  nearestHeld(node: StateNode): StateNode | undefined {
    return [...pastOf(node.parent)].find(isHeld);
  }

  /** The nodes of the trees that a session has or had states in, parents before children. */
  treesOf(session: string): StateNode[] {
    const rootOf = new Map<StateNode, StateNode>();
    const wanted = new Set<StateNode>();
    const present = this.present(session);
    const all = this.all();
    for (const node of all) {
      const root = (node.parent === undefined ? undefined : rootOf.get(node.parent)) ?? node;
      rootOf.set(node, root);
      if (node.session === session || node === present) wanted.add(root);
    }
    return all.filter((node) => wanted.has(rootOf.get(node) ?? node));
  }

  /**
   * Removes the nodes of closed sessions of which nothing is held, and from which nothing that is held came; others of
   * which nothing is held where there are too many. Called by whoever gave a form up.
   */
  prune(): void {
    const presents = new Set(this.#presents.values());
    for (const node of this.all().reverse()) {
      const isWanted =
        this.#presents.has(node.session) || presents.has(node) || isHeld(node) || node.label !== undefined;
      if (!isWanted && node.children.size === 0) this.#remove(node);
    }
    if (this.#nodes.size > this.#maxNodes) this.#shrink();
  }

  /** Makes room for a tenth more. What came after a node that leaves has the node's parent as its own. */
  #shrink(keep?: StateNode): void {
    const presents = new Set(this.#presents.values());
    let excess = this.#nodes.size - Math.floor(this.#maxNodes * 0.9);
    for (const node of this.all()) {
      if (excess <= 0) return;
      if (isHeld(node) || node.label !== undefined || presents.has(node) || node === keep) continue;
      this.#remove(node);
      excess -= 1;
    }
  }

  #remove(node: StateNode): void {
    this.#nodes.delete(node.id);
    node.parent?.children.delete(node);
    for (const child of node.children) {
      child.parent = node.parent;
      node.parent?.children.add(child);
    }
  }
}

function runsOf(nodes: readonly StateNode[]): string[] {
  return nodes.flatMap(({ run }) => (run === undefined ? [] : [run.executionId]));
}
