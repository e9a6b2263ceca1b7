/** Draws the lanes of one row: what goes past it, what ends in it, and the mark of its state. */
import type { TimelineRow } from '../messages.ts';

export const rowHeight = 42;
const laneWidth = 14;
const margin = 12;
const colours = 5;
const middle = 16;
/** More lanes than these are drawn in the last one's place. */
const maxLanes = 10;

export function graphWidth(lanes: number): number {
  return margin * 2 + (Math.min(Math.max(lanes, 1), maxLanes) - 1) * laneWidth;
}

export function drawGraph(row: TimelineRow, lanes: number): SVGSVGElement {
  const svg = element('svg', {
    class: 'graph',
    width: graphWidth(lanes),
    height: rowHeight,
    'aria-hidden': 'true',
  });
  const x = placeOf(row.lane);
  for (const lane of row.through) svg.append(path(lane, `M${placeOf(lane)} 0V${rowHeight}`));
  for (const lane of row.joins) svg.append(path(lane, curve(placeOf(lane), x)));
  if (row.goesOn) svg.append(path(row.lane, `M${x} ${middle}V${rowHeight}`));
  svg.append(...mark(row, x));
  return svg;
}

function curve(from: number, to: number): string {
  return from === to
    ? `M${to} 0V${middle}`
    : `M${from} 0C${from} ${middle * 0.75} ${to} ${middle * 0.25} ${to} ${middle}`;
}

/** The present is a filled ring, what is not held is hollow and dim, what failed has the colour of errors. */
function mark(row: TimelineRow, x: number): readonly SVGElement[] {
  const state = [
    'mark',
    row.status === 'failed' || row.status === 'interrupted' ? 'failed' : laneClass(row.lane),
    row.tier === 'none' ? 'none' : '',
  ];
  const ring = element('circle', {
    class: [...state, row.isPresent ? 'ring' : ''].join(' '),
    cx: x,
    cy: middle,
    r: row.isPresent ? 7 : 4.5,
  });
  if (!row.isPresent) return [ring];
  return [ring, element('circle', { class: [...state, 'core'].join(' '), cx: x, cy: middle, r: 3.5 })];
}

function path(lane: number, d: string): SVGElement {
  return element('path', { class: `line ${laneClass(lane)}`, d });
}

function laneClass(lane: number): string {
  return `lane${(lane % colours) + 1}`;
}

function placeOf(lane: number): number {
  return margin + Math.min(lane, maxLanes - 1) * laneWidth;
}

function element<Name extends 'svg' | 'path' | 'circle'>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
