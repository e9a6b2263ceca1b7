/**
 * The strip: draws what of a run is in view, and tells what mouse and keys ask for. For a screen reader it is a slider
 * whose value is said in words.
 */
import type { Destination, Timeline, TimeMove, TimeWords } from '../messages.ts';
import { type Pointed, pan, type Span, showing, timeAt, wholeRun, xOf, zoom } from '../strip.ts';
import { Picture } from './picture.ts';

export interface StripEvents {
  /** Without a span: all of the run. */
  readonly onLook: (span: Span | undefined, columns: number) => void;
  readonly onGoto: (destination: Destination) => void;
  readonly onMove: (move: TimeMove) => void;
}

const settleMs = 60;
const zoomStep = 1.2;
const reachPx = 4;

export class Strip {
  readonly element = document.createElement('div');
  readonly #events: StripEvents;
  readonly #picture = new Picture();
  #words: TimeWords | undefined;
  #end = 0;
  #span: Span = wholeRun(0);
  /** False while all of the run is in view: then what comes later is in view, too. */
  #isZoomed = false;
  #time: number | undefined;
  #dragged: number | undefined;
  /** The mark that was gone to by keyboard: where the line begins that made it may be earlier. */
  #visited: number | undefined;
  #isArriving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;

  constructor(events: StripEvents) {
    this.#events = events;
    const { element } = this;
    element.className = 'strip';
    element.tabIndex = 0;
    element.setAttribute('role', 'slider');
    element.append(this.#picture.element, this.#picture.tip);
    element.addEventListener('pointerdown', (event) => this.#press(event));
    element.addEventListener('pointermove', (event) => this.#hover(event));
    element.addEventListener('pointerup', (event) => this.#release(event));
    element.addEventListener('pointercancel', (event) => this.#release(event));
    element.addEventListener('pointerleave', () => this.#picture.hideTip());
    element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    element.addEventListener('dblclick', () => this.#show(wholeRun(this.#end)));
    element.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#lookSoon()).observe(element);
  }

  showRun(isNew: boolean, words: TimeWords): void {
    this.#words = words;
    this.element.setAttribute('aria-label', words.strip);
    this.element.title = words.help;
    if (!isNew) return;
    this.#end = 0;
    this.#time = undefined;
    this.#isZoomed = false;
    this.#span = wholeRun(0);
    this.#picture.clear();
    this.#lookSoon();
  }

  showPicture(timeline: Timeline, end: number): void {
    this.#end = Math.max(this.#end, end);
    this.#picture.add(timeline);
    if (this.#words !== undefined)
      this.element.setAttribute('aria-description', this.#picture.describe(this.#words));
    if (!this.#isZoomed) this.#span = this.#whole;
    this.#drawSoon();
  }

  showPosition(time: number, isLive: boolean, text: string): void {
    if (time !== this.#time && !this.#isArriving) this.#visited = undefined;
    this.#isArriving = false;
    this.#time = time;
    if (time > this.#end) {
      this.#end = time;
      this.#lookSoon();
    }
    this.#span = this.#isZoomed ? showing(this.#span, time, this.#whole) : this.#whole;
    this.#picture.isPast = !isLive;
    const { element } = this;
    element.setAttribute('aria-valuemin', '0');
    element.setAttribute('aria-valuemax', String(this.#end));
    element.setAttribute('aria-valuenow', String(time));
    element.setAttribute('aria-valuetext', text);
    this.#drawSoon();
  }

  get #width(): number {
    return this.element.clientWidth;
  }

  get #whole(): Span {
    return wholeRun(this.#end);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.element.focus();
    this.#dragged = this.#time;
    const mark = this.#picture.markAt(this.#pointed(event), reachPx);
    if (mark === undefined) this.#drag(event.offsetX);
    else this.#goto(mark);
  }

  #hover(event: PointerEvent): void {
    if (this.#dragged !== undefined) this.#drag(event.offsetX);
    else if (this.#words !== undefined) this.#picture.showTip(this.#pointed(event), reachPx, this.#words);
  }

  #pointed({ offsetX, offsetY }: PointerEvent): Pointed {
    return { x: offsetX, height: offsetY / Math.max(1, this.element.clientHeight) };
  }

  #release(event: PointerEvent): void {
    this.#dragged = undefined;
    this.element.releasePointerCapture(event.pointerId);
  }

  #drag(x: number): void {
    const time = Math.min(this.#end, Math.max(0, timeAt(x, this.#span, this.#width)));
    if (time !== this.#dragged || time !== this.#time) this.#goto({ time });
    this.#dragged = time;
  }

  // The playhead is there at once; what is said of the place comes with the position.
  #goto({ time, at, step }: Destination): void {
    this.#dragged = time;
    this.#time = time;
    this.#visited = undefined;
    this.#drawSoon();
    this.#events.onGoto({
      time,
      ...(at === undefined ? {} : { at }),
      ...(step === undefined ? {} : { step }),
    });
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    const perPixel = (this.#span.to - this.#span.from) / Math.max(1, this.#width);
    if (Math.abs(across) > Math.abs(event.shiftKey ? event.deltaX : event.deltaY))
      this.#show(pan(this.#span, across * perPixel, this.#whole));
    else
      this.#zoom(timeAt(event.offsetX, this.#span, this.#width), event.deltaY < 0 ? 1 / zoomStep : zoomStep);
  }

  #zoom(anchor: number, factor: number): void {
    this.#show(zoom(this.#span, anchor, factor, this.#whole));
  }

  #show(span: Span): void {
    this.#span = span;
    this.#isZoomed = span.to - span.from < this.#whole.to;
    this.#drawSoon();
    this.#lookSoon();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const middle = this.#time ?? (this.#span.from + this.#span.to) / 2;
    const page = Math.max(1, Math.round((this.#span.to - this.#span.from) / 20));
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#events.onMove(event.shiftKey ? 'reverse-continue' : 'step-back'),
      ArrowRight: () => this.#events.onMove(event.shiftKey ? 'continue' : 'step'),
      ArrowUp: () => this.#visit('before'),
      ArrowDown: () => this.#visit('after'),
      PageUp: () => this.#jump(-page),
      PageDown: () => this.#jump(page),
      Home: () => this.#jump(Number.NEGATIVE_INFINITY),
      End: () => this.#jump(Number.POSITIVE_INFINITY),
      '+': () => this.#zoom(middle, 1 / zoomStep),
      '=': () => this.#zoom(middle, 1 / zoomStep),
      '-': () => this.#zoom(middle, zoomStep),
      '0': () => this.#show(this.#whole),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #jump(by: number): void {
    this.#goto({ time: Math.min(this.#end, Math.max(0, (this.#time ?? 0) + by)) });
    this.#dragged = undefined;
  }

  #visit(direction: 'before' | 'after'): void {
    const mark = this.#picture.markBeside(this.#visited ?? this.#time ?? 0, direction);
    if (mark === undefined) return;
    this.#goto(mark);
    this.#dragged = undefined;
    this.#visited = mark.time;
    this.#isArriving = true;
  }

  #lookSoon(): void {
    this.#drawSoon();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const columns = Math.floor(this.#width);
      if (columns < 1) return;
      const { from, to } = this.#span;
      const span = { from: Math.floor(from), to: Math.ceil(to) };
      this.#events.onLook(this.#isZoomed ? span : undefined, columns);
    }, settleMs);
  }

  #drawSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const x = this.#time === undefined ? undefined : xOf(this.#time, this.#span, this.#width);
      this.#picture.draw(this.#span, this.#width, this.element.clientHeight, x);
    });
  }
}
