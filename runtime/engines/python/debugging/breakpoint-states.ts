/**
 * Where breakpoints of lines really are: the reader of source code says which lines can be stopped at. It knows no
 * program that runs, save for what that says itself.
 */
import { access } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { BreakpointState, Breakpoints } from '../../../protocol/debug.ts';
import type { Analyst } from '../analyst.ts';
import { withinMs } from '../within.ts';
import { saidObject } from './messages.ts';

/** A program in C code takes no words. */
const programWithinMs = 300;

export class BreakpointStates {
  readonly #analyst: Analyst;

  constructor(analyst: Analyst) {
    this.#analyst = analyst;
  }

  /** Of each, where it is. */
  async of(
    { lines = [], functions = [], data = [] }: Breakpoints,
    signal: AbortSignal,
  ): Promise<BreakpointState[]> {
    const files = new Map<string, Promise<readonly number[]>>();
    for (const { file } of lines) if (!files.has(file)) files.set(file, this.lines(file, signal));
    const states: BreakpointState[] = [];
    for (const { id, file, line } of lines) {
      const there = (await files.get(file)) ?? [];
      states.push(
        there.length > 0 || !isAbsolute(file) ? moved(id, line, there) : await nowhere(id, line, file),
      );
    }
    for (const { id } of [...functions, ...data]) states.push({ id, verified: true });
    return states;
  }

  /** The lines of a file that something is executed at; none where it cannot be read. */
  async lines(file: string, signal: AbortSignal): Promise<readonly number[]> {
    const answer = await this.#analyst.ask('lines', { file }, signal);
    const found = answer.kind === 'found' ? answer.fields['lines'] : undefined;
    return Array.isArray(found) ? found.filter((line): line is number => Number.isInteger(line)) : [];
  }
}

/** Nothing can be stopped at, as far as can be seen: code that says it is of this file may come all the same. */
async function nowhere(id: number, line: number, file: string): Promise<BreakpointState> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  const message = exists ? 'there is no code in this file' : 'there is no such file';
  return { id, verified: false, line, message };
}

/** On a line where nothing is, it is at the next one; behind the last one at that. */
function moved(id: number, line: number, lines: readonly number[]): BreakpointState {
  const there = lines.find((one) => one >= line) ?? lines.at(-1);
  if (there === undefined) return { id, verified: true, line };
  return { id, verified: true, line: there };
}

/** The breakpoints where they really are. */
export function movedBy(states: readonly BreakpointState[], breakpoints: Breakpoints): Breakpoints {
  const places = new Map(states.map(({ id, line }) => [id, line]));
  const lines = breakpoints.lines?.map((point) => ({ ...point, line: places.get(point.id) ?? point.line }));
  return { ...breakpoints, ...(lines === undefined ? {} : { lines }) };
}

/** With what the program that runs says of them, JSON, if it says so soon. */
export async function withProblems(
  states: readonly BreakpointState[],
  told: Promise<string>,
): Promise<BreakpointState[]> {
  const problems = await problemsOf(told);
  return states.map((state) => {
    const message = problems.get(state.id);
    return message === undefined ? state : { ...state, message };
  });
}

async function problemsOf(told: Promise<string>): Promise<Map<number, string>> {
  const problems = new Map<number, string>();
  const isTold = await withinMs(told, programWithinMs).catch(() => false);
  if (!isTold) return problems;
  const { breakpoints } = saidObject(await told);
  if (!Array.isArray(breakpoints)) return problems;
  for (const { id, message } of breakpoints as { id?: unknown; message?: unknown }[]) // Each is looked at here.
    if (typeof id === 'number' && typeof message === 'string') problems.set(id, message);
  return problems;
}
