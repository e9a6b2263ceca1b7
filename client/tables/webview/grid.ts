/**
 * The grid: header and rows of which only those that are seen are in the document, scrolling in both directions, and
 * one cell that is the current one. What is not known yet is asked for, a block at a time.
 */
import { ColumnLayout } from '../column-layout.ts';
import { type Cell, move } from '../keys.ts';
import type { Sorting, TableRequest, TableRows, TableWords } from '../messages.ts';
import {
  contentHeight,
  rowsToDraw,
  scrollTopOf,
  topRow,
  topRowShowing,
  type Viewport,
} from '../row-window.ts';
import { type Block, blockColumns, blockRows, type Part, TableBlocks } from '../table-blocks.ts';

const rowHeight = 24;
const headerHeight = 42;
const around = 8;

export interface GridEvents {
  readonly fetch: (request: TableRequest) => void;
  readonly say: (text: string) => void;
  readonly sized: (rows: number, columns: number, isFiltered: boolean) => void;
}

export class Grid {
  readonly element = document.createElement('div');
  readonly #canvas = document.createElement('div');
  readonly #header = document.createElement('div');
  readonly #rows = document.createElement('div');
  readonly #events: GridEvents;
  readonly #blocks = new TableBlocks();
  readonly #layout = new ColumnLayout();
  readonly #asked = new Map<number, Block>();
  #words: TableWords | undefined;
  #totalRows = 0;
  #indexWidth = 48;
  #characterWidth = 8;
  /** Row at the upper edge, with a fraction. */
  #top = 0;
  /** What the scroll position was set to, so that its event is not taken for a person's. */
  #setScroll: number | undefined;
  #cell: Cell = { row: 0, column: 0 };
  #sort: Sorting | undefined;
  #filter = '';
  #lastId = 0;
  /** Answers to requests before this one are of another order or another filter. */
  #firstValid = 1;
  #frame: number | undefined;

