/**
 * The list of states: which rows are drawn, which is selected, what keys and mouse do. Only what is in view, and some
 * around it, is in the document: a session of ten thousand runs scrolls as one of ten does.
 */
import type { TimelineAction, TimelineRow, TimelineTree } from '../messages.ts';
import { rowHeight } from './graph.ts';
import { agoText, markRow, renderRow } from './row.ts';

/** Up to twice as many rows are all in the document, and nothing has to be drawn while scrolling. */
const overscan = 250;
const tickMs = 10_000;

export interface ListEvents {
  readonly onSelect: (id: string) => void;
  readonly onVisible: (ids: readonly string[]) => void;
  readonly onAct: (action: TimelineAction, id: string, other: string | undefined) => void;
}

const keys: Readonly<Record<string, TimelineAction>> = {
  r: 'rewind',
  f: 'fork',
  v: 'variables',
  c: 'compare',
  n: 'name',
  F2: 'name',
  Delete: 'delete',
  Backspace: 'delete',
};

export class StateList {
  readonly element = document.createElement('div');
  readonly #spacer = document.createElement('div');
  readonly #events: ListEvents;
  readonly #briefs = new Map<string, string>();
  readonly #elements = new Map<string | undefined, { readonly key: string; readonly element: HTMLElement }>();
  #tree: TimelineTree | undefined;
  #current: string | undefined;
  #marked: string | undefined;
  #drawn = '';
  #frame: number | undefined;

  constructor(events: ListEvents) {
    this.#events = events;
    this.element.className = 'list';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'listbox');
    this.#spacer.className = 'spacer';
    this.#spacer.setAttribute('role', 'presentation');
    this.element.append(this.#spacer);
    this.element.addEventListener('scroll', () => this.#drawSoon());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('click', (event) => this.#click(event));
    this.element.addEventListener('focus', () => this.#focused());
    new ResizeObserver(() => this.#drawSoon()).observe(this.element);
    setInterval(() => this.#tick(), tickMs);
  }

  get current(): string | undefined {
    return this.#current;
  }

  show(tree: TimelineTree): void {
    this.#tree = tree;
    this.element.setAttribute('aria-label', tree.words.list);
    const ids = new Set(tree.rows.map(({ id }) => id));
    if (this.#current !== undefined && !ids.has(this.#current)) this.#current = undefined;
    if (this.#marked !== undefined && !ids.has(this.#marked)) this.#marked = undefined;
    this.#draw();
  }

  addBriefs(briefs: Readonly<Record<string, string>>): void {
    for (const [id, brief] of Object.entries(briefs)) this.#briefs.set(id, brief);
    this.#drawSoon();
  }

  /** Nothing is selected any more. */
  deselect(): void {
    this.#current = undefined;
    this.#draw();
    this.element.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    };
    const move = moves[event.key];
    const action = keys[event.key];
    if (move !== undefined) this.#move(move);
    else if (action !== undefined && this.#current !== undefined) this.#act(action, this.#current);
    else if (event.key === ' ' && this.#current !== undefined) this.#mark(this.#current);
    else if (event.key === 'Enter' && this.#current !== undefined) this.#events.onSelect(this.#current);
    else return;
    event.preventDefault();
  }

  #click(event: MouseEvent): void {
    const id = rowOf(event.target);
    if (id === undefined) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) this.#mark(id);
    else {
      this.#select(id);
      this.#events.onSelect(id);
    }
  }

  #focused(): void {
    if (this.#current !== undefined) return;
    const rows = this.#tree?.rows ?? [];
    const first = rows.find(({ isPresent }) => isPresent) ?? rows[0];
    if (first !== undefined) this.#select(first.id);
  }

  #move(by: number): void {
    const rows = this.#tree?.rows ?? [];
    const at = rows.findIndex(({ id }) => id === this.#current);
    const row = rows[Math.min(rows.length - 1, Math.max(0, (at === -1 ? 0 : at) + by))];
    if (row !== undefined) this.#select(row.id);
  }

  #select(id: string): void {
    this.#current = id;
    const index = this.#tree?.rows.findIndex((row) => row.id === id) ?? -1;
    if (index === -1) return;
    const top = index * rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    if (top + rowHeight > scrollTop + clientHeight) this.element.scrollTop = top + rowHeight - clientHeight;
    this.#draw();
  }

  #mark(id: string): void {
    this.#marked = this.#marked === id ? undefined : id;
    this.#draw();
  }

  #act(action: TimelineAction, id: string): void {
    const other = action === 'compare' && this.#marked !== id ? this.#marked : undefined;
    this.#events.onAct(action, id, other);
  }

  #drawSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const tree = this.#tree;
    if (tree === undefined) return;
    const { scrollTop, clientHeight } = this.element;
    const firstInView = Math.floor(scrollTop / rowHeight);
    const endInView = Math.ceil((scrollTop + clientHeight) / rowHeight);
    const start = Math.max(0, firstInView - overscan);
    const rows = tree.rows.slice(start, endInView + overscan);
    this.#spacer.style.height = `${tree.rows.length * rowHeight}px`;
    this.#place(rows.map((row, index) => this.#row(tree, row, start + index)));
    if (this.#current === undefined) this.element.removeAttribute('aria-activedescendant');
    else this.element.setAttribute('aria-activedescendant', `state-${this.#current}`);
    this.#tellVisible(tree.rows.slice(firstInView, endInView));
  }

  // What is there already stays in the document: a row that is drawn anew between press and release gets no click.
  #place(wanted: readonly HTMLElement[]): void {
    const kept = new Set<Element>(wanted);
    for (const child of [...this.#spacer.children]) if (!kept.has(child)) child.remove();
    let next = this.#spacer.firstElementChild;
    for (const element of wanted) {
      if (element === next) next = next.nextElementSibling;
      else this.#spacer.insertBefore(element, next);
    }
    const ids = new Set(wanted.map(({ dataset }) => dataset['id']));
    for (const id of this.#elements.keys()) if (!ids.has(id)) this.#elements.delete(id);
  }

  #row(tree: TimelineTree, row: TimelineRow, index: number): HTMLElement {
    const content = {
      lanes: tree.width,
      brief: this.#briefs.get(row.id),
      position: index + 1,
      total: tree.rows.length,
    };
    const key = JSON.stringify([row, content]);
    const known = this.#elements.get(row.id);
    const element =
      known?.key === key
        ? known.element
        : renderRow(row, { ...content, words: tree.words, act: (action) => this.#act(action, row.id) });
    this.#elements.set(row.id, { key, element });
    markRow(element, row.id === this.#current, row.id === this.#marked);
    element.style.top = `${index * rowHeight}px`;
    return element;
  }

  #tellVisible(rows: readonly TimelineRow[]): void {
    const ids = rows.map(({ id }) => id).filter((id) => !this.#briefs.has(id));
    const key = ids.join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    if (ids.length > 0) this.#events.onVisible(ids);
  }

  #tick(): void {
    const words = this.#tree?.words;
    if (words === undefined) return;
    for (const ago of this.#spacer.querySelectorAll<HTMLElement>('.ago'))
      ago.textContent = agoText(Number(ago.dataset['created']), Date.now(), words);
  }
}

function rowOf(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>('.row')?.dataset['id'] : undefined;
}
