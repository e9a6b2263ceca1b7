/**
 * Keeps live snapshots within the budget of memory and of number. It measures beside everything else, one snapshot at a
 * time, newest first. Own memory is shared out among those who share it, so an old figure says too much: before one is given
 * up all are measured again, if enough of them came and went since. A named state is written to disk before its live form goes.
 */
import type { Logger } from '../logger.ts';
import { isHeld, type StateNode } from './state-node.ts';
import { type Budget, type Candidate, planReleases, type Rank } from './thinning.ts';

export interface MemoryKeeperOptions {
  readonly budget: Budget;
  readonly logger: Logger;
  /** Unix seconds. */
  readonly now: () => number;
  /** All states that have a live form. */
  readonly live: ReadonlySet<StateNode>;
  /** States that must stay: `needed` in any case, `kept` unless the budget is 0. */
  readonly pins: () => { readonly needed: ReadonlySet<StateNode>; readonly kept: ReadonlySet<StateNode> };
  /** Writes a named state to disk. */
  readonly save: (node: StateNode) => Promise<void>;
  /** Gives a live form up. */
  readonly release: (node: StateNode) => void;
}

/** Without a new state for so long, it is quiet. */
const quietMs = 100;
/** Measured after so long in any case: what the states of a busy session take is not known before. */
const patienceMs = 500;

export class MemoryKeeper {
  readonly #options: MemoryKeeperOptions;
  /** States to measure next. */
  readonly #due = new Set<StateNode>();
  /** Named ones that cannot be written: they stay, and are not tried again while they have this form. */
  readonly #unsaved = new WeakSet<object>();
  /** How many came and went since all were measured. */
  #changes = 0;
  #work: Promise<void> | undefined;
  /** Something has changed that the work under way may not have seen. */
  #isDirty = false;
  #isStopped = false;
  /** Ends the wait for a quiet moment. */
  #hurry: () => void = () => undefined;
  /** Puts the end of that wait off. */
  #defer: () => void = () => undefined;

  constructor(options: MemoryKeeperOptions) {
    this.#options = options;
  }

  get budget(): Budget {
    return this.#options.budget;
  }

  /** Own memory of all live snapshots, as last measured. */
  get usedBytes(): number {
    return [...this.#options.live].reduce((sum, { live }) => sum + (live?.sizeBytes ?? 0), 0);
  }

  /** A state was captured. It is measured soon, and so is the one before it, which has diverged since. */
  noticed(node: StateNode): void {
    this.#due.delete(node);
    this.#due.add(node);
    this.#changes += 1;
    if (node.parent?.live !== undefined) this.#due.add(node.parent);
    this.#defer();
    this.check();
  }

  /** What may stay has changed: looks again whether all is within the budget. */
  check(): void {
    if (this.#isStopped) return;
    this.#isDirty = true;
    if (this.#isOver()) this.#hurry();
    this.#work ??= this.#keep().finally(() => {
      this.#work = undefined;
      if (this.#isDirty || this.#due.size > 0) this.check();
    });
  }

  /** Resolves when nothing is left to measure or to give up. Does not wait for a quiet moment. */
  async settled(): Promise<void> {
    while (this.#work !== undefined) {
      this.#hurry();
      await this.#work;
    }
  }

  /** Resolves when what was noticed so far is measured, which is in the next quiet moment. */
  async measured(): Promise<void> {
    await this.#work;
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#isStopped = true;
    this.#due.clear();
    this.#hurry();
  }

  async #keep(): Promise<void> {
    await null; // What is due in this turn is gathered first.
    if (this.#due.size > 0 && !this.#isStopped && !this.#isOver()) await this.#quietMoment();
    this.#isDirty = false;
    await this.#measureDue();
    await this.#refresh();
    while (!this.#isStopped && this.#isOver() && this.#plan().length > 0) {
      if (this.#isOverBytes() && this.#changes > this.#options.live.size / 8) await this.#measureAll();
      const [next] = this.#plan();
      if (next === undefined) return;
      await this.#giveUp(next);
      await this.#measureDue();
    }
  }

  /** Measuring walks through a process's memory: not while it, or the session behind it, is about to be forked. */
  #quietMoment(): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(quiet);
        clearTimeout(latest);
        this.#defer = this.#hurry = () => undefined;
        resolve();
      };
      const quiet = setTimeout(end, quietMs);
      const latest = setTimeout(end, patienceMs);
      this.#hurry = end;
      this.#defer = () => quiet.refresh();
    });
  }

  async #measureDue(): Promise<void> {
    for (;;) {
      const newest = [...this.#due].at(-1);
      if (newest === undefined) return;
      this.#due.delete(newest);
      await this.#measure(newest);
    }
  }

  async #measureAll(): Promise<void> {
    this.#changes = 0;
    for (const node of [...this.#options.live].reverse()) {
      if (!this.#isStopped) await this.#measure(node);
    }
  }

  /** What a state shares with others changes with each that comes or goes: looks at all again, while nothing happens. */
  async #refresh(): Promise<void> {
    if (this.#changes <= this.#options.live.size / 8) return;
    for (const node of [...this.#options.live].reverse()) {
      if (this.#isStopped || this.#isDirty) return;
      await this.#measure(node);
    }
    this.#changes = 0;
  }

  async #measure({ id, live }: StateNode): Promise<void> {
    if (live === undefined) return;
    try {
      live.sizeBytes = await live.snapshot.measure();
    } catch (error) {
      // It is gone, or just going; `lost` says so.
      this.#options.logger.debug({ snapshot: id, err: error }, 'snapshot not measured');
    }
  }

  #isOver(): boolean {
    const { bytes, count } = this.#options.budget;
    return bytes === 0 || this.#options.live.size > count || this.#isOverBytes();
  }

  #isOverBytes(): boolean {
    const { bytes } = this.#options.budget;
    return bytes > 0 && this.usedBytes > bytes;
  }

  /** The states to give up now, as far as figures are known. */
  #plan(): StateNode[] {
    const { budget, now } = this.#options;
    const live = [...this.#options.live];
    const byId = new Map(live.map((node) => [node.id, node]));
    const { needed, kept } = this.#options.pins();
    const candidates = live.map((node): Candidate => {
      const sizeBytes = node.live?.sizeBytes ?? 0;
      const rank = this.#rankOf(node, needed.has(node) || (budget.bytes > 0 && kept.has(node)));
      return { id: node.id, group: node.session, sizeBytes, created: node.created, rank };
    });
    const bound = budget.bytes > 0 ? budget : { bytes: 0, count: 0 };
    return planReleases(candidates, bound, now()).flatMap((id) => byId.get(id) ?? []);
  }

  #rankOf(node: StateNode, isPinned: boolean): Rank {
    if (isPinned || node.live === undefined || this.#unsaved.has(node.live)) return 'pinned';
    if (node.isRequested) return 'named';
    return [...node.children].some(isHeld) ? 'automatic' : 'tip';
  }

  async #giveUp(node: StateNode): Promise<void> {
    const { live } = node;
    if (node.isRequested && node.durable === undefined && live !== undefined) {
      try {
        await this.#options.save(node);
      } catch (error) {
        this.#unsaved.add(live);
        this.#options.logger.warn({ snapshot: node.id, err: error }, 'named snapshot stays in memory');
        return;
      }
      // It was named, used or needed otherwise meanwhile: the plan is made anew.
      if (node.live !== live || this.#options.pins().needed.has(node)) return;
    }
    if (node.parent !== undefined) this.#due.add(node.parent);
    for (const child of node.children) this.#due.add(child);
    this.#changes += 1;
    this.#options.release(node);
  }
}
