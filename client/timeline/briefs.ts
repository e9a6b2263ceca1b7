/**
 * What each run changed, in short: `+2 ~1`. Asked for one state after the other, only for those in view, and only while
 * the session has nothing to do; what was answered once is kept, for a state never changes.
 */
import type { SnapshotNode } from '../../runtime/protocol/states.ts';
import type { Session } from '../sessions/session.ts';

const kept = 20_000;

export class Briefs {
  readonly #known = new Map<string, string>();
  readonly #tell: (briefs: Readonly<Record<string, string>>) => void;
  #wanted: readonly SnapshotNode[] = [];
  #isAsking = false;

  constructor(tell: (briefs: Readonly<Record<string, string>>) => void) {
    this.#tell = tell;
  }

  /** What is known already. */
  get all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#known);
  }

  /** Asks for these states, in this order; what was wanted before and is not any more is dropped. */
  want(nodes: readonly SnapshotNode[], session: Session): void {
    this.#wanted = nodes.filter(({ id }) => !this.#known.has(id));
    if (!this.#isAsking) void this.#ask(session);
  }

  async #ask(session: Session): Promise<void> {
    this.#isAsking = true;
    try {
      for (let node = this.#next(session); node !== undefined; node = this.#next(session)) {
        const brief = await briefOf(node, session).catch(() => '');
        if (this.#known.size >= kept) this.#known.clear();
        this.#known.set(node.id, brief);
        this.#tell({ [node.id]: brief });
      }
    } finally {
      this.#isAsking = false;
    }
  }

  #next(session: Session): SnapshotNode | undefined {
    if (session.state !== 'idle') return undefined;
    const [node, ...rest] = this.#wanted;
    this.#wanted = rest;
    return node;
  }
}

async function briefOf({ id, parent }: SnapshotNode, { connected }: Session): Promise<string> {
  if (connected === undefined || parent === undefined) return '';
  const { added, removed, changed } = await connected.client.request('diff', {
    session: connected.id,
    from: parent,
    to: id,
    brief: true,
  });
  return briefText(added.length, changed.length, removed.length);
}

/** `+2 ~1 −3`, without what is 0. */
export function briefText(added: number, changed: number, removed: number): string {
  const parts = [
    ['+', added],
    ['~', changed],
    ['−', removed],
  ] as const;
  return parts.flatMap(([sign, count]) => (count === 0 ? [] : [`${sign}${count}`])).join(' ');
}
