/**
 * Adds what a program wrote to a cell: joined to the stream output before it, carriage returns applied, and
 * bounded. Over the limit, the head stays, the tail moves along, and the lines between are counted, so that a
 * million lines cost no more than a thousand. Knows nothing of how it is shown.
 */
import type { PanelCell, PanelOutput, StreamOutput } from './cells.ts';

export interface OutputLimits {
  /** Lines, and UTF-16 units, of a cell's streams that are shown in full. */
  readonly headLines: number;
  readonly headLength: number;
  readonly tailLines: number;
  readonly tailLength: number;
  /** Outputs of one cell; a program that alternates between its two streams makes many. */
  readonly outputs: number;
}

export const defaultLimits: OutputLimits = {
  headLines: 5_000,
  headLength: 1_000_000,
  tailLines: 200,
  tailLength: 40_000,
  outputs: 500,
};

/** Adds `data` to the cell. `nextId` gives the number of a new output. */
export function appendStream(
  cell: PanelCell,
  stream: 'stdout' | 'stderr',
  data: string,
  limits: OutputLimits,
  nextId: () => number,
): void {
  const lines = countLines(data);
  const full =
    cell.shownLines + lines > limits.headLines || cell.shownLength + data.length > limits.headLength;
  let omitted = cell.outputs.find((output) => output.kind === 'omitted');
  if (omitted === undefined && !full && cell.outputs.length < limits.outputs) {
    write(openStream(cell, stream, false, nextId), data);
    cell.shownLines += lines;
    cell.shownLength += data.length;
    return;
  }
  if (omitted === undefined) {
    const added: PanelOutput = {
      kind: 'omitted',
      lines: 0,
      totalLines: cell.shownLines,
      id: `${cell.key}:${nextId()}`,
      version: 0,
    };
    cell.outputs.push(added);
    omitted = added;
  }
  omitted.totalLines += lines;
  const tail = openStream(cell, stream, true, nextId);
  write(tail, data);
  omitted.lines += cut(tail, limits) + dropOldTails(cell, limits);
  omitted.version++;
}

function openStream(
  cell: PanelCell,
  stream: 'stdout' | 'stderr',
  tail: boolean,
  nextId: () => number,
): PanelOutput & StreamOutput {
  const last = cell.outputs.at(-1);
  if (last?.kind === 'stream' && last.stream === stream && last.tail === tail) return last;
  const added = {
    kind: 'stream' as const,
    stream,
    text: '',
    rewrites: 0,
    tail,
    id: `${cell.key}:${nextId()}`,
    version: 0,
  };
  cell.outputs.push(added);
  return added;
}

function write(output: PanelOutput & StreamOutput, data: string): void {
  output.version++;
  // The last character may be the first half of \r\n: it is applied when the next one is known.
  if (!data.includes('\r') && !output.text.endsWith('\r')) {
    output.text += data;
    return;
  }
  const lineStart = output.text.lastIndexOf('\n') + 1;
  const before = output.text.slice(lineStart);
  const after = applyCarriageReturns(before + data);
  if (!after.startsWith(before)) output.rewrites++;
  output.text = output.text.slice(0, lineStart) + after;
}

/** The text as a terminal shows it: what follows a carriage return overwrites its line; `\r\n` is a newline. */
export function applyCarriageReturns(text: string): string {
  const withoutCrLf = text.replaceAll('\r\n', '\n');
  if (!withoutCrLf.includes('\r')) return withoutCrLf;
  return withoutCrLf.split('\n').map(overwrite).join('\n');
}

function overwrite(line: string): string {
  const pending = line.endsWith('\r') ? '\r' : '';
  let shown = '';
  for (const part of (pending === '' ? line : line.slice(0, -1)).split('\r')) {
    // A shorter text leaves the rest of the longer one, except where the terminal was told to erase it.
    shown = part.includes('\u001b[K') ? part.replaceAll('\u001b[K', '') : part + shown.slice(part.length);
  }
  return shown + pending;
}

// Cuts the front of a tail at a line's start and returns how many lines went.
function cut(output: PanelOutput & StreamOutput, limits: OutputLimits): number {
  let start = Math.max(0, output.text.length - limits.tailLength);
  const lines = countLines(output.text.slice(start));
  for (let excess = lines - limits.tailLines; excess > 0; excess--)
    start = output.text.indexOf('\n', start) + 1;
  if (start === 0) return 0;
  const lineEnd = output.text.indexOf('\n', start - 1);
  if (lineEnd !== -1 && lineEnd + 1 < output.text.length) start = Math.max(start, lineEnd + 1);
  const gone = countLines(output.text.slice(0, start));
  output.text = output.text.slice(start);
  output.rewrites++;
  return gone;
}

function dropOldTails(cell: PanelCell, limits: OutputLimits): number {
  let gone = 0;
  while (cell.outputs.length > limits.outputs) {
    const index = cell.outputs.findIndex((output) => output.kind === 'stream' && output.tail);
    const [dropped] = index === -1 || index === cell.outputs.length - 1 ? [] : cell.outputs.splice(index, 1);
    if (dropped?.kind !== 'stream') break;
    gone += countLines(dropped.text);
  }
  return gone;
}

function countLines(text: string): number {
  let lines = 0;
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) lines++;
  return lines;
}