  constructor(events: GridEvents) {
    this.#events = events;
    this.element.className = 'grid';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'grid');
    this.element.setAttribute('aria-readonly', 'true');
    this.#canvas.className = 'canvas';
    this.#header.className = 'header';
    this.#header.setAttribute('role', 'row');
    this.#header.setAttribute('aria-rowindex', '1');
    this.#rows.className = 'rows';
    this.#rows.setAttribute('role', 'rowgroup');
    this.#canvas.append(this.#header, this.#rows);
    this.element.append(this.#canvas);
    this.element.addEventListener('scroll', () => this.#scrolled());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('mousedown', (event) => this.#pressed(event));
    this.element.addEventListener('focus', () => this.#drawSoon());
    new ResizeObserver(() => this.#drawSoon()).observe(this.element);
  }

  begin(words: TableWords): void {
    this.#words = words;
    this.element.setAttribute('aria-label', words.label);
    this.#characterWidth = this.#measureCharacter();
    this.#drawSoon();
  }

  /** Only rows that contain the text, from the first one. */
  filter(text: string): void {
    if (text === this.#filter) return;
    this.#filter = text;
    this.#anew();
  }

  /** Fetches again what is seen; stays where it is. */
  reload(): void {
    this.#firstValid = this.#lastId + 1;
    this.#asked.clear();
    this.#blocks.clear();
    this.#drawSoon();
  }

  receive(found: TableRows): void {
    const block = this.#asked.get(found.id);
    this.#asked.delete(found.id);
    if (block === undefined || found.id < this.#firstValid) return;
    this.#blocks.add(block, found);
    this.#totalRows = found.totalRows;
    this.#layout.resize(found.totalColumns);
    this.#fitColumns(block, found);
    this.#cell = this.#within(this.#cell);
    this.element.setAttribute('aria-rowcount', String(found.totalRows + 1));
    this.element.setAttribute('aria-colcount', String(found.totalColumns + 1));
    this.#events.sized(found.totalRows, found.totalColumns, this.#filter !== '');
    this.#drawSoon();
  }

  /** A request has failed; false when nobody waits for it any more. */
  failed(id: number): boolean {
    return this.#asked.has(id) && id >= this.#firstValid;
  }

  #anew(): void {
    this.#top = 0;
    this.#cell = { row: Math.min(this.#cell.row, 0), column: this.#cell.column };
    this.#scrollTo(0);
    this.reload();
  }

  #fitColumns({ column }: Block, { columns, index }: TableRows): void {
    columns.forEach(({ name, dtype = '' }, offset) => {
      const at = column * blockColumns + offset;
      const characters = Math.max(name.length + 3, dtype.length, this.#blocks.widest(at));
      this.#layout.fit(at, characters * this.#characterWidth + 24);
    });
    const longest = Math.max(3, ...index.map((label) => label.length));
    this.#indexWidth = Math.max(
      this.#indexWidth,
      Math.min(280, Math.round(longest * this.#characterWidth + 24)),
    );
  }

  #measureCharacter(): number {
    const sample = this.#box('sample', 'presentation', '0'.repeat(20));
    this.#canvas.append(sample);
    const width = sample.getBoundingClientRect().width / 20;
    sample.remove();
    return width;
  }

  get #viewport(): Viewport {
    const height = Math.max(rowHeight, this.element.clientHeight - headerHeight);
    return { totalRows: this.#totalRows, rowHeight, height };
  }

  #drawSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#words === undefined) return;
    const { scrollLeft, clientWidth } = this.element;
    const { first, end } = rowsToDraw(this.#viewport, this.#top, around);
    const columns = this.#layout.between(scrollLeft, scrollLeft + clientWidth - this.#indexWidth);
    const part: Part = { first, end, ...columns };
    this.#ask(part);
    this.#canvas.style.height = `${contentHeight(this.#viewport) + headerHeight}px`;
    this.#canvas.style.width = `${this.#layout.fullWidth + this.#indexWidth}px`;
    this.#drawHeader(part);
    this.#drawRows(part);
    const current = `r${this.#cell.row}c${this.#cell.column}`;
    this.element.setAttribute(
      'aria-activedescendant',
      document.getElementById(current) === null ? '' : current,
    );
  }

  // The first request tells how large the table is; until then nothing else is asked for.
  #ask(part: Part): void {
    if (this.#layout.total === 0 && this.#asked.size > 0) return;
    for (const block of this.#blocks.missing(part)) {
      const { row, column } = block;
      if ([...this.#asked.values()].some((asked) => asked.row === row && asked.column === column)) continue;
      this.#lastId += 1;
      this.#asked.set(this.#lastId, block);
      this.#events.fetch({
        kind: 'fetch',
        id: this.#lastId,
        start: row * blockRows,
        count: blockRows,
        columnStart: column * blockColumns,
        columnCount: blockColumns,
        ...(this.#sort === undefined ? {} : { sort: this.#sort }),
        filter: this.#filter,
      });
    }
  }

  #drawHeader({ firstColumn, endColumn }: Part): void {
    const corner = this.#box('corner', 'columnheader', this.#words?.index ?? '');
    corner.style.width = `${this.#indexWidth}px`;
    corner.setAttribute('aria-colindex', '1');
    const cells = [corner];
    for (let column = firstColumn; column < endColumn; column++) cells.push(this.#headerCell(column));
    this.#header.replaceChildren(...cells);
  }

  #headerCell(column: number): HTMLElement {
    const known = this.#blocks.header(column);
    const cell = this.#box('head', 'columnheader', '');
    const button = document.createElement('button');
    const name = document.createElement('span');
    const dtype = document.createElement('span');
    const sorted =
      this.#sort?.column === column ? (this.#sort.descending ? 'descending' : 'ascending') : 'none';
    cell.id = `r-1c${column}`;
    cell.style.left = `${this.#layout.left(column) + this.#indexWidth}px`;
    cell.style.width = `${this.#layout.width(column)}px`;
    cell.classList.toggle('current', this.#isCurrent(-1, column));
    cell.setAttribute('aria-colindex', String(column + 2));
    cell.setAttribute('aria-sort', sorted);
    // In the grid, arrow keys lead to it; Tab leaves the grid.
    button.tabIndex = -1;
    button.className = `sort ${sorted}`;
    button.dataset['column'] = String(column);
    name.className = 'name';
    name.textContent = known?.name ?? '…';
    dtype.className = 'dtype';
    dtype.textContent = known?.dtype ?? '';
    button.title = [known?.name, known?.dtype].filter(Boolean).join(' · ');
    button.append(name, dtype);
    cell.append(button);
    return cell;
  }

  #drawRows({ first, end, firstColumn, endColumn }: Part): void {
    const rows: HTMLElement[] = [];
    const edge = this.element.scrollTop - (this.#top - Math.floor(this.#top)) * rowHeight;
    for (let row = first; row < end; row++) {
      const line = document.createElement('div');
      line.className = row % 2 === 0 ? 'row' : 'row odd';
      line.setAttribute('role', 'row');
      line.setAttribute('aria-rowindex', String(row + 2));
      line.style.top = `${edge + headerHeight + (row - Math.floor(this.#top)) * rowHeight}px`;
      const label = this.#box('label', 'rowheader', this.#blocks.label(row, firstColumn) ?? '');
      label.style.width = `${this.#indexWidth}px`;
      label.setAttribute('aria-colindex', '1');
      line.append(label);
      for (let column = firstColumn; column < endColumn; column++) line.append(this.#cellAt(row, column));
      rows.push(line);
    }
    if (rows.length === 0 && this.#asked.size === 0)
      rows.push(this.#box('empty', 'row', this.#words?.empty ?? ''));
    this.#rows.replaceChildren(...rows);
  }

  #cellAt(row: number, column: number): HTMLElement {
    const text = this.#blocks.cell(row, column);
    const cell = this.#box(text === undefined ? 'cell unknown' : 'cell', 'gridcell', text ?? '');
    const isNumber = /^(u?int|float|complex|Int|UInt|Float)/.test(this.#blocks.header(column)?.dtype ?? '');
    cell.id = `r${row}c${column}`;
    cell.style.left = `${this.#layout.left(column) + this.#indexWidth}px`;
    cell.style.width = `${this.#layout.width(column)}px`;
    cell.classList.toggle('number', isNumber || (text !== undefined && /^-?[\d.]+(e[+-]?\d+)?$/.test(text)));
    cell.classList.toggle('none', text === 'NaN' || text === 'None' || text === 'NaT' || text === '<NA>');
    cell.classList.toggle('current', this.#isCurrent(row, column));
    cell.setAttribute('aria-colindex', String(column + 2));
    if (this.#isCurrent(row, column)) cell.setAttribute('aria-selected', 'true');
    if (text !== undefined && text.length > 20) cell.title = text;
    return cell;
  }

  #box(className: string, role: string, text: string): HTMLElement {
    const box = document.createElement('div');
    box.className = className;
    box.setAttribute('role', role);
    box.textContent = text;
    return box;
  }

  #isCurrent(row: number, column: number): boolean {
    return this.#cell.row === row && this.#cell.column === column;
  }

  #scrolled(): void {
    const { scrollTop } = this.element;
    if (this.#setScroll === undefined || Math.abs(scrollTop - this.#setScroll) > 1)
      this.#top = topRow(this.#viewport, scrollTop);
    this.#setScroll = undefined;
    this.#drawSoon();
  }

  #scrollTo(row: number): void {
    this.#top = row;
    const wanted = scrollTopOf(this.#viewport, row);
    if (Math.abs(this.element.scrollTop - wanted) <= 0.5) return;
    this.element.scrollTop = wanted;
    this.#setScroll = this.element.scrollTop;
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    const { row, column } = this.#cell;
    if ((key === 'Enter' || key === ' ') && row === -1) this.#sortBy(column);
    else if ((event.ctrlKey || event.metaKey) && key === 'c') void this.#copy();
    else {
      const page = Math.max(1, Math.floor(this.#viewport.height / rowHeight) - 1);
      const moved = move(this.#cell, event, page, { rows: this.#totalRows, columns: this.#layout.total });
      if (moved === undefined) return;
      this.#goTo(moved);
    }
    event.preventDefault();
  }

  #goTo(cell: Cell): void {
    this.#cell = this.#within(cell);
    const { row, column } = this.#cell;
    if (row >= 0) this.#scrollTo(topRowShowing(this.#viewport, this.#top, row));
    const left = this.#layout.left(column);
    const seen = this.element.clientWidth - this.#indexWidth;
    const right = left + this.#layout.width(column);
    if (left < this.element.scrollLeft) this.element.scrollLeft = left;
    else if (right > this.element.scrollLeft + seen) this.element.scrollLeft = Math.min(left, right - seen);
    this.#drawSoon();
  }

  #within({ row, column }: Cell): Cell {
    return {
      row: Math.min(Math.max(row, -1), Math.max(-1, this.#totalRows - 1)),
      column: Math.min(Math.max(column, 0), Math.max(0, this.#layout.total - 1)),
    };
  }

  #pressed(event: MouseEvent): void {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    const place = /^r(-?\d+)c(\d+)$/.exec(event.target.closest('[id]')?.id ?? '');
    if (place === null) return;
    const cell = { row: Number(place[1]), column: Number(place[2]) };
    this.#goTo(cell);
    this.element.focus();
    event.preventDefault();
    if (cell.row === -1) this.#sortBy(cell.column);
  }

  // Smallest first, largest first, and back to the table's own order.
  #sortBy(column: number): void {
    const now = this.#sort?.column === column ? this.#sort : undefined;
    this.#sort =
      now === undefined
        ? { column, descending: false }
        : now.descending
          ? undefined
          : { column, descending: true };
    const words = this.#words;
    const name = this.#blocks.header(column)?.name ?? '';
    if (words !== undefined) {
      const said =
        this.#sort === undefined ? words.unsorted : this.#sort.descending ? words.sortedDown : words.sortedUp;
      this.#events.say(said.replace('{0}', name));
    }
    this.#anew();
  }

  async #copy(): Promise<void> {
    const { row, column } = this.#cell;
    const text = row === -1 ? this.#blocks.header(column)?.name : this.#blocks.cell(row, column);
    if (text !== undefined) await navigator.clipboard.writeText(text);
  }
}
