/**
 * What a panel shows, as a function of a session's events: cells with their states and outputs. It knows
 * neither VS Code nor a connection; the same events give the same cells in every window, live or replayed.
 *
 * Cells are changed in place, so that 100,000 events cost no copies; `apply` says which ones changed.
 */
import type { Event } from '../../runtime/protocol/events.ts';
import type { CellState, DividerKind, PanelCell, PanelOutput, Submission, WaitingNote } from './cells.ts';
import { appendStream, defaultLimits, type OutputLimits } from './stream-limit.ts';
import { Travel, type Travelled } from './travel.ts';

export class PanelModel {
  readonly #cells: PanelCell[] = [];
  readonly #byKey = new Map<string, PanelCell>();
  readonly #displays = new Map<string, Array<{ cell: PanelCell; output: PanelOutput & { kind: 'rich' } }>>();
  readonly #limits: OutputLimits;
  readonly #travel = new Travel((key) => this.#byKey.get(key));
  /** The line of the last move through time, while nothing has run since. */
  #travelLine: PanelCell | undefined;
  #outputs = 0;
  #clearedBefore = 0;

  constructor(limits: OutputLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** The cells that are shown, oldest first. */
  get cells(): readonly PanelCell[] {
    return this.#cells.slice(this.#clearedBefore);
  }

  get(key: string): PanelCell | undefined {
    return this.#byKey.get(key);
  }

  /** What was run, oldest first and without repetitions in a row: the history of the input. */
  get history(): readonly string[] {
    const codes = this.#cells.filter((cell) => cell.kind === 'code').map((cell) => cell.code);
    return codes.filter((code, index) => code !== codes[index - 1] && code.trim() !== '');
  }

  /** The pending prompt of a session, if it waits for one. */
  get pendingInput(): (PanelOutput & { kind: 'input' }) | undefined {
    for (let index = this.#cells.length - 1; index >= 0; index--) {
      for (const output of this.#cells[index]?.outputs ?? []) {
        if (output.kind === 'input' && output.outcome === undefined) return output;
      }
    }
    return undefined;
  }

  /** Shows code before the runtime has heard of it, so that nothing that was sent is ever out of sight. */
  submit(submission: Submission): PanelCell {
    return this.#cell(submission.id, submission);
  }

  /** What a cell that was not yet accepted waits for, in words; undefined removes it. */
  setNote(key: string, note: WaitingNote | undefined): void {
    const cell = this.#byKey.get(key);
    if (cell === undefined || cell.note === note) return;
    cell.note = note;
    cell.version++;
  }

  /** Ends a cell that will never get an end from the runtime: it was refused, or the runtime is gone. */
  fail(key: string, name: string, message: string): void {
    const cell = this.#byKey.get(key);
    if (cell === undefined || isEnded(cell)) return;
    this.#push(cell, { kind: 'error', name, message, stack: '', frames: [] });
    this.#end(cell, 'failed', undefined);
  }

  /** Draws a line where the session was lost with all its variables; `reason` in words. */
  sessionEnded(reason: string): PanelCell {
    const key = `ended-${this.#cells.length}`;
    return this.#add({ ...line(key, 'ended', reason), startedMs: Date.now() });
  }

  /** Hides what is shown now. The log keeps it, and so does the history; what has not ended stays. */
  clear(): void {
    const firstRunning = this.#cells.findIndex(
      (cell, index) => index >= this.#clearedBefore && !isEnded(cell),
    );
    this.#clearedBefore = firstRunning === -1 ? this.#cells.length : firstRunning;
  }

  /** The newest code that has ended; undefined where there is none. */
  get lastEnded(): PanelCell | undefined {
    return this.#cells.findLast((cell) => cell.kind === 'code' && isEnded(cell));
  }

  /** Cells without an end. */
  get unfinished(): readonly PanelCell[] {
    return this.#cells.filter((cell) => !isEnded(cell));
  }

