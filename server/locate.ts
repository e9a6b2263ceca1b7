/**
 * Which code a cursor or a selection stands for. Cells, lines and files are told here from the text alone;
 * statements, blocks and selections by the runtime, which parses Python. A selection is never held up by a
 * runtime that is still starting: it is then taken as it is.
 *
 * It does not know LSP, nor whether a runtime is connected: it is given a way to ask.
 */
import type { LocateParams, LocateResult } from '../runtime/protocol/editor.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { Params, Returns } from '../runtime/protocol/messages.ts';
import { cellIndexAt, findCells } from './cells.ts';
import { endOfText, nextText, splitLines, takeLine, takeLines, takeSelection } from './plain-text.ts';
import { toEditorPosition, toEditorRange, toProtocolPosition } from './positions.ts';

/**
 * Asks the runtime; undefined when none answered within `waitMs`, waiting for a runtime included. Rejects with
 * the `ProtocolError` that the runtime answered.
 */
export type AskLocate = (request: Params<'locate'>, waitMs: number) => Promise<Returns<'locate'> | undefined>;

/** A person who sends a selection while Python starts should not notice that it is not parsed. */
export const selectionWaitMs = 300;
/** Starting a runtime and its first Python on a slow, cold machine. */
export const statementWaitMs = 10_000;

/**
 * What is to run for a cursor or a selection in `text`; null where there is nothing to run.
 *
 * Errors: `timeout` when a statement or a block is asked for and no runtime answered in time.
 */
export async function locate(
  params: LocateParams,
  text: string,
  ask: AskLocate,
): Promise<LocateResult | null> {
  const lines = splitLines(text);
  const line = params.position.line;
  switch (params.unit) {
    case 'file':
      return takeLines(lines, 0, lines.length) ?? null;
    case 'line':
      return takeLine(lines, line) ?? null;
    case 'cell':
      return takeCell(lines, line) ?? null;
    case 'above':
      return takeLines(lines, 0, await startOfCurrent(params, lines, text, ask)) ?? null;
    case 'selection':
      return (await askInPassing('selection', params, text, ask)) ?? takePlainSelection(params, lines);
    case 'statement':
    case 'block':
      return askOrFail(params.unit, params, text, ask);
  }
}

/** The cell of a line; a text without markers is one cell. */
function takeCell(lines: readonly string[], line: number): LocateResult | undefined {
  const cells = findCells(lines);
  const index = cellIndexAt(cells, line);
  const cell = cells[index];
  if (cell === undefined) return takeLines(lines, 0, lines.length);
  const following = cells[index + 1];
  const next =
    following === undefined ? endOfText(lines) : { line: following.marker ?? following.start, character: 0 };
  const taken = takeLines(lines, cell.start, cell.end);
  return taken && { ...taken, next };
}

/** The line on which the current cell starts, or the current statement where there are no cells. */
async function startOfCurrent(
  params: LocateParams,
  lines: readonly string[],
  text: string,
  ask: AskLocate,
): Promise<number> {
  const cells = findCells(lines);
  const cell = cells[cellIndexAt(cells, params.position.line)];
  if (cell !== undefined) return cell.marker ?? cell.start;
  const statement = await askInPassing('statement', params, text, ask);
  // Between statements the next one is found, which must not pull in the lines from the cursor to it.
  return Math.min(statement?.range.start.line ?? params.position.line, params.position.line);
}

function takePlainSelection({ position, end }: LocateParams, lines: readonly string[]): LocateResult | null {
  return takeSelection(lines, { start: position, end: end ?? position }) ?? null;
}

/** For what can also be answered without parsing: whatever the runtime's trouble is, it is no trouble here. */
async function askInPassing(
  unit: 'statement' | 'selection',
  params: LocateParams,
  text: string,
  ask: AskLocate,
): Promise<LocateResult | null | undefined> {
  return askFor(unit, params, text, ask, selectionWaitMs).catch(() => undefined);
}

async function askOrFail(
  unit: 'statement' | 'block',
  params: LocateParams,
  text: string,
  ask: AskLocate,
): Promise<LocateResult | null> {
  const found = await askFor(unit, params, text, ask, statementWaitMs);
  if (found !== undefined) return found;
  const seconds = statementWaitMs / 1000;
  throw new ProtocolError(
    'timeout',
    `no runtime found the ${unit} at the cursor within ${seconds} s, so select the code instead`,
  );
}

/** Null where the runtime says that there is nothing; undefined where it says nothing in time. */
async function askFor(
  unit: Params<'locate'>['unit'],
  params: LocateParams,
  text: string,
  ask: AskLocate,
  waitMs: number,
): Promise<LocateResult | null | undefined> {
  const request = {
    code: text,
    ...toProtocolPosition(params.position),
    ...(params.end && { end: toProtocolPosition(params.end) }),
    ...(params.interpreter !== undefined && { interpreter: params.interpreter }),
    unit,
  };
  const answer = await ask(request, waitMs);
  return answer && fromAnswer(answer, text);
}

function fromAnswer(answer: Returns<'locate'>, text: string): LocateResult | null {
  if (answer.range === undefined || answer.text === undefined) return null;
  const range = toEditorRange(answer.range);
  const next = answer.next ? toEditorPosition(answer.next) : nextText(splitLines(text), range.end.line + 1);
  return { range, text: answer.text, dedent: answer.dedent ?? 0, next };
}
