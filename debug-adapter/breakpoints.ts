/**
 * All breakpoints that an editor has set, kind by kind as it sets them, as the one list that the runtime takes. Their ids are ours.
 * Knows no editor protocol.
 */
import type { BreakpointState, Breakpoints } from '../runtime/protocol/debug.ts';
import type { Debuggee } from './debuggee.ts';

type LineBreakpoint = NonNullable<Breakpoints['lines']>[number];
type FunctionBreakpoint = NonNullable<Breakpoints['functions']>[number];
type DataBreakpoint = NonNullable<Breakpoints['data']>[number];
export type ExceptionBreakpoints = NonNullable<Breakpoints['exceptions']>;

type Numbered = 'id';

export class BreakpointTable {
  readonly #lines = new Map<string, readonly LineBreakpoint[]>();
  #functions: readonly FunctionBreakpoint[] = [];
  #data: readonly DataBreakpoint[] = [];
  #exceptions: ExceptionBreakpoints = {};
  #debuggee: Debuggee | undefined;
  #sent: Promise<readonly BreakpointState[]> = Promise.resolve([]);
  #lastId = 0;

  /** From now on they are those of this session, too. */
  async use(debuggee: Debuggee): Promise<void> {
    this.#debuggee = debuggee;
    await this.#send();
  }

  /** Those of one file; answers the state of each, in order. */
  setLines(file: string, breakpoints: readonly Omit<LineBreakpoint, Numbered | 'file'>[]) {
    const before = this.#lines.get(file) ?? [];
    const numbered = breakpoints.map((breakpoint) => {
      // One that stays keeps its id, and with it its count of hits.
      const id = before.find((other) => isSame(other, { ...breakpoint, file }))?.id ?? this.#newId();
      return { ...breakpoint, id, file };
    });
    this.#lines.set(file, numbered);
    return this.#statesOf(numbered);
  }

  setFunctions(breakpoints: readonly Omit<FunctionBreakpoint, Numbered>[]) {
    this.#functions = breakpoints.map((breakpoint) => ({ ...breakpoint, id: this.#newId() }));
    return this.#statesOf(this.#functions);
  }

  setData(breakpoints: readonly Omit<DataBreakpoint, Numbered>[]) {
    this.#data = breakpoints.map((breakpoint) => ({ ...breakpoint, id: this.#newId() }));
    return this.#statesOf(this.#data);
  }

  async setExceptions(exceptions: ExceptionBreakpoints): Promise<void> {
    this.#exceptions = exceptions;
    await this.#send();
  }

  /** The file that a line breakpoint was set in. */
  fileOf(id: number): string | undefined {
    return [...this.#lines.values()].flat().find((breakpoint) => breakpoint.id === id)?.file;
  }

  async #statesOf(breakpoints: readonly { readonly id: number }[]): Promise<readonly BreakpointState[]> {
    const states = new Map((await this.#send()).map((state) => [state.id, state]));
    return breakpoints.map(
      ({ id }) => states.get(id) ?? { id, verified: false, message: 'not known to the program yet' },
    );
  }

  /** One after the other: each message holds all of them, and the last one counts. */
  #send(): Promise<readonly BreakpointState[]> {
    const send = async (): Promise<readonly BreakpointState[]> => {
      const { breakpoints = [] } =
        (await this.#debuggee?.navigate('set-breakpoints', { breakpoints: this.#all() })) ?? {};
      return breakpoints;
    };
    this.#sent = this.#sent.then(send, send);
    return this.#sent;
  }

  #all(): Breakpoints {
    return {
      lines: [...this.#lines.values()].flat(),
      functions: [...this.#functions],
      exceptions: this.#exceptions,
      data: [...this.#data],
    };
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function isSame(
  one: LineBreakpoint,
  { id: _, ...other }: Omit<LineBreakpoint, Numbered> & { id?: number },
): boolean {
  return (
    one.file === other.file &&
    one.line === other.line &&
    one.condition === other.condition &&
    one.hitCondition === other.hitCondition &&
    one.logMessage === other.logMessage
  );
}
