/** What of a run is drawn: silhouette, marks and playhead as SVG, and the words beside the mouse. Decides nothing. */
import type { Timeline, TimeWords } from '../messages.ts';
import {
  countMarks,
  depthsOf,
  markBeside,
  markNear,
  outputsFrom,
  type PlacedMark,
  type Pointed,
  placeMarks,
  type Span,
  silhouette,
} from '../strip.ts';

const svg = 'http://www.w3.org/2000/svg';
const tipMargin = 8;

export class Picture {
  readonly element = document.createElementNS(svg, 'svg');
  readonly tip = document.createElement('div');
  /** True: the playhead is drawn as one in the past. */
  isPast = false;
  readonly #outline = shape('path', 'silhouette');
  readonly #marks = shape('g', 'marks');
  readonly #playhead = shape('path', 'playhead');
  /** The whole run, coarse, and the piece that was asked for last, fine. */
  #whole: Timeline | undefined;
  #piece: Timeline | undefined;
  #placed: readonly PlacedMark[] = [];
  #depths: readonly number[] = [];

  constructor() {
    this.element.setAttribute('aria-hidden', 'true');
    this.element.append(this.#outline, this.#marks, this.#playhead);
    this.tip.className = 'tip';
    this.tip.hidden = true;
  }

  clear(): void {
    this.#whole = undefined;
    this.#piece = undefined;
  }

  add(timeline: Timeline): void {
    if (timeline.from === 0 && timeline.to >= (this.#whole?.to ?? 0)) this.#whole = timeline;
    this.#piece = timeline;
  }

  /** `x`: where the playhead stands. */
  draw(span: Span, width: number, height: number, x: number | undefined): void {
    const timeline = covering(this.#piece, span) ?? this.#whole;
    this.element.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#depths = timeline === undefined ? [] : depthsOf(timeline, span, width);
    this.#outline.setAttribute('d', silhouette(this.#depths, height - 10));
    this.#outline.setAttribute('transform', 'translate(0 6)');
    this.#placed = timeline === undefined ? [] : placeMarks(timeline, span, width);
    this.#marks.replaceChildren(...this.#placed.map((mark) => drawMark(mark, height)));
    this.#playhead.setAttribute('class', this.isPast ? 'playhead past' : 'playhead');
    const at = x === undefined ? undefined : Math.round(x * 10) / 10;
    // A triangle on top of a line: seen over any silhouette.
    this.#playhead.setAttribute('d', at === undefined ? '' : `M${at - 4} 0H${at + 4}L${at} 6V${height}V6Z`);
  }

  markAt(pointed: Pointed, reachPx: number): PlacedMark | undefined {
    return markNear(this.#placed, pointed, reachPx);
  }

  /** The mark before or after a time, as fine as it is known. */
  markBeside(time: number, direction: 'before' | 'after'): Timeline['marks'][number] | undefined {
    const piece = this.#piece === undefined ? undefined : markBeside(this.#piece, time, direction);
    return piece ?? (this.#whole === undefined ? undefined : markBeside(this.#whole, time, direction));
  }

  /** What is marked in the whole run, in words. */
  describe({ marks, marked }: TimeWords): string {
    const counts = this.#whole === undefined ? [] : [...countMarks(this.#whole)];
    const said = counts.map(([kind, count]) =>
      count === 1 ? marks[kind].one : marks[kind].many.replace('{0}', count.toLocaleString()),
    );
    return said.length === 0 ? '' : marked.replace('{0}', said.join(', '));
  }

  showTip(pointed: Pointed, reachPx: number, words: TimeWords): void {
    const { x } = pointed;
    const mark = this.markAt(pointed, reachPx);
    const depth = this.#depths[Math.floor(x)] ?? 0;
    this.tip.textContent =
      mark === undefined ? words.depth.replace('{0}', String(depth)) : markText(mark, words);
    this.tip.hidden = mark === undefined && depth === 0;
    const { clientWidth } = this.element;
    const room = Math.max(0, clientWidth - this.tip.offsetWidth);
    this.tip.style.left = `${Math.min(room, Math.max(0, x + tipMargin))}px`;
  }

  hideTip(): void {
    this.tip.hidden = true;
  }
}

function covering(timeline: Timeline | undefined, span: Span): Timeline | undefined {
  return timeline !== undefined && timeline.from <= span.from && timeline.to >= span.to - 2
    ? timeline
    : undefined;
}

function markText({ kind, count, text }: PlacedMark, words: TimeWords): string {
  const { one, many } = words.marks[kind];
  const said = count === 1 ? one : many.replace('{0}', count.toLocaleString());
  return text === undefined || text === '' ? said : `${said}: ${text}`;
}

function drawMark({ kind, x }: PlacedMark, height: number): SVGElement {
  if (kind === 'breakpoint') {
    const dot = shape('circle', `mark ${kind}`);
    dot.setAttribute('cx', String(x));
    dot.setAttribute('cy', String(height - 4));
    dot.setAttribute('r', '2.5');
    return dot;
  }
  const line = shape('path', `mark ${kind}`);
  line.setAttribute('d', `M${x} ${tops[kind](height)}V${kind === 'exception' ? height / 2 : height}`);
  return line;
}

/** Where the line of a mark begins: snapshots go through, what a person did or raised stands out. */
const tops = {
  snapshot: () => 6,
  exception: () => 6,
  edit: (height: number) => height / 3,
  effect: (height: number) => height * 0.6,
  output: (height: number) => height * outputsFrom,
} as const;

function shape(name: 'path' | 'g' | 'circle', className: string): SVGElement {
  const made = document.createElementNS(svg, name);
  made.setAttribute('class', className);
  return made;
}