  /** Folds one event in and returns the cells that it changed. */
  apply(event: Event): readonly PanelCell[] {
    switch (event.type) {
      case 'queued':
        return this.#accept(event, 'queued', { position: event.position });
      case 'started':
        return this.#accept(event, 'running', {
          executionCount: event.execution_count,
          startedMs: event.timestamp * 1000,
        });
      case 'output':
        return this.#change(event, (cell) =>
          appendStream(cell, event.stream, event.data, this.#limits, () => this.#outputs++),
        );
      case 'input': {
        const { input_id: inputId, prompt, password } = event;
        return this.#change(event, (cell) => this.#push(cell, { kind: 'input', inputId, prompt, password }));
      }
      case 'input_done':
        return this.#change(event, (cell) => answer(cell, event.input_id, event.outcome, event.data));
      case 'display':
        return this.#display(event);
      case 'result':
        return this.#change(event, (cell) => this.#result(cell, event));
      case 'error':
        return this.#change(event, (cell) => this.#error(cell, event));
      case 'notice':
        return this.#notice(event);
      case 'ready':
        return this.#ready(event);
      case 'gap':
        return [this.#divider(event, 'gap')];
      case 'restored':
        return this.#travelled(event, this.#travel.restored(event));
      case 'rolled_back':
        return this.#travelled(event, this.#travel.rolledBack(event));
      case 'status':
      case 'checkpoint_created':
      case 'checkpoint_deleted':
      case 'closed':
      // The debug view's.
      case 'stopped':
      case 'resumed':
      case 'logged':
      case 'breakpoint_changed':
        return [];
      default:
        return unknownEvent(event);
    }
  }

  #accept(
    event: Event<'queued' | 'started'>,
    state: CellState,
    changes: Partial<PanelCell>,
  ): readonly PanelCell[] {
    if (event.silent === true || event.execution_id === undefined) return [];
    const cell = this.#cell(event.execution_id, {
      id: event.execution_id,
      code: event.code,
      ...(event.file === undefined ? {} : { file: event.file }),
      ...(event.line === undefined ? {} : { line: event.line }),
    });
    Object.assign(cell, changes, { state });
    if (state === 'running') this.#settleTravel();
    cell.note = undefined;
    cell.version++;
    return [cell];
  }

  #cell(key: string, submission: Submission): PanelCell {
    const existing = this.#byKey.get(key);
    if (existing !== undefined) return existing;
    const cell: PanelCell = {
      key,
      kind: 'code',
      code: submission.code,
      state: 'sent',
      outputs: [],
      version: 0,
      shownLines: 0,
      shownLength: 0,
      ...(submission.file === undefined ? {} : { file: submission.file }),
      ...(submission.line === undefined ? {} : { line: submission.line }),
    };
    return this.#add(cell);
  }

  #ready(event: Event<'ready'>): readonly PanelCell[] {
    if (event.reason === 'opened') return [];
    this.#settleTravel();
    return [this.#divider(event, event.reason === 'restarted' ? 'restarted' : 'forked')];
  }

  // Several moves in a row, such as Undo, Undo, Redo, leave one line, and none where they end where they began.
  #travelled(event: Event, { changed, line: travel }: Travelled): readonly PanelCell[] {
    const before = this.#travelLine;
    if (before !== undefined) {
      const index = this.#cells.indexOf(before);
      this.#byKey.delete(before.key);
      this.#cells.splice(index, 1);
      if (index < this.#clearedBefore) this.#clearedBefore--;
    }
    this.#travelLine = undefined;
    if (travel === undefined) return before === undefined ? changed : [...changed, before];
    const added = this.#divider(event, travel.kind, travel.text);
    if (event.type === 'rolled_back') added.effects = event.effects;
    else this.#travelLine = added;
    return [...changed, added];
  }

  #settleTravel(): void {
    this.#travel.settle();
    this.#travelLine = undefined;
  }

  #divider(event: Event, why: DividerKind, text = ''): PanelCell {
    return this.#add({ ...line(`${why}-${event.id}`, why, text), startedMs: event.timestamp * 1000 });
  }

  #add(cell: PanelCell): PanelCell {
    this.#cells.push(cell);
    this.#byKey.set(cell.key, cell);
    return cell;
  }

  // Output of a thread that an evaluation left running carries that evaluation's id, so it goes there.
  #change(event: Event, change: (cell: PanelCell) => void): readonly PanelCell[] {
    const cell = event.execution_id === undefined ? undefined : this.#byKey.get(event.execution_id);
    if (cell === undefined) return [];
    change(cell);
    cell.version++;
    return [cell];
  }

  #push(cell: PanelCell, output: NewOutput): PanelOutput {
    const added = { ...output, id: `${cell.key}:${this.#outputs++}`, version: 0 } as PanelOutput; // The spread of a union loses which member it is.
    cell.outputs.push(added);
    cell.version++;
    return added;
  }

  #display(event: Event<'display'>): readonly PanelCell[] {
    if (event.update === true && event.display_id !== undefined) {
      const shown = this.#displays.get(event.display_id) ?? [];
      for (const { cell, output } of shown) {
        Object.assign(output, { data: event.data, metadata: event.metadata, version: output.version + 1 });
        cell.version++;
      }
      return shown.map(({ cell }) => cell);
    }
    return this.#change(event, (cell) => {
      const output = this.#push(cell, {
        kind: 'rich',
        role: 'display',
        data: event.data,
        metadata: event.metadata,
      });
      if (event.display_id === undefined || output.kind !== 'rich') return;
      this.#displays.set(event.display_id, [
        ...(this.#displays.get(event.display_id) ?? []),
        { cell, output },
      ]);
    });
  }

  #result(cell: PanelCell, event: Event<'result'>): void {
    const text = event.repr ?? event.value;
    const data = event.data ?? (text === undefined ? undefined : { 'text/plain': text });
    if (data !== undefined && Object.keys(data).length > 0) {
      this.#push(cell, { kind: 'rich', role: 'result', data, metadata: event.metadata ?? {} });
    }
    if (event.summary !== undefined) cell.summary = event.summary;
    else if (event.value !== undefined) cell.summary = event.value;
    this.#end(cell, 'succeeded', event);
  }

  #error(cell: PanelCell, event: Event<'error'>): void {
    const stack = event.traceback.join('\n');
    const code = event.code === undefined ? {} : { code: event.code };
    this.#push(cell, {
      kind: 'error',
      name: event.exception_type,
      message: event.exception_message,
      stack,
      frames: event.frames,
      ...code,
    });
    this.#end(cell, 'failed', event);
  }

  #end(cell: PanelCell, state: CellState, event: Event<'result' | 'error'> | undefined): void {
    cell.state = state;
    cell.note = undefined;
    for (const output of cell.outputs) {
      if (output.kind === 'input' && output.outcome === undefined)
        answer(cell, output.inputId, 'interrupted', undefined);
    }
    if (event !== undefined) cell.endedMs = event.timestamp * 1000;
    if (event?.effects !== undefined) cell.effects = event.effects;
    if (event?.execution_count !== undefined) cell.executionCount = event.execution_count;
    if (event !== undefined) this.#travel.ended(cell, event);
    cell.version++;
  }

  #notice(event: Event<'notice'>): readonly PanelCell[] {
    const { level, message } = event;
    const changed = this.#change(event, (cell) => this.#push(cell, { kind: 'notice', level, message }));
    return changed.length > 0 ? changed : [this.#divider(event, 'notice', message)];
  }
}

function line(key: string, kind: PanelCell['kind'], code: string): PanelCell {
  return { key, kind, code, state: 'succeeded', outputs: [], version: 0, shownLines: 0, shownLength: 0 };
}

type WithoutHead<T> = T extends PanelOutput ? Omit<T, 'id' | 'version'> : never;
type NewOutput = WithoutHead<PanelOutput>;

/** True when nothing more is expected of the cell. */
export function isEnded(cell: PanelCell): boolean {
  return cell.state === 'succeeded' || cell.state === 'failed';
}

function answer(
  cell: PanelCell,
  inputId: string,
  outcome: Event<'input_done'>['outcome'],
  data: string | undefined,
): void {
  for (const output of cell.outputs) {
    if (output.kind !== 'input' || output.inputId !== inputId) continue;
    output.outcome = outcome;
    if (data !== undefined) output.answer = data;
    output.version++;
  }
}

// A newer runtime of the same major version may send more; what is not known is not shown.
function unknownEvent(_event: never): readonly PanelCell[] {
  return [];
}
